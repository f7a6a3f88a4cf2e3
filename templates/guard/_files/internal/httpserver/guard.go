package httpserver

import (
	"context"
	"log/slog"
	"net"
	"net/http"

	"example.com/app/internal/event"
	"example.com/app/internal/guard"
	"example.com/app/internal/identity"
	"example.com/app/internal/logging"
	"example.com/app/internal/metrics"
	"example.com/app/internal/problem"
)

// guarded returns what the guard of a listener does: it answers with problems, asks who is calling, and tells log and metrics what it sees.
func (d Deps) guarded() guard.Config {
	c := d.Config.Guard()
	c.Identify = identity.Middleware(d.Auth)
	c.Refuse = func(w http.ResponseWriter, r *http.Request, because guard.Refusal) {
		problem.Write(w, r, problem.Refused(because), nil)
	}
	c.Notice = d.notice
	return c
}

// LimitConnections bounds the connections of a public listener.
func LimitConnections(l net.Listener, d Deps) net.Listener {
	return guard.LimitConnections(l, d.guarded())
}

// refused are the events of refusals. The others are events as broken input, by their status, or none.
var refused = map[string]event.Type{
	"misdirected":  event.HostRejected,
	"cross-origin": event.CrossOrigin,
}

// notice counts what the guard sees and writes it, unless the client has used up its budget of lines.
func (d Deps) notice(ctx context.Context, n guard.Notice) {
	if n.Kind == guard.Answered {
		d.answered(ctx, n)
		return
	}
	ctx = metrics.Into(logging.Into(ctx, d.Log), d.Metrics)
	happened := func(t event.Type, attrs ...slog.Attr) {
		if n.Quiet {
			d.Metrics.Event(string(t))
			return
		}
		event.Log(ctx, t, attrs...)
	}
	switch n.Kind {
	case guard.Refused:
		if n.Refusal.Policy != "" {
			d.Metrics.RateLimited(n.Refusal.Policy)
			happened(event.RateLimited, slog.String("policy", n.Refusal.Policy))
		} else if t, ok := refused[n.Refusal.Reason]; ok {
			happened(t)
		}
	case guard.Summarized:
		happened(event.RefusalsSummarized, slog.Int("count", n.Count))
	case guard.Panicked:
		happened(event.Panicked)
		d.Log.LogAttrs(ctx, n.Level, "panic", slog.String("cause", n.Cause), slog.String("stack", n.Stack))
	case guard.HandshakeFailed:
		happened(event.TLSHandshake, slog.String("cause", n.Cause))
	case guard.ConnectionRefused:
		d.Metrics.ConnectionRefused()
	case guard.ProxyUnknown:
		d.Log.LogAttrs(ctx, n.Level, "an address that is not in TRUSTED_PROXIES sends X-Forwarded-For and is limited: is it a proxy?")
	default:
		d.Log.LogAttrs(ctx, n.Level, string(n.Kind), slog.String("cause", n.Cause)) //nolint:sloglint // kinds are constants
	}
}

// answered writes one line a request and counts it.
func (d Deps) answered(ctx context.Context, n guard.Notice) {
	q := guard.From(ctx)
	d.Metrics.Served(q.Route, q.Status(), n.Took)
	switch {
	case n.Quiet && rejected(q.Status()):
		d.Metrics.Event(string(event.InputRejected))
		return
	case n.Quiet:
		return
	case rejected(q.Status()):
		event.Log(ctx, event.InputRejected, slog.Int("status", q.Status()))
	}
	if h := d.Log.Handler(); h.Enabled(ctx, n.Level) { // Logger.LogAttrs would also find out who calls it, which no line shows
		line := slog.NewRecord(q.Began.Add(n.Took), n.Level, "request", 0)
		line.AddAttrs(slog.String("method", q.Method), slog.Int("status", q.Status()), slog.Int64("bytes", q.Bytes()), slog.Int64("duration_us", n.Took.Microseconds()))
		_ = h.Handle(ctx, line) // standard output is gone if this fails; there is nowhere to say so
	}
}

// rejected reports whether a status says that the request broke a rule of its format or fields (ASVS 5.0.0 V16.3.3).
func rejected(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return true
	}
	return false
}
