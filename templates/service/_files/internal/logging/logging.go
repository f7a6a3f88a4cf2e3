// Package logging writes one JSON object a line to standard output; shipping and keeping them is the platform's work.
//
// Times are RFC 3339 in UTC (ASVS 5.0.0 V16.2.2). slog escapes control characters, so that no input can begin
// a line of its own (CWE-117). Attributes with a name that means a secret are replaced: the last line of defence behind config.Secret.
package logging

import (
	"context"
	"io"
	"log/slog"
	"strings"
)

// New returns the service's logger.
func New(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: replace}))
}

var secretWords = []string{"password", "secret", "token", "cookie", "authorization", "pepper", "private", "dsn"}

func replace(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Time(slog.TimeKey, a.Value.Time().UTC())
	}
	if a.Value.Kind() == slog.KindString {
		name := strings.ToLower(a.Key)
		for _, word := range secretWords {
			if strings.Contains(name, word) {
				return slog.String(a.Key, "[redacted]")
			}
		}
	}
	return a
}

type key struct{}

// Into returns a context that carries log.
func Into(ctx context.Context, log *slog.Logger) context.Context {
	return context.WithValue(ctx, key{}, log)
}

// From returns the context's logger; one that drops everything if there is none.
func From(ctx context.Context) *slog.Logger {
	if log, ok := ctx.Value(key{}).(*slog.Logger); ok {
		return log
	}
	return slog.New(slog.DiscardHandler)
}

// With returns a context whose logger adds args to every line.
func With(ctx context.Context, args ...any) context.Context {
	return Into(ctx, From(ctx).With(args...))
}
