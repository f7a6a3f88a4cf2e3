package cli

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hardwright/hardwright/generator"
	"github.com/hardwright/hardwright/generator/internal/apply"
	"github.com/hardwright/hardwright/generator/internal/generate"
	"github.com/hardwright/hardwright/generator/internal/lint"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

func (a *app) generatorNewCommand() *cobra.Command {
	w := &writing{app: a, name: "generator new"}
	c := &cobra.Command{
		Use:   "new NAME",
		Short: "Write a generator of your own, with a test, to start from",
		Long: `Write a generator into .hardwright/generators/NAME that works as it is, with a test: change it from there.

A generator is data: templates, and a generator.yaml that says what is asked, what is written and where
lines go. Nothing of it is ever run.`,
		Example: "  hardwright generator new team-report\n  hardwright generate team-report world greeting=Hi --dry-run --diff",
		Args:    cobra.ExactArgs(1),
	}
	w.plainFlags(c)
	return a.command(c, func(ctx context.Context, args []string) error {
		files, problems := generate.Example(args[0])
		if len(problems) > 0 {
			return problems
		}
		folder := path.Join(generator.LocalGenerators, args[0])
		w.next = fmt.Sprintf("hardwright generator test %s, then hardwright generate %s world", args[0], args[0])
		return w.change(ctx, func(repo *apply.Repo) (*plan.Plan, error) {
			return planFiles(repo, folder, files)
		})
	})
}

// plainFlags are those of commands that change a repository and merge nothing.
func (w *writing) plainFlags(c *cobra.Command) {
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&w.dir, "dir", ".", "the repository's folder")
	w.flags(f)
	f.BoolVar(&w.check, "check", false, "write nothing; exit 3 if there is work to do, 0 if there is none")
}

// planFiles plans a new folder. It is a problem if one of its files is there.
func planFiles(repo *apply.Repo, folder string, files tree.Tree) (*plan.Plan, error) {
	p := &plan.Plan{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		to := path.Join(folder, name)
		there, err := repo.Read(to)
		if err != nil {
			return nil, err
		}
		if len(there) > 0 {
			return nil, problem.List{{Subject: to, Message: "it already exists", Hint: "choose another name"}}
		}
		p.Steps = append(p.Steps, plan.Step{Kind: plan.Create, Path: to, Owner: plan.Engine, New: files[name].Data, Mode: files[name].Mode})
	}
	return p, nil
}

// generators is the document of generator list.
type generators struct {
	Version    int         `json:"version"`
	Command    string      `json:"command"`
	Generators []generates `json:"generators"`
}

type generates struct {
	Name     string       `json:"name"`
	Source   string       `json:"source"`
	Where    string       `json:"where"`
	Summary  string       `json:"summary"`
	Usage    string       `json:"usage"`
	Requires []string     `json:"requires"`
	Problems problem.List `json:"problems,omitempty"`
}

func (a *app) generatorListCommand() *cobra.Command {
	dir := "."
	c := &cobra.Command{
		Use:   "list",
		Short: "List the generators that can be run here",
		Args:  cobra.NoArgs,
	}
	c.Flags().StringVar(&dir, "dir", ".", "the repository's folder")
	c.Flags().BoolVar(&a.json, "json", false, "print one JSON document")
	return a.command(c, func(context.Context, []string) error {
		g, err := a.generator()
		if err != nil {
			return err
		}
		all, err := a.generates(g, dir)
		if err != nil {
			return err
		}
		if a.json {
			printJSON(a.out, generators{jsonVersion, "generator list", all})
			return nil
		}
		w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
		printGenerators(w, all)
		return w.Flush()
	})
}

// offers lists the generators that can be run in dir; those of hardwright itself if it is no repository.
func (a *app) offers(g *generator.Generator, dir string) ([]generator.Offer, error) {
	repo, err := apply.Open(dir)
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	return offersIn(g, repo)
}

func (a *app) generates(g *generator.Generator, dir string) ([]generates, error) {
	offers, err := a.offers(g, dir)
	if err != nil {
		return nil, err
	}
	out := []generates{}
	for _, o := range offers {
		each := generates{Name: o.Name, Source: o.Source, Where: o.Where, Requires: []string{}}
		gen, err := o.Load()
		if !each.Problems.Take(err) {
			return nil, err
		}
		if err == nil {
			each.Summary, each.Usage = gen.Summary, gen.Usage()
			for _, r := range gen.Requires {
				each.Requires = append(each.Requires, r.Name)
			}
		}
		out = append(out, each)
	}
	return out, nil
}

func printGenerators(w *tabwriter.Writer, all []generates) {
	heading := ""
	for _, each := range all {
		next := "Generators"
		switch each.Source {
		case generator.BuiltIn:
		case generator.Local:
			next = "Generators of this repository"
		default:
			next = "Generators of " + each.Source
		}
		if next != heading {
			if heading != "" {
				fmt.Fprintln(w)
			}
			heading = next
			fmt.Fprintln(w, problem.Plain(heading))
		}
		if len(each.Problems) > 0 {
			fmt.Fprintf(w, "  %s\tis broken: %s\n", each.Name, problem.Plain(oneLine(each.Problems[0].String())))
			continue
		}
		fmt.Fprintf(w, "  %s\t%s\n  \t%s\n", each.Name, problem.Plain(each.Summary), each.Usage)
	}
}

func (a *app) generatorLintCommand() *cobra.Command {
	dir := "."
	c := &cobra.Command{
		Use:   "lint [NAME…]",
		Short: "Judge the generators of this repository",
		Long:  "Judge the generators of this repository, all problems at once, with file and line. Exit code 4 if there are any.",
	}
	c.Flags().StringVar(&dir, "dir", ".", "the repository's folder")
	c.Flags().BoolVar(&a.json, "json", false, "print one JSON document")
	return a.command(c, func(_ context.Context, names []string) error {
		g, err := a.generator()
		if err != nil {
			return err
		}
		var findings problem.List
		err = a.eachOwn(g, dir, names, func(gen *generate.Generator) error {
			findings = append(findings, lint.Generator(gen, g.Catalog, true)...)
			return nil
		}, &findings)
		if err != nil {
			return err
		}
		return a.tellFindings("generator lint", findings.Sorted())
	})
}

// tellFindings ends a command that judges.
func (a *app) tellFindings(command string, findings problem.List) error {
	if a.json {
		printJSON(a.out, found{jsonVersion, command, append(problem.List{}, findings...)})
	} else {
		for _, p := range findings {
			say(a.err, "%s", p)
		}
	}
	if len(findings) > 0 {
		return exit(exitFindings)
	}
	return nil
}

// eachOwn calls do with every generator of the repository, or those of them that are named; with --templates, ours are among them.
// What is wrong with one that cannot be read is added to broken.
func (a *app) eachOwn(g *generator.Generator, dir string, names []string, do func(*generate.Generator) error, broken *problem.List) error {
	offers, err := a.offers(g, dir)
	if err != nil {
		return err
	}
	offers = slices.DeleteFunc(offers, func(o generator.Offer) bool {
		return o.Source != generator.Local && (a.templates == "" || o.Source != generator.BuiltIn)
	})
	if len(names) > 0 {
		var some []generator.Offer
		for _, n := range names {
			o, err := generator.Find(offers, n)
			if err != nil {
				return err
			}
			some = append(some, o)
		}
		offers = some
	}
	if len(offers) == 0 {
		return problem.List{{Message: "there is no generator in " + generator.LocalGenerators, Hint: "hardwright generator new NAME"}}
	}
	for _, o := range offers {
		gen, err := o.Load()
		if !broken.Take(err) {
			return err
		}
		if err == nil {
			if err := do(gen); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *app) generatorTestCommand() *cobra.Command {
	w := &writing{app: a, name: "generator test"}
	update := false
	c := &cobra.Command{
		Use:   "test [NAME…]",
		Short: "Run the cases in testdata/ of the generators of this repository",
		Long: `Run the cases in testdata/ of the generators of this repository: what a generator gives for the inputs of
a case is compared with its want/ folder, byte for byte. Exit code 1 if anything differs.

    testdata/CASE/inputs.yaml   service: {database: sqlite, …}, inputs: {name: value, …}, refuses: part of the message
    testdata/CASE/have/…        files that are there before: those that lines go to
    testdata/CASE/want/…        files that are new or other afterwards; --update writes them`,
	}
	w.plainFlags(c)
	c.Flags().BoolVar(&update, "update", false, "write what the generators give into want/")
	return a.command(c, func(ctx context.Context, names []string) error {
		g, err := a.generator()
		if err != nil {
			return err
		}
		if update {
			return w.updateCases(ctx, g, names)
		}
		return w.runCases(g, names)
	})
}

// runCases compares, and says what differs.
func (w *writing) runCases(g *generator.Generator, names []string) error {
	var failures problem.List
	count := 0
	err := w.app.eachOwn(g, w.dir, names, func(gen *generate.Generator) error {
		cases, problems := gen.Cases()
		failures = append(failures, problems...)
		for _, c := range cases {
			count++
			bad := gen.JudgeCase(c, g.Catalog)
			failures = append(failures, bad...)
			if !w.quiet && !w.app.json {
				verdict := "ok"
				if len(bad) > 0 {
					verdict = "FAIL"
				}
				fmt.Fprintf(w.app.out, "%-4s %s %s\n", verdict, gen.Name, c.Name)
			}
		}
		return nil
	}, &failures)
	if err != nil {
		return err
	}
	if count == 0 && len(failures) == 0 {
		failures.Hint("hardwright explain NAME says what a generator asks", "", "there is no case in testdata/")
	}
	if w.app.json {
		printJSON(w.app.out, found{jsonVersion, w.name, append(problem.List{}, failures...)})
	} else {
		for _, p := range failures {
			say(w.app.err, "%s", p)
		}
	}
	if len(failures) > 0 {
		return exit(exitFailed)
	}
	return nil
}

// updateCases writes the want folders anew.
func (w *writing) updateCases(ctx context.Context, g *generator.Generator, names []string) error {
	steps := func(repo *apply.Repo) (*plan.Plan, error) {
		p := &plan.Plan{}
		var problems problem.List
		err := w.app.eachOwn(g, w.dir, names, func(gen *generate.Generator) error {
			cases, bad := gen.Cases()
			problems = append(problems, bad...)
			for _, c := range cases {
				if c.Refuses != "" {
					continue
				}
				got, err := gen.Try(c, g.Catalog)
				if err != nil {
					if !problems.Take(err) {
						return fmt.Errorf("%s %s: %w", gen.Name, c.Name, err)
					}
					continue
				}
				golden := c.Golden()
				if w.app.templates != "" {
					golden = strings.TrimPrefix(golden, "templates/")
				}
				more, err := golds(repo, golden, c.Want, got)
				if err != nil {
					return err
				}
				p.Steps = append(p.Steps, more...)
			}
			return nil
		}, &problems)
		if err == nil {
			err = problems.Err()
		}
		slices.SortFunc(p.Steps, func(a, b plan.Step) int { return strings.Compare(a.Path, b.Path) })
		return p, err
	}
	if w.app.templates != "" {
		w.dir = w.app.templates
	}
	return w.change(ctx, steps)
}

// golds are the steps from one golden tree to another.
func golds(repo *apply.Repo, folder string, was, is tree.Tree) ([]plan.Step, error) {
	all := maps.Clone(was)
	maps.Copy(all, is)
	var out []plan.Step
	for _, p := range slices.Sorted(maps.Keys(all)) {
		to := path.Join(folder, p)
		there, err := repo.Read(to)
		if err != nil {
			return nil, err
		}
		old, had := there[to]
		next, will := is[p]
		switch {
		case !will && had:
			out = append(out, plan.Step{Kind: plan.Delete, Path: to, Owner: plan.Engine, Old: old.Data, Mode: old.Mode})
		case will && !had:
			out = append(out, plan.Step{Kind: plan.Create, Path: to, Owner: plan.Engine, New: next.Data, Mode: 0o644})
		case will && string(old.Data) != string(next.Data):
			out = append(out, plan.Step{Kind: plan.Modify, Path: to, Owner: plan.Engine, Old: old.Data, New: next.Data, Mode: old.Mode})
		}
	}
	return out, nil
}
