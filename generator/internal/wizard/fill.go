package wizard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// A Blank is an answer that is missing, and cannot be left out.
type Blank struct {
	Title, Help string
	Options     []Option // to choose from; none: a line of text
	Check       func(text string) error
}

// Fill asks for what is missing with plain prompts, a line each. "?" explains, "back" returns to the question before.
func Fill(ctx context.Context, rw IO, blanks []Blank) ([]string, error) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	p := prompts{out: rw.Out, lines: readLines(ctx, rw.In)}
	p.say(`Answer each question and press Enter; "?" explains, "back" returns to the question before, Ctrl-C stops and writes nothing.`)
	answers := make([]string, len(blanks))
	for at := 0; at < len(blanks); {
		b := blanks[at]
		q := Question{Kind: Text, Title: b.Title, Help: b.Help, Options: b.Options}
		if len(b.Options) > 0 {
			q.Kind = One
		}
		p.say("", fmt.Sprintf("Question %d of %d: %s", at+1, len(blanks), b.Title))
		for i, o := range b.Options {
			p.say(fmt.Sprintf("%d. %s", i+1, o.name()))
		}
		text, err := p.line(ctx)
		switch {
		case err != nil:
			p.say("")
			return nil, err
		case text == "?":
			p.explain(q)
			continue
		case text == "back":
			at = max(0, at-1)
			continue
		case text == "":
			p.say("Not possible: there is no answer to take by default")
			continue
		}
		values, err := q.parse(text)
		if err == nil {
			text = values[0]
			err = b.Check(text)
		}
		if err != nil {
			p.say("Not possible: " + err.Error())
			continue
		}
		answers[at] = text
		at++
	}
	return answers, nil
}

// line reads one answer.
func (p *prompts) line(ctx context.Context) (string, error) {
	fmt.Fprint(p.out, "Answer: ")
	select {
	case <-ctx.Done():
		return "", ErrInterrupted
	case l := <-p.lines:
		switch {
		case l.err == nil:
			return strings.TrimSpace(l.text), nil
		case errors.Is(l.err, io.EOF):
			return "", ErrInterrupted
		}
		return "", fmt.Errorf("read an answer: %w", l.err)
	}
}
