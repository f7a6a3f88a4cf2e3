package component

import (
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

// Triples lists every legal Spec that makes at most three choices beyond the smallest service: one, two or three
// components, each either chosen or, for an extra, asked for. Extras that are on by default come too, and are also left out.
func (c *Catalog) Triples(base spec.Spec) []spec.Spec {
	var selectable []*Component
	for _, each := range c.All {
		if each.Kind != Base && each.Kind != Part && each.Kind != Foreign {
			selectable = append(selectable, each)
		}
	}
	var out []spec.Spec
	var grow func(s spec.Spec, from, left int)
	grow = func(s spec.Spec, from, left int) {
		for i := from; i < len(selectable) && left > 0; i++ {
			next, ok := chosen(s, selectable[i])
			if !ok {
				continue
			}
			for _, each := range []spec.Spec{next, c.barest(next)} {
				if c.Legal(each) {
					out = append(out, each)
				}
			}
			grow(next, i+1, left-1)
		}
	}
	start := base.Clone()
	start.Database, start.Auth, start.CI, start.Deploy, start.With, start.Without = spec.None, spec.None, spec.None, []string{}, nil, nil
	if c.Legal(start) {
		out = append(out, start)
	}
	grow(start, 0, 3)
	return out
}

// chosen is s with one more component, unless the place of that component is taken.
func chosen(s spec.Spec, c *Component) (spec.Spec, bool) {
	s = s.Clone()
	take := func(place *string) bool {
		free := *place == spec.None
		*place = c.Name
		return free
	}
	switch c.Kind {
	case Database:
		return s, take(&s.Database)
	case Auth:
		return s, take(&s.Auth)
	case CI:
		return s, take(&s.CI)
	case Deploy:
		s.Deploy = append(s.Deploy, c.Name)
	case Extra:
		s.With = append(s.With, c.Name)
	}
	return s, true
}
