package wizard

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// runPrompts asks line by line, for screen readers, terminals that cannot move the
// cursor, and pipes.
//
// A line is an answer; an empty line takes the default that the prompt names. The
// end of the input is not an answer: it stops, as an interrupt does.
func runPrompts(ctx context.Context, io IO, iv *interview) error {
	p := prompts{interview: iv, out: io.Out, lines: readLines(ctx, io.In)}
	p.say(`Answer each question and press Enter; Enter alone takes the answer in [brackets].`,
		`"?" explains, "back" returns to the question before, Ctrl-C stops and writes nothing.`)
	for !iv.done() {
		p.put(iv.question())
		if err := p.hear(ctx, iv.question()); err != nil {
			p.say("")
			return err
		}
	}
	return nil
}

type prompts struct {
	interview *interview
	out       io.Writer
	lines     <-chan line
}

type line struct {
	text string
	err  error
}

// readLines reads in the background, because a read from a terminal cannot be
// interrupted. It reads a line only when the one before it was taken.
func readLines(ctx context.Context, r io.Reader) <-chan line {
	lines := make(chan line)
	go func() {
		b := bufio.NewReader(r)
		for {
			text, err := b.ReadString('\n')
			if err != nil && text != "" { // a last line without its end is still an answer
				err = nil
			}
			select {
			case lines <- line{text, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return lines
}

func (p *prompts) say(lines ...string) {
	for _, l := range lines {
		fmt.Fprintln(p.out, l)
	}
}

// put shows a question, but for the line where the answer is typed.
func (p *prompts) put(q Question) {
	n, of := p.interview.place()
	p.say("")
	for _, l := range q.Body {
		p.say(l)
	}
	p.say(fmt.Sprintf("Question %d of %d: %s", n, of, q.Title))
	for i, o := range q.open() {
		mark := ""
		if q.Kind == Many && slices.Contains(q.Given, o.Value) {
			mark = " (chosen)"
		}
		p.say(fmt.Sprintf("%d. %s%s%s", i+1, o.name(), mark, colon(o.Why)))
	}
	for _, o := range q.closed() {
		p.say("Not offered: " + o.refusal())
	}
}

func colon(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

// hear reads lines until one is an answer or leads to another question.
func (p *prompts) hear(ctx context.Context, q Question) error {
	for {
		fmt.Fprintf(p.out, "%s: ", p.ask(q))
		var l line
		select {
		case <-ctx.Done():
			return ErrInterrupted
		case l = <-p.lines:
		}
		if l.err != nil {
			if !errors.Is(l.err, io.EOF) {
				return fmt.Errorf("read an answer: %w", l.err)
			}
			return ErrInterrupted
		}
		text := strings.TrimSpace(l.text)
		switch text {
		case "?":
			p.explain(q)
			continue
		case "back":
			if p.interview.back() {
				return nil
			}
			p.say("This is the first question.")
			continue
		}
		values, err := q.parse(text)
		if err == nil {
			err = p.interview.answer(values)
		}
		if err == nil {
			return nil
		}
		if errors.Is(err, ErrInterrupted) {
			return err
		}
		p.say("Not possible: " + err.Error())
	}
}

// ask is the prompt: how to answer, and what Enter alone means.
func (p *prompts) ask(q Question) string {
	given := make([]string, len(q.Given))
	for i, v := range q.Given {
		given[i] = q.called(v)
	}
	enter := strings.Join(given, ", ")
	switch q.Kind {
	case One:
		return fmt.Sprintf("Number or name [%s]", enter)
	case Many:
		if enter == "" {
			enter = "none"
		}
		return fmt.Sprintf("Numbers or names with commas between, or none [%s]", enter)
	}
	prompt := "Answer"
	if q.Example != "" && enter == "" {
		prompt += ", for example " + q.Example
	}
	if q.optional {
		prompt += ", or none"
		if enter == "" {
			enter = "none"
		}
	}
	if enter != "" {
		prompt += " [" + enter + "]"
	}
	return prompt
}

// called is the name of the option with that value.
func (q Question) called(value string) string {
	for _, o := range q.Options {
		if o.Value == value {
			return o.name()
		}
	}
	return value
}

func (p *prompts) explain(q Question) {
	if q.Help != "" {
		p.say(q.Help)
	}
	switch q.Kind {
	case One:
		p.say("Type one of: " + strings.Join(q.labels(), ", ") + ".")
	case Many:
		p.say("Type any of: "+strings.Join(q.labels(), ", ")+", with commas between.", `Type "none" to choose none of them.`)
	}
}

// parse reads a typed line as an answer.
func (q Question) parse(text string) ([]string, error) {
	if text == "" {
		if q.Kind == Text {
			return []string{strings.Join(q.Given, "")}, nil
		}
		return q.Given, nil
	}
	switch q.Kind {
	case Text:
		if text == "none" && q.optional {
			return []string{""}, nil
		}
		return []string{text}, nil
	case One:
		v, err := q.pick(text)
		return []string{v}, err
	}
	if strings.EqualFold(text, "none") {
		return []string{}, nil
	}
	chosen := []string{}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		v, err := q.pick(word)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(chosen, v) {
			chosen = append(chosen, v)
		}
	}
	return chosen, nil
}

// pick finds an option by its number or its name.
func (q Question) pick(word string) (string, error) {
	open := q.open()
	if n, err := strconv.Atoi(word); err == nil {
		if n < 1 || n > len(open) {
			return "", fmt.Errorf("%d is not one of the numbers 1 to %d", n, len(open))
		}
		return open[n-1].Value, nil
	}
	for _, o := range q.Options {
		if !strings.EqualFold(word, o.Value) && !strings.EqualFold(word, o.name()) {
			continue
		}
		if o.Blocked != "" {
			return "", errors.New(o.refusal())
		}
		return o.Value, nil
	}
	return "", fmt.Errorf("%q is not one of %s", word, strings.Join(q.labels(), ", "))
}
