// Package logging writes one JSON object a line to standard output; shipping and keeping them is the platform's work.
//
// Times are RFC 3339 in UTC (ASVS 5.0.0 V16.2.2). slog escapes control characters, so that no input can begin
// a line of its own (CWE-117). Attributes with a name that means a secret are replaced: the last line of defense behind
// config.Secret. Every line of a request carries its Scope, read from the context when the line is written: no logger is
// cloned per request.
package logging

import (
	"context"
	"io"
	"log/slog"
	"net/netip"
	"strings"
)

// A Scope is what every line of one request says: who, where, what (ASVS 5.0.0 V16.2.1). The middleware that
// learns a part fills it in, before the handler runs.
type Scope struct {
	RequestID string
	Client    netip.Addr
	HTTPS     bool   // not on the line: the same for nearly all of them
	Actor     string // an id, never a name or an address of a person
	Route     string // the pattern, never the path: paths carry ids and whatever else a client types
}

// New returns the service's logger.
func New(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(handler{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})})
}

// handler adds the scope of the context to each line, writes times in UTC and redacts. It does so by itself and not by
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
	if s, ok := ctx.Value(scopeKey{}).(*Scope); ok {
		var attrs [4]slog.Attr
		n := 0
		add := func(key, value string) {
			if value != "" {
				attrs[n] = slog.String(key, value)
				n++
			}
		}
		add("request_id", s.RequestID)
		if s.Client.IsValid() {
			add("client", s.Client.String())
		}
		add("actor", s.Actor)
		add("route", s.Route)
		line.AddAttrs(attrs[:n]...)
	}
	return h.Handler.Handle(ctx, line)
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

// harmless reports whether a may be written as it is. A number, a duration or a time is no secret, whatever its name.
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

type (
	loggerKey struct{}
	scopeKey  struct{}
)

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

// Open returns a context with a scope of its own.
func Open(ctx context.Context, s *Scope) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

// ScopeOf returns the scope of a request's context, to read or to fill in. Outside a request it is a new one
// that no line shows.
func ScopeOf(ctx context.Context) *Scope {
	if s, ok := ctx.Value(scopeKey{}).(*Scope); ok {
		return s
	}
	return &Scope{}
}
