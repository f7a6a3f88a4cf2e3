package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hardwright/hardwright/generator"
	"github.com/hardwright/hardwright/generator/internal/apply"
	"github.com/hardwright/hardwright/generator/internal/generate"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/source"
	"github.com/hardwright/hardwright/generator/internal/wizard"
)

// generateOptions are what the flags of generate say.
type generateOptions struct {
	writing
	accessible bool
}

func (a *app) generateCommand() *cobra.Command {
	o := &generateOptions{writing: writing{app: a, name: "generate"}}
	c := &cobra.Command{
		Use:   "generate NAME [INPUT…]",
		Short: "Run a generator: built in, your own, or from a pack",
		Long: `Run a generator: it writes new files and puts lines into files that are there.

Inputs are words: key=value, a field as name:type[:rule]…, and for most generators a name without anything.
What is missing is asked on a terminal. Running one again with the same inputs does nothing; with other
inputs, what changes is merged with your edits as add does it. A file of yours in the way, and lines that
both you and the generator changed, are conflicts: nothing is written and the exit code is 3. A place that
a generator looks for and does not find is named, with the lines to add by hand.`,
		Example: `  hardwright generate endpoint status path=/api/v1/status
  hardwright generate resource invoice number:string:max=20 total:decimal paid:bool
  hardwright generate migration add-invoice-index --dry-run --diff`,
		ValidArgsFunction: func(_ *cobra.Command, given []string, word string) ([]string, cobra.ShellCompDirective) {
			return o.complete(given, word)
		},
	}
	o.changeFlags(c.Flags())
	c.Flags().BoolVar(&o.accessible, "accessible", false, "ask with plain prompts, for screen readers")
	return a.command(c, func(ctx context.Context, args []string) error {
		if len(args) == 0 {
			return problem.List{{Message: "which generator?", Hint: "hardwright generator list"}}
		}
		return o.run(ctx, args[0], args[1:])
	})
}

func (o *generateOptions) run(ctx context.Context, name string, words []string) error {
	g, err := o.app.generator()
	if err != nil {
		return err
	}
	o.gate = o.build
	err = o.change(ctx, func(repo *apply.Repo) (*plan.Plan, error) {
		offer, err := offerIn(g, repo, name)
		if err != nil {
			return nil, err
		}
		gen, err := offer.Load()
		if err != nil {
			return nil, err
		}
		g, err := g.For(repo, nil, func() ([]*source.Pack, error) { return packsIn(repo) })
		if err != nil {
			return nil, err
		}
		s, err := g.Service(repo)
		if err != nil {
			return nil, err
		}
		if !s.Ours() {
			o.next = "git diff"
		}
		inputs, problems := gen.Words(words)
		if len(problems) > 0 {
			return nil, problems
		}
		if missing := gen.Missing(inputs); len(missing) > 0 && o.asks() {
			if problems := gen.Judge(s.Selection, inputs); len(problems) > 0 {
				return nil, problems // before the first question
			}
			if err := o.ask(ctx, missing, inputs); err != nil {
				return nil, err
			}
		}
		return g.Generate(repo, s, gen, offer, inputs, generator.Use{Markers: o.conflicts != "", Tidy: o.tidy(ctx)})
	})
	if missed := generator.Missed(err); missed != nil {
		o.app.report(o.name, misses(missed, o.app.json), exitFailed)
		if !o.app.json {
			for _, m := range missed {
				say(o.app.err, "add to %s by hand:", m.Into)
				for line := range strings.Lines(m.Text) {
					say(o.app.err, "    %s", strings.TrimSuffix(line, "\n"))
				}
			}
		}
		return exit(exitFailed)
	}
	return err
}

// misses are the insertions that found no place, for a report; as a document, the hints have the texts.
func misses(all []*generate.Missed, document bool) problem.List {
	var out problem.List
	for _, m := range all {
		p := problem.Problem{Subject: m.Into, Message: fmt.Sprintf("%s: %s; nothing was written", m.Anchor, m.Why)}
		if document {
			p.Hint = "add by hand:\n" + m.Text
		}
		out = append(out, p)
	}
	return out
}

// asks reports whether there is somebody to ask for what is missing.
func (o *generateOptions) asks() bool {
	return !o.yes && !o.app.json && (o.accessible || wizard.Interactive(o.app.in, o.app.err))
}

func (o *generateOptions) ask(ctx context.Context, missing []generate.Input, inputs map[string]string) error {
	var blanks []wizard.Blank
	for _, in := range missing {
		b := wizard.Blank{Title: in.Question, Help: in.Help, Check: func(text string) error { return in.Check(text).Err() }}
		for _, e := range in.Enum {
			b.Options = append(b.Options, wizard.Option{Value: e})
		}
		if in.Type == "bool" {
			b.Options = []wizard.Option{{Value: "true"}, {Value: "false"}}
		}
		blanks = append(blanks, b)
	}
	o.silence()
	answers, err := wizard.Fill(ctx, wizard.IO{In: o.app.in, Out: o.app.err}, blanks)
	if errors.Is(err, wizard.ErrInterrupted) {
		return errInterrupted
	}
	if err != nil {
		return err
	}
	for i, in := range missing {
		inputs[in.Name] = answers[i]
	}
	return nil
}

// offersIn lists the generators that can be run in a repository.
func offersIn(g *generator.Generator, repo *apply.Repo) ([]generator.Offer, error) {
	packs, err := packsIn(repo)
	if err != nil {
		return nil, err
	}
	return g.Offers(repo, packs)
}

// offerIn finds one. What needs no pack works without the packs.
func offerIn(g *generator.Generator, repo *apply.Repo, name string) (generator.Offer, error) {
	offers, err := g.Offers(repo, nil)
	if err != nil {
		return generator.Offer{}, err
	}
	if offer, err := generator.Find(offers, name); err == nil {
		return offer, nil
	}
	if offers, err = offersIn(g, repo); err != nil {
		return generator.Offer{}, err
	}
	return generator.Find(offers, name)
}

// complete offers names of generators, then the inputs of the one that is named.
func (o *generateOptions) complete(given []string, word string) ([]string, cobra.ShellCompDirective) {
	fail := func() ([]string, cobra.ShellCompDirective) { return nil, cobra.ShellCompDirectiveError }
	g, err := o.app.generator()
	if err != nil {
		return fail()
	}
	dir := o.dir
	if dir == "" {
		dir = "."
	}
	var offers []generator.Offer
	if repo, err := apply.Open(dir); err == nil {
		defer repo.Close()
		offers, _ = offersIn(g, repo)
	}
	if offers == nil {
		if offers, err = g.Offers(nil, nil); err != nil {
			return fail()
		}
	}
	var out []string
	if len(given) == 0 {
		for _, offer := range offers {
			out = append(out, offer.Name)
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
	offer, err := generator.Find(offers, given[0])
	if err != nil {
		return fail()
	}
	gen, err := offer.Load()
	if err != nil {
		return fail()
	}
	for _, in := range gen.Inputs {
		switch {
		case in.Argument, in.Type == "fields":
		case len(in.Enum) > 0:
			for _, e := range in.Enum {
				out = append(out, in.Name+"="+e)
			}
		case in.Type == "bool":
			out = append(out, in.Name+"=true", in.Name+"=false")
		default:
			out = append(out, in.Name+"=")
		}
	}
	if len(out) == 0 || !strings.HasSuffix(out[0], "=") {
		return out, cobra.ShellCompDirectiveNoFileComp
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
