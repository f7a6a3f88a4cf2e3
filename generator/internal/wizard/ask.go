package wizard

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// A choice is a question with one answer out of a kind of components, or none of them.
type choice struct {
	id    string
	kind  component.Kind
	title string
	help  string
	none  string // what choosing none means
	field func(*spec.Spec) *string
}

var (
	database = choice{idDatabase, component.Database, "Database", "Where the service keeps its data.",
		"Nothing is stored; what it holds is gone when it stops.", func(s *spec.Spec) *string { return &s.Database }}
	auth = choice{idAuth, component.Auth, "Authentication", "How a caller proves who it is.",
		"No sign-in: anyone who can reach the service can use it.", func(s *spec.Spec) *string { return &s.Auth }}
	ci = choice{idCI, component.CI, "Continuous integration", "What builds, tests and audits every change.",
		"No workflows; the make targets are there to call from your own.", func(s *spec.Spec) *string { return &s.CI }}
)

func (iv *interview) askName() Question {
	return Question{
		ID: idName, Kind: Text, Title: "Name of the service",
		Help:    "Names the folder, the command and the session cookie: lower-case letters, digits and hyphens.",
		Given:   []string{iv.have.Name},
		Example: "orders",
		check: func(v []string) error {
			if v[0] == "" {
				return errors.New("a service needs a name, such as orders")
			}
			if err := said(spec.CheckName(v[0])); err != nil {
				return err
			}
			return iv.free(v[0])
		},
	}
}

// free says what is wrong with the directory that a service of that name goes to.
func (iv *interview) free(name string) error {
	if iv.opts.Free == nil {
		return nil
	}
	return iv.opts.Free(iv.dir(name))
}

func (iv *interview) dir(name string) string {
	if iv.opts.Dir != "" {
		return iv.opts.Dir
	}
	return name
}

func (iv *interview) askModule(s spec.Spec) Question {
	suggest := iv.have.Module
	if suggest == "" && s.Name != "" {
		suggest = "example.com/" + s.Name
	}
	return Question{
		ID: idModule, Kind: Text, Title: "Module path",
		Help:    "What go.mod says and imports begin with; usually where the repository will be.",
		Given:   []string{suggest},
		Example: "example.com/orders",
		check: func(v []string) error {
			if v[0] == "" {
				return errors.New("a module needs a path, such as example.com/orders")
			}
			return said(spec.CheckModule(v[0]))
		},
	}
}

func (iv *interview) askOne(s spec.Spec, c choice) Question {
	q := Question{ID: c.id, Kind: One, Title: c.title, Help: c.help}
	later := iv.later(c.id)
	option := func(value, why string) {
		try := s.Clone()
		*c.field(&try) = value
		q.Options = append(q.Options, Option{Value: value, Why: why, Blocked: iv.blocked(try, later)})
	}
	for _, each := range iv.catalog.OfKind(c.kind) {
		option(each.Name, each.Summary)
	}
	option(spec.None, c.none)

	open := q.open()
	for _, want := range []string{*c.field(&iv.have), *c.field(&iv.opts.Defaults)} {
		if slices.ContainsFunc(open, func(o Option) bool { return o.Value == want }) {
			q.Given = []string{want}
			break
		}
	}
	if q.Given == nil && len(open) > 0 {
		q.Given = []string{open[0].Value}
	}
	q.check = q.isOpen
	return q
}

func (iv *interview) askDeploy(s spec.Spec) Question {
	q := Question{ID: idDeploy, Kind: Many, Title: "Deployment", Help: "Files to run it with, any number of them. You can add others later."}
	later := iv.later(idDeploy)
	for _, each := range iv.catalog.OfKind(component.Deploy) {
		try := s.Clone()
		try.Deploy = []string{each.Name}
		q.Options = append(q.Options, Option{Value: each.Name, Why: each.Summary, Blocked: iv.blocked(try, later)})
	}
	suggest := iv.have.Deploy
	if suggest == nil {
		suggest = iv.opts.Defaults.Deploy
	}
	for _, o := range q.open() {
		if slices.Contains(suggest, o.Value) {
			q.Given = append(q.Given, o.Value)
		}
	}
	q.check = func(v []string) error {
		if err := q.isOpen(v); err != nil {
			return err
		}
		try := s.Clone()
		try.Deploy = v
		return reason(iv.blocked(try, later))
	}
	return q
}

func (iv *interview) askContact(s spec.Spec) Question {
	return Question{
		ID: idContact, Kind: Text, Title: "Security contact", optional: true,
		Help:    "Where people report a vulnerability; /.well-known/security.txt says it. Leave it empty to set SECURITY_CONTACT before the service goes public.",
		Given:   []string{iv.have.Contact},
		Example: "mailto:security@example.com",
		check: func(v []string) error {
			if v[0] == "" {
				return nil
			}
			return said(spec.CheckContact(v[0]))
		},
	}
}

func (iv *interview) askExtras(s spec.Spec) Question {
	q := Question{ID: idExtras, Kind: Many, Title: "Extras", Help: "What else the service gets. What is recommended for your choices is on."}
	s.With, s.Without = nil, nil
	plain, _ := iv.catalog.Resolve(whole(s))
	for _, each := range iv.catalog.OfKind(component.Extra) {
		o := Option{Value: each.Name, Why: each.Summary}
		try := s.Clone()
		try.With = []string{each.Name}
		o.Blocked = iv.blocked(try, nil)
		if o.Blocked == "" && plain != nil && plain.Has(each.Name) {
			try.With, try.Without = nil, []string{each.Name}
			if iv.blocked(try, nil) != "" {
				continue // it comes along whatever is said here, so there is nothing to ask
			}
			q.Given = append(q.Given, each.Name)
		}
		q.Options = append(q.Options, o)
	}
	q.check = func(v []string) error {
		if err := q.isOpen(v); err != nil {
			return err
		}
		try := s.Clone()
		try.With, try.Without = apart(v, q.Given)
		return reason(iv.blocked(try, nil))
	}
	return q
}

// askSettings asks which inputs to ask for. There are more of them than of choices, and each has a default that is
// meant to be kept, so that asking for all would bury the few that somebody came for.
func (iv *interview) askSettings(inputs []Question) Question {
	q := Question{ID: idSettings, Kind: Many, Title: "Settings", Help: "Each has a safe default. Choose those that you want to change."}
	for _, in := range inputs {
		now := in.called(in.Given[0])
		if now == "" {
			now = spec.None
		}
		q.Options = append(q.Options, Option{Value: in.ID, Why: fmt.Sprintf("%s (%s)", strings.TrimSuffix(in.Title, "?"), now)})
	}
	q.check = q.isOpen
	return q
}

// askInputs has a question for each input of the chosen components that has one and is not set.
func (iv *interview) askInputs(s spec.Spec) []Question {
	selection, err := iv.catalog.Resolve(whole(s))
	if err != nil {
		return nil // the summary says why
	}
	var all []Question
	for _, c := range selection.Components {
		for _, in := range c.Inputs {
			if _, set := s.Set[c.Name][in.Name]; set || in.Question == "" {
				continue
			}
			value, _ := selection.Input(c.Name, in.Name)
			q := Question{ID: c.Name + "." + in.Name, Kind: Text, Title: in.Question, Help: in.Help, Given: []string{typed(value)}}
			switch in.Type {
			case "bool":
				q.Kind = One
				q.Options = []Option{{Value: "true", Label: "yes"}, {Value: "false", Label: "no"}}
			case "enum":
				q.Kind = One
				for _, v := range in.Enum {
					q.Options = append(q.Options, Option{Value: v})
				}
			}
			q.check = func(v []string) error {
				_, err := in.Parse(v[0])
				return err
			}
			all = append(all, q)
		}
	}
	return all
}

// typed writes a value the way a person would type it.
func typed(value any) string {
	d, ok := value.(time.Duration)
	if !ok {
		return fmt.Sprint(value)
	}
	s := d.String() // 30m0s
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func (iv *interview) askWrite(s spec.Spec) Question {
	dir := iv.dir(s.Name)
	q := Question{ID: idWrite, Kind: One, Body: summary(s, iv.catalog, dir), Given: []string{writeIt}}
	files, problem := "the files", error(nil)
	if iv.opts.Count != nil {
		n, err := iv.opts.Count(s)
		files, problem = fmt.Sprintf("%d files", n), err
	}
	write := Option{Value: writeIt, Why: "Write " + files + " to " + shown(dir) + "."}
	q.Title = "Write " + files + " to " + shown(dir) + "?"
	if problem != nil {
		q.Title = "This cannot be written"
		write.Blocked = problem.Error()
		q.Given = []string{goBack}
	}
	q.Options = []Option{write,
		{Value: goBack, Why: "Return to the question before."},
		{Value: stopIt, Why: "Leave without writing anything."}}
	q.check = q.isOpen
	return q
}

// shown is the directory as a person would say it.
func shown(dir string) string {
	if filepath.IsAbs(dir) || strings.HasPrefix(dir, ".") {
		return problem.Plain(dir)
	}
	return problem.Plain("." + string(filepath.Separator) + dir)
}

// isOpen refuses a value that is not on offer, or not now.
func (q Question) isOpen(values []string) error {
	for _, v := range values {
		i := slices.IndexFunc(q.Options, func(o Option) bool { return o.Value == v })
		switch {
		case i < 0:
			return fmt.Errorf("%q is not one of %s", v, strings.Join(q.labels(), ", "))
		case q.Options[i].Blocked != "":
			return errors.New(q.Options[i].refusal())
		}
	}
	return nil
}

// later lists the choices that are asked after the question: they may still turn out any way.
func (iv *interview) later(id string) []choice {
	var open []choice
	for _, c := range []choice{database, auth, ci} {
		if slices.Index(order, c.id) > slices.Index(order, id) && !iv.given[c.id] {
			open = append(open, c)
		}
	}
	return open
}

// order is the order of the questions with choices.
var order = []string{idDatabase, idAuth, idDeploy, idCI}

// blocked says why s cannot be, whatever is answered later; it is empty if there is a way.
func (iv *interview) blocked(s spec.Spec, later []choice) string {
	s = whole(s)
	_, err := iv.catalog.Resolve(s)
	if err == nil || iv.wayOut(s, later) {
		return ""
	}
	var list problem.List
	if errors.As(err, &list) && len(list) > 0 {
		return list[0].Message
	}
	return err.Error()
}

// possible says what is wrong with what was settled before the first question.
func (iv *interview) possible() error {
	s := iv.settled()
	if iv.given[idName] {
		if err := iv.free(s.Name); err != nil {
			return err
		}
	}
	var later []choice
	for _, c := range []choice{database, auth, ci} {
		if !iv.given[c.id] {
			later = append(later, c)
		}
	}
	if _, err := iv.catalog.Resolve(whole(s)); err != nil && !iv.wayOut(whole(s), later) {
		return err
	}
	return nil
}

// wayOut reports whether some answer to the later choices makes s legal.
func (iv *interview) wayOut(s spec.Spec, later []choice) bool {
	if len(later) == 0 {
		return iv.catalog.Legal(s)
	}
	for _, name := range append(iv.catalog.Names(later[0].kind), spec.None) {
		try := s.Clone()
		*later[0].field(&try) = name
		if iv.wayOut(try, later[1:]) {
			return true
		}
	}
	return false
}

// whole gives a Spec that is still being asked for a name and a module, since without them nothing is legal.
func whole(s spec.Spec) spec.Spec {
	s = s.Clone()
	if s.Name == "" {
		s.Name = "app"
	}
	if s.Module == "" {
		s.Module = "example.com/app"
	}
	return s
}

// said turns a problem into what to say beside the question, where its flag is of no use.
func said(p *problem.Problem) error {
	switch {
	case p == nil:
		return nil
	case p.Hint == "":
		return errors.New(p.Message)
	}
	return fmt.Errorf("%s (%s)", p.Message, p.Hint)
}

func reason(blocked string) error {
	if blocked == "" {
		return nil
	}
	return errors.New(blocked)
}
