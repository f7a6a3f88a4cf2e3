package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hardwright/hardwright/generator"
	"github.com/hardwright/hardwright/generator/internal/apply"
	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/source"
)

// packOptions are what the flags of generator add and upgrade say.
type packOptions struct {
	writing
	cache    bool
	insecure bool
}

func (a *app) generatorCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "generator",
		Short: "Generators of your own, and packs of them",
		Args:  cobra.NoArgs,
	}
	a.command(c, func(context.Context, []string) error { return c.Help() })
	c.AddCommand(a.generatorNewCommand(), a.generatorListCommand(), a.generatorLintCommand(), a.generatorTestCommand(), a.packAddCommand(), a.packUpgradeCommand(), a.packRemoveCommand())
	return c
}

func (a *app) packAddCommand() *cobra.Command {
	o := &packOptions{writing: writing{app: a, name: "generator add"}}
	c := &cobra.Command{
		Use:   "add MODULE@VERSION",
		Short: "Add a pack of generators and components",
		Long: `Add a pack: a Go module that holds generators and components.

It is fetched with the go command, so that your proxies, private modules, credentials and the checksum
database work as you have them. Its name, version, files and checksum are checked, and the checksum is
pinned in hardwright.lock. The pack is kept in .hardwright/packs, or with --cache in your cache; from then
on neither network nor go command is needed, and a pack that is not as it was pinned is not used.

Nothing of a pack is ever run: generators and components are data.`,
		Example: `  hardwright generator add example.com/team/pack@v1.2.0
  hardwright generator add example.com/team/pack@latest --dry-run
  hardwright generator add example.com/team/pack@main --cache`,
		Args: cobra.ExactArgs(1),
	}
	o.packFlags(c)
	c.Flags().BoolVar(&o.cache, "cache", false, "keep it in your cache, not in the repository")
	return a.command(c, func(ctx context.Context, args []string) error {
		path, query, err := source.ParseQuery(args[0])
		if err != nil {
			return err
		}
		return o.pin(ctx, path, query, false)
	})
}

func (a *app) packUpgradeCommand() *cobra.Command {
	o := &packOptions{writing: writing{app: a, name: "generator upgrade"}}
	c := &cobra.Command{
		Use:   "upgrade MODULE[@VERSION]",
		Short: "Move a pack to another version, by default the latest",
		Long: `Move a pack to another version, by default the latest.

What you have generated with it stays as it is. Components of it that are in the service move with it: what
you edited is merged.`,
		Example: `  hardwright generator upgrade example.com/team/pack
  hardwright generator upgrade example.com/team/pack@v1.3.0 --dry-run --diff`,
		Args: cobra.ExactArgs(1),
	}
	o.packFlags(c)
	return a.command(c, func(ctx context.Context, args []string) error {
		arg := args[0]
		if !strings.Contains(arg, "@") {
			arg += "@latest"
		}
		path, query, err := source.ParseQuery(arg)
		if err != nil {
			return err
		}
		return o.pin(ctx, path, query, true)
	})
}

func (a *app) packRemoveCommand() *cobra.Command {
	o := &packOptions{writing: writing{app: a, name: "generator remove"}}
	c := &cobra.Command{
		Use:   "remove MODULE",
		Short: "Remove a pack",
		Long:  "Remove a pack and its pin. What you have generated with it stays; a component of it that is in the service has to go first.",
		Args:  cobra.ExactArgs(1),
	}
	o.plainFlags(c)
	return a.command(c, func(ctx context.Context, args []string) error {
		g, err := a.generator()
		if err != nil {
			return err
		}
		return o.change(ctx, func(repo *apply.Repo) (*plan.Plan, error) {
			l, err := g.Lock(repo)
			if err != nil {
				return nil, err
			}
			var was *source.Pack
			if pinned, had := l.Pack(args[0]); had {
				var missing *source.Missing
				if was, err = source.Open(o.dir, pinned); err != nil && !errors.As(err, &missing) {
					return nil, err
				}
			}
			return g.Unpin(repo, args[0], was)
		})
	})
}

func (o *packOptions) packFlags(c *cobra.Command) {
	o.plainFlags(c)
	c.Flags().BoolVar(&o.insecure, "insecure-pack", false, "take a pack although your settings switch off what would verify it; the lock says so")
}

// pin fetches a pack, and pins it in the repository.
func (o *packOptions) pin(ctx context.Context, path, query string, upgrade bool) error {
	g, err := o.app.generator()
	if err != nil {
		return err
	}
	var got *source.Fetched
	err = o.change(ctx, func(repo *apply.Repo) (*plan.Plan, error) {
		l, err := g.Lock(repo)
		if err != nil {
			return nil, err
		}
		pinned, had := l.Pack(path)
		if upgrade && !had {
			return nil, problem.List{{Subject: path, Message: "no pack of that name is pinned here", Hint: fmt.Sprintf("hardwright generator add %s@%s", path, query)}}
		}
		if upgrade {
			o.cache = pinned.Cached
		}
		if got, err = source.Fetch(ctx, path, query, o.insecure); err != nil {
			return nil, err
		}
		if had && !upgrade && pinned.Version != got.Version.Version {
			return nil, problem.List{{Subject: path, Message: fmt.Sprintf("it is pinned at %s already", pinned.Version), Hint: fmt.Sprintf("hardwright generator upgrade %s", got.Version)}}
		}
		was, err := o.kept(pinned, had, got)
		if err != nil {
			return nil, err
		}
		p, err := g.Pin(repo, generator.Pin{Fetched: *got, Cached: o.cache}, was, func() ([]*source.Pack, error) { return packsIn(repo) })
		if err != nil {
			return nil, err
		}
		p.Notes = append(p.Notes, o.remarks(query, got)...)
		return p, nil
	})
	if err == nil && o.cache && !o.dryRun && !o.check {
		return o.keep(ctx, got)
	}
	return err
}

// kept is the pack as it is pinned now, nil if there is none or it is lost.
func (o *packOptions) kept(pinned lock.Pack, had bool, got *source.Fetched) (*source.Pack, error) {
	if !had {
		return nil, nil
	}
	if pinned.Version == got.Version.Version && pinned.Sum == got.Sum {
		return &got.Pack, nil // what stands in the repository may be broken, and is to be what it was
	}
	was, err := source.Open(o.dir, pinned)
	var missing *source.Missing
	if errors.As(err, &missing) {
		return nil, nil
	}
	return was, err
}

// remarks are what a person should know about a pack that came.
func (o *packOptions) remarks(query string, got *source.Fetched) []string {
	notes := got.Warnings
	if query != got.Version.Version {
		notes = append(notes, fmt.Sprintf("%s is %s today, and that is pinned", query, got.Version.Version))
	}
	if got.Private {
		notes = append(notes, "the checksum database was not asked about it, because your settings name it as private")
	}
	if len(got.Insecure) > 0 {
		notes = append(notes, "nothing vouches for its bytes: "+strings.Join(got.Insecure, ", "))
	}
	if offers, err := generator.Offered(got.FS()); err == nil {
		if len(offers.Generators) > 0 {
			notes = append(notes, "its generators: "+strings.Join(offers.Generators, ", "))
		}
		if len(offers.Components) > 0 {
			notes = append(notes, "its components: "+strings.Join(offers.Components, ", "))
		}
	}
	return notes
}

// keep puts a pack into the cache, unless it is there as it should be.
func (o *packOptions) keep(ctx context.Context, got *source.Fetched) error {
	if _, err := source.Open(o.dir, lock.Pack{Path: got.Path, Version: got.Version.Version, Sum: got.Sum, Cached: true}); err == nil {
		return nil
	}
	dir, err := source.Cache()
	if err != nil {
		return err
	}
	folder, err := source.Folder(got.Version)
	if err != nil {
		return err
	}
	return apply.Keep(ctx, filepath.Join(dir, filepath.FromSlash(folder)), got.Files)
}

// packsIn opens the packs that a repository pins.
func packsIn(repo *apply.Repo) ([]*source.Pack, error) {
	files, err := repo.Read(lock.Path)
	if err != nil {
		return nil, err
	}
	src, there := files[lock.Path]
	if !there {
		return nil, nil
	}
	l, err := lock.Parse(src.Data)
	if err != nil {
		return nil, err
	}
	var out []*source.Pack
	for _, pin := range l.Packs {
		p, err := source.Open(repo.Dir, pin)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// here is g with the components of the packs that are pinned where we are, if that is a repository with packs.
func (a *app) here(g *generator.Generator) (*generator.Generator, error) {
	repo, err := apply.Open(".")
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	packs, err := packsIn(repo)
	if err != nil {
		return nil, err
	}
	return g.With(packs)
}
