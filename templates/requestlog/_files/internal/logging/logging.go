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
	Actor     string // an id, never a name or an address of a person
	Route     string // the pattern, never the path: paths carry ids and whatever else a client types
}

// New returns the service's logger.
func New(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(handler{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: replace})})
}

// handler adds the scope of the context to each line.
type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, line slog.Record) error {
	if s, ok := ctx.Value(scopeKey{}).(*Scope); ok {
		line.AddAttrs(slog.String("request_id", s.RequestID))
		if s.Client.IsValid() {
			line.AddAttrs(slog.String("client", s.Client.String()))
		}
		if s.Actor != "" {
			line.AddAttrs(slog.String("actor", s.Actor))
		}
		if s.Route != "" {
			line.AddAttrs(slog.String("route", s.Route))
		}
	}
	return h.Handler.Handle(ctx, line)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}
func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }

// plain are the keys that nearly every line has: looked up first, because searching for secret words costs more.
var plain = map[string]bool{
	slog.LevelKey: true, slog.MessageKey: true, "request_id": true, "client": true, "actor": true, "route": true,
	"method": true, "status": true, "bytes": true, "duration_ms": true, "event": true,
}

var secretWords = []string{"password", "secret", "token", "cookie", "authorization", "pepper", "private", "dsn", "email"}

func replace(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Time(slog.TimeKey, a.Value.Time().UTC())
	}
	if plain[a.Key] {
		return a
	}
	switch a.Value.Kind() {
	case slog.KindString, slog.KindAny, slog.KindLogValuer: // a number or a duration is no secret
		name := strings.ToLower(a.Key)
		for _, word := range secretWords {
			if strings.Contains(name, word) {
				return slog.String(a.Key, "[redacted]")
			}
		}
	}
	return a
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
