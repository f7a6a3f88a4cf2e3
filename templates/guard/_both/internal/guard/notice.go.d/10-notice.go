package guard

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// A Refusal says why a request is not let through. What it holds is constant, so that nothing of a request comes back in an answer.
type Refusal struct {
	Reason     string // names the kind, in lower case with hyphens
	Title      string // one sentence for people
	Status     int
	Policy     string        // name of the limit that was reached, if it is a limit
	RetryAfter time.Duration // when a further request would be let through, if it is a limit
}

// A Kind says what a Notice is about. The parts of the guard declare theirs.
type Kind string

const (
	Refused    Kind = "refused"  // the guard refused a request: Refusal
	Summarized Kind = "refusals" // a client was refused Count times more than was told one by one
)

// A Notice is something that the guard saw. The context beside it carries the Request that it is about.
type Notice struct {
	Kind    Kind
	Level   slog.Level
	Refusal Refusal
	Count   int
	Took    time.Duration
	Cause   string
	Stack   string

	// Quiet says that the client has used up its budget of log lines: count the notice and do not write it. Summarized follows within a minute.
	Quiet bool
}

// plainText is the Refuse of a Config that has none.
func plainText(w http.ResponseWriter, _ *http.Request, because Refusal) {
	http.Error(w, strings.ToLower(because.Title), because.Status)
}

// logNotice is the Notice of a Config that has none.
func logNotice(ctx context.Context, n Notice) {
	if n.Quiet {
		return
	}
	q := From(ctx)
	var attrs []slog.Attr
	add := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, value))
		}
	}
	if q.Client.IsValid() {
		add("client", q.Client.String())
	}
	add("request_id", q.ID())
	add("method", q.Method)
	add("route", q.Route)
	add("reason", n.Refusal.Reason)
	add("cause", n.Cause)
	add("stack", n.Stack)
	if n.Took > 0 {
		attrs = append(attrs, slog.Int("status", q.Status()), slog.Int64("bytes", q.Bytes()), slog.Int64("duration_us", n.Took.Microseconds()))
	}
	if n.Count > 0 {
		attrs = append(attrs, slog.Int("count", n.Count))
	}
	slog.LogAttrs(ctx, n.Level, string(n.Kind), attrs...) //nolint:sloglint // kinds are constants
}
