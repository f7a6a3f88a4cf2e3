package wizard

import (
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// An interview knows which question comes next. It has no opinion on how a
// question is shown, and it is the only one who judges answers.
//
// The list of questions is made again after each answer, since one answer can
// bring questions or take them away. Answers are kept by the question's ID, so
// that a question that comes back has its answer still.
type interview struct {
	catalog *component.Catalog
	have    spec.Spec
	given   map[string]bool
	opts    Options

	kept map[string][]string
	at   int // place of the question that is being asked
	list []step
	over bool
}

// A step is a question and what the Spec says before it is answered.
type step struct {
	Question
	before spec.Spec
}

// The questions that are always of the same name.
const (
	idName, idModule, idDatabase, idAuth = "name", "module", "database", "auth"
	idDeploy, idCI, idContact            = "deploy", "ci", "contact"
	idExtras, idSettings, idWrite        = "extras", "settings", "write"

	writeIt, goBack, stopIt = "write", "back", "stop"
)

func newInterview(catalog *component.Catalog, have spec.Spec, given map[string]bool, opts Options) *interview {
	iv := &interview{catalog: catalog, have: have.Clone(), given: given, opts: opts, kept: map[string][]string{}}
	iv.list = iv.steps()
	iv.over = len(iv.list) == 0
	return iv
}

func (iv *interview) done() bool         { return iv.over }
func (iv *interview) question() Question { return iv.list[iv.at].Question }

// place is the number of the question, from 1, and how many there are as things stand.
func (iv *interview) place() (n, of int) { return iv.at + 1, len(iv.list) }

// keep remembers what stands in the field when a person goes back without having
// answered. What would not do as an answer is not worth keeping.
func (iv *interview) keep(values []string) {
	if q := iv.question(); q.ID != idWrite && (q.check == nil || q.check(values) == nil) {
		iv.remember(q, values)
	}
}

// remember keeps an answer as what a person changed about the suggestion, and nothing when they took it:
// what was merely accepted follows the answers before it when those change. Without that, whoever accepts an
// empty list of extras and then goes back to add a database would have switched off what comes with one.
func (iv *interview) remember(q Question, values []string) {
	var changed []string
	switch {
	case q.Kind != Many:
		if !slices.Equal(values, q.suggest) {
			changed = values
		}
	default:
		for _, mark := range iv.kept[q.ID] { // about an option that is not on offer now, and may be again
			if !slices.ContainsFunc(q.open(), func(o Option) bool { return o.Value == mark[1:] }) {
				changed = append(changed, mark)
			}
		}
		for _, v := range values {
			if !slices.Contains(q.suggest, v) {
				changed = append(changed, "+"+v)
			}
		}
		for _, v := range q.suggest {
			if !slices.Contains(values, v) {
				changed = append(changed, "-"+v)
			}
		}
	}
	if changed == nil {
		delete(iv.kept, q.ID)
		return
	}
	iv.kept[q.ID] = slices.Clone(changed)
}

// recall is the answer to q: what was kept about it, as far as that is still possible, or the suggestion.
func (iv *interview) recall(q Question) []string {
	kept, ok := iv.kept[q.ID]
	switch {
	case !ok:
		return q.suggest
	case q.Kind != Many:
		if q.check != nil && q.check(kept) != nil {
			return q.suggest
		}
		return kept
	}
	var out []string
	for _, o := range q.open() {
		if slices.Contains(kept, "+"+o.Value) || slices.Contains(q.suggest, o.Value) && !slices.Contains(kept, "-"+o.Value) {
			out = append(out, o.Value)
		}
	}
	return out
}

// answer judges an answer to the question and, if it is one, goes on.
func (iv *interview) answer(values []string) error {
	q := iv.question()
	if q.check != nil {
		if err := q.check(values); err != nil {
			return err
		}
	}
	if q.ID == idWrite {
		switch values[0] {
		case writeIt:
			iv.over = true
			return nil
		case goBack:
			iv.back()
			return nil
		}
		return ErrInterrupted
	}
	iv.remember(q, values)
	iv.list = iv.steps()
	for i, s := range iv.list { // by name: the answer may have changed how many there are
		if s.ID == q.ID {
			iv.at = i + 1
		}
	}
	return nil
}

// back returns to the question before, if there is one.
func (iv *interview) back() bool {
	if iv.at == 0 {
		return false
	}
	iv.at--
	iv.list = iv.steps()
	return true
}

// spec is the Spec as answered so far.
func (iv *interview) spec() spec.Spec {
	if len(iv.list) == 0 {
		return iv.have
	}
	return iv.list[len(iv.list)-1].before // before the summary: after everything else
}

// steps makes the list of questions from what is given and kept.
func (iv *interview) steps() []step {
	s := iv.settled()
	var list []step
	ask := func(given bool, q Question, put func(*spec.Spec, []string)) {
		if given {
			return
		}
		q.suggest = q.Given
		q.Given = iv.recall(q)
		list = append(list, step{q, s.Clone()})
		put(&s, q.Given)
	}
	choose := func(c choice, q Question) {
		// Without an open option, what is given contradicts itself, and the summary says how.
		ask(iv.given[c.id] || len(q.open()) == 0, q, func(s *spec.Spec, v []string) { *c.field(s) = v[0] })
	}

	ask(iv.given[idName], iv.askName(), func(s *spec.Spec, v []string) { s.Name = v[0] })
	ask(iv.given[idModule], iv.askModule(s), func(s *spec.Spec, v []string) { s.Module = v[0] })
	choose(database, iv.askOne(s, database))
	choose(auth, iv.askOne(s, auth))
	deploy := iv.askDeploy(s)
	ask(iv.given[idDeploy] || len(deploy.Options) == 0, deploy, func(s *spec.Spec, v []string) { s.Deploy = append([]string{}, v...) })
	choose(ci, iv.askOne(s, ci))
	ask(iv.given[idContact], iv.askContact(s), func(s *spec.Spec, v []string) { s.Contact = v[0] })
	extras := iv.askExtras(s)
	ask(iv.given["with"] || iv.given["without"] || len(extras.Options) == 0, extras, func(s *spec.Spec, v []string) {
		s.With, s.Without = apart(v, extras.Given)
	})
	inputs := iv.askInputs(s)
	var change []string
	ask(iv.given[idSettings] || len(inputs) == 0, iv.askSettings(inputs), func(_ *spec.Spec, v []string) { change = v })
	for _, q := range inputs {
		name, input, _ := strings.Cut(q.ID, ".")
		ask(!slices.Contains(change, q.ID), q, func(s *spec.Spec, v []string) {
			if v[0] != q.Given[0] { // what is so by default is not recorded
				s.SetInput(name, input, v[0])
			}
		})
	}
	ask(len(list) == 0, iv.askWrite(s), func(*spec.Spec, []string) {})
	return list
}

// crumbs are the answers before the question, in a word each.
func (iv *interview) crumbs() []string {
	var words []string
	for _, s := range iv.list[:iv.at] {
		switch s.ID {
		case idModule, idContact, idSettings: // long, and seldom what the next answer depends on
			continue
		}
		words = append(words, s.Given...)
	}
	return words
}

// settled is the part of have that is not asked. The rest of have are suggestions.
func (iv *interview) settled() spec.Spec {
	s := iv.have.Clone()
	for id, field := range map[string]*string{idName: &s.Name, idModule: &s.Module, idDatabase: &s.Database, idAuth: &s.Auth, idCI: &s.CI, idContact: &s.Contact} {
		if !iv.given[id] {
			*field = ""
		}
	}
	if !iv.given[idDeploy] {
		s.Deploy = nil
	}
	return s
}

// apart splits the chosen extras into those to ask for and those to leave out, given what is on by itself.
func apart(chosen, on []string) (with, without []string) {
	for _, v := range chosen {
		if !slices.Contains(on, v) {
			with = append(with, v)
		}
	}
	for _, v := range on {
		if !slices.Contains(chosen, v) {
			without = append(without, v)
		}
	}
	return with, without
}
