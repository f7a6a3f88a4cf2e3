package component

import (
	"slices"

	"github.com/hardwright/hardwright/generator/internal/spec"
)

// choices lists every legal Spec over base's name and module: each database, auth style and CI, with the
// deployments and extras that each of bunches picks. Order and count are fixed by the catalog.
func (c *Catalog) choices(base spec.Spec, bunches ...func(spec.Spec) spec.Spec) []spec.Spec {
	var out []spec.Spec
	for _, db := range append(c.Names(Database), spec.None) {
		for _, auth := range append(c.Names(Auth), spec.None) {
			for _, ci := range append(c.Names(CI), spec.None) {
				for _, bunch := range bunches {
					s := base.Clone()
					s.Database, s.Auth, s.CI, s.Deploy = db, auth, ci, []string{}
					if s = bunch(s); c.Legal(s) {
						out = append(out, s)
					}
				}
			}
		}
	}
	return out
}

// Samples lists every legal choice of database, auth and CI, with as much else as goes with it and with as little.
func (c *Catalog) Samples(base spec.Spec) []spec.Spec {
	return c.choices(base, func(s spec.Spec) spec.Spec { return c.fullest(s) }, func(s spec.Spec) spec.Spec { return c.barest(s) })
}

// fullest adds every deployment and extra that stays legal.
func (c *Catalog) fullest(s spec.Spec) spec.Spec {
	for _, d := range c.Names(Deploy) {
		more := s.Clone()
		if more.Deploy = append(more.Deploy, d); c.Legal(more) {
			s = more
		}
	}
	for _, e := range c.Names(Extra) {
		more := s.Clone()
		if more.With = append(more.With, e); c.Legal(more) {
			s = more
		}
	}
	return s
}

// barest leaves every extra out that is on by default.
func (c *Catalog) barest(s spec.Spec) spec.Spec {
	for _, e := range c.OfKind(Extra) {
		less := s.Clone()
		if less.Without = append(less.Without, e.Name); e.Default != nil && c.Legal(less) {
			s = less
		}
	}
	return s
}

// Auths lists the auth styles that go with a database.
func (c *Catalog) Auths(base spec.Spec, database string) []string {
	var out []string
	for _, auth := range append(c.Names(Auth), spec.None) {
		s := base.Clone()
		s.Database, s.Auth, s.CI, s.Deploy, s.With, s.Without, s.Set = database, auth, spec.None, []string{}, nil, nil, nil
		if c.Legal(s) {
			out = append(out, auth)
		}
	}
	slices.Sort(out)
	return out
}
