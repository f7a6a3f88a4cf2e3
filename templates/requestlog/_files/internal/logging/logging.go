// Package logging writes one JSON object a line to standard output; shipping and keeping them is the platform's work.
//
// Times are RFC 3339 in UTC (ASVS 5.0.0 V16.2.2). slog escapes control characters, so that no input can begin
// a line of its own (CWE-117). Attributes with a name that means a secret are replaced: the last line of defense behind
// config.Secret. Every line of a request carries what the guard knows of it, read from the context when the line is written: no
// logger is cloned per request.
package logging

import (
	"context"
	"io"
	"log/slog"
	"strings"

	"example.com/app/internal/guard"
)

// New returns the service's logger.
func New(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(handler{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})})
}

// handler adds the request of the context to each line, writes times in UTC and redacts. It does so by itself and not by
// HandlerOptions.ReplaceAttr, with which slog takes several times as long for a line.
type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, line slog.Record) error {
	line.Time = line.Time.UTC()
	clean := true
	line.Attrs(func(a slog.Attr) bool {
		clean = harmless(a)
		return clean
	})
	if !clean {
		safe := slog.NewRecord(line.Time, line.Level, line.Message, line.PC)
		line.Attrs(func(a slog.Attr) bool {
			safe.AddAttrs(redact(a))
			return true
		})
		line = safe
	}
	line.AddAttrs(h.about(ctx)...)
	return h.Handler.Handle(ctx, line)
}

// about returns what every line of a request says: who, where, what (ASVS 5.0.0 V16.2.1).
func (h handler) about(ctx context.Context) []slog.Attr {
	q := guard.From(ctx)
	attrs := make([]slog.Attr, 0, 4)
	add := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, value))
		}
	}
	add("request_id", q.ID())
	if q.Client.IsValid() {
		add("client", q.Client.String())
	}
	add("actor", q.Principal)
	add("route", q.Route)
	return attrs
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	safe := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		safe[i] = redact(a)
	}
	return handler{h.Handler.WithAttrs(safe)}
}

func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }

// secretWords are parts of names under which nothing is written.
var secretWords = []string{"password", "secret", "token", "cookie", "authorization", "pepper", "private", "dsn", "email"}

// harmless reports whether a may be written as it is. A number, a duration or a time is not secret, with any name.
func harmless(a slog.Attr) bool {
	switch a.Value.Kind() {
	case slog.KindString, slog.KindAny:
		switch a.Key {
		case "event", "method", "cause": // on most lines; not worth a search
			return true
		}
		return !secretName(a.Key)
	case slog.KindGroup, slog.KindLogValuer:
		return false
	}
	return true
}

func secretName(name string) bool {
	name = strings.ToLower(name)
	for _, word := range secretWords {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// redact replaces what has the name of a secret, also inside of groups.
func redact(a slog.Attr) slog.Attr {
	a.Value = a.Value.Resolve()
	if a.Value.Kind() == slog.KindGroup && !secretName(a.Key) {
		group := make([]slog.Attr, len(a.Value.Group()))
		for i, member := range a.Value.Group() {
			group[i] = redact(member)
		}
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(group...)}
	}
	if a.Value.Kind() != slog.KindGroup && harmless(a) {
		return a
	}
	return slog.String(a.Key, "[redacted]")
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

// With returns a context whose logger adds args to every line.
func With(ctx context.Context, args ...any) context.Context {
	return Into(ctx, From(ctx).With(args...))
}
