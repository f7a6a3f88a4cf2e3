package wizard

import "strings"

// A Kind says what shape an answer has.
type Kind int

const (
	Text Kind = iota // a line of text
	One              // one of the options
	Many             // any of the options, or none
)

// A Question is one thing to ask. It is a value: the two ways of asking, the
// form and the plain prompts, are given the same questions and nothing else.
type Question struct {
	ID      string // "database", or "session.cookie" for an input
	Kind    Kind
	Title   string
	Help    string   // a line or two on what the answer decides
	Body    []string // lines to read before answering; the summary has them
	Options []Option // what One and Many choose from
	Given   []string // what is chosen or typed when the question is first seen
	Example string   // shown where Text would stand while it is empty

	check    func(values []string) error // nil accepts everything
	optional bool                        // an empty Text is an answer
	suggest  []string                    // what is given as long as nobody says otherwise
}

// An Option is one choice with its explanation.
type Option struct {
	Value string
	Label string // shown instead of Value, where that reads better
	Why   string // one line on what choosing it means

	// Blocked says why the option cannot be chosen with what was answered so far. It is
	// empty for an option that can.
	Blocked string
}

// name is what the option is called on the screen.
func (o Option) name() string {
	if o.Label != "" {
		return o.Label
	}
	return o.Value
}

// open are the options that can be chosen.
func (q Question) open() []Option {
	var open []Option
	for _, o := range q.Options {
		if o.Blocked == "" {
			open = append(open, o)
		}
	}
	return open
}

// closed are the options that cannot be chosen now.
func (q Question) closed() []Option {
	var closed []Option
	for _, o := range q.Options {
		if o.Blocked != "" {
			closed = append(closed, o)
		}
	}
	return closed
}

// labels names the options that can be chosen, for messages.
func (q Question) labels() []string {
	var names []string
	for _, o := range q.open() {
		names = append(names, o.name())
	}
	return names
}

// refusal says why the option cannot be chosen.
func (o Option) refusal() string {
	if strings.HasPrefix(o.Blocked, o.name()+" ") {
		return o.Blocked // "session needs …"
	}
	return o.name() + ": " + o.Blocked
}
