// Package logging writes lines to standard output: one JSON object each, or text for people. Shipping and keeping them is the platform's work.
//
// Times are RFC 3339 in UTC in JSON (ASVS 5.0.0 V16.2.2). No key is written twice in a line, and no control character or mark of text direction
// is written as it is, so that no input begins a line of its own, forges a key or moves the cursor of a terminal (CWE-117). Attributes with a name that
// means a secret are replaced: the last line of defense. Every line of a request carries what the guard knows of it, read from the
// context when the line is written: no logger is cloned per request.
package logging

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"

	"example.com/app/internal/guard"
)

// New returns a logger that writes JSON.
func New(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(&handler{out: &output{w: w}, level: level})
}

// NewText returns a logger that writes text for people.
func NewText(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(&handler{out: &output{w: w}, level: level, text: true})
}

// output is where the lines of a logger and its copies go, one at a time.
type output struct {
	sync.Mutex
	w io.Writer
}

type handler struct {
	out    *output
	level  slog.Leveler
	text   bool
	attrs  []slog.Attr // of Logger.With
	prefix string      // of Logger.WithGroup: "group."
}

func (h *handler) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level.Level() }

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *h
	c.attrs = append(c.attrs[:len(c.attrs):len(c.attrs)], attrs...)
	for i := len(h.attrs); i < len(c.attrs); i++ {
		c.attrs[i].Key = h.prefix + c.attrs[i].Key
	}
	return &c
}

func (h *handler) WithGroup(name string) slog.Handler {
	c := *h
	c.prefix += name + "."
	return &c
}

func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	l := begin(h.text, r)
	defer l.free()
	for _, a := range h.attrs {
		l.attr("", a)
	}
	r.Attrs(func(a slog.Attr) bool {
		l.attr(h.prefix, a)
		return true
	})
	q := guard.From(ctx) // who, where, what (ASVS 5.0.0 V16.2.1)
	l.known("request_id", q.ID())
	if q.Client.IsValid() && l.key("client") {
		l.address(q.Client)
	}
	l.known("actor", q.Principal)
	l.known("route", q.Route)
	h.out.Lock()
	defer h.out.Unlock()
	_, err := h.out.w.Write(l.end())
	return err
}

// secretWords are parts of names under which nothing is written.
var secretWords = []string{"password", "secret", "token", "cookie", "authorization", "pepper", "private", "dsn", "email"}

func secretName(name string) bool {
	switch name {
	case "event", "method", "cause": // on most lines; not worth a search
		return false
	}
	name = strings.ToLower(name)
	for _, word := range secretWords {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

type loggerKey struct{}

// discard is what From returns where there is no logger.
var discard = slog.New(slog.DiscardHandler)

// Into returns a context that carries log.
func Into(ctx context.Context, log *slog.Logger) context.Context {
	return context.WithValue(ctx, loggerKey{}, log)
}

// From returns the context's logger; one that drops everything if there is none.
func From(ctx context.Context) *slog.Logger {
	if log, ok := ctx.Value(loggerKey{}).(*slog.Logger); ok {
		return log
	}
	return discard
}
