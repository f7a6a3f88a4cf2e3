// Package event writes security events: one line each, at the point of the decision, from a closed list of names
// (ASVS 5.0.0 V16.3.1 to V16.3.4; names after the OWASP logging vocabulary).
package event

import (
	"context"
	"log/slog"

	"example.com/app/internal/logging"
	"example.com/app/internal/metrics"
)

// A Type names a kind of event. docs/security/operations.md lists them all with their keys.
type Type string

// The events of the HTTP surface. Components that authenticate or encrypt add theirs in files of their own.
const (
	AuthzDenied        Type = "authz_denied"        // an actor asked for what it may not have
	InputRejected      Type = "input_rejected"      // a request broke a rule of its format or fields
	RateLimited        Type = "rate_limited"        // a limit was reached; key "policy" names it
	CrossOrigin        Type = "cross_origin"        // a browser sent a state-changing request from another site
	HostRejected       Type = "host_rejected"       // a Host that is not ours
	CSPViolation       Type = "csp_violation"       // a browser reported a violation of our policy
	Panicked           Type = "panic"               // a handler panicked
	Started            Type = "started"             // the service started
	Stopped            Type = "stopped"             // the service stopped
	ConfigRejected     Type = "config_rejected"     // the service refused to start
	TLSHandshake       Type = "tls_handshake"       // a TLS handshake failed
	RefusalsSummarized Type = "refusals_summarized" // a client was refused more often than lines were written about it; key "count"
)

// Log writes one event and counts it. Attributes never carry a secret, a body or an address of a person.
func Log(ctx context.Context, t Type, attrs ...slog.Attr) {
	metrics.From(ctx).Event(string(t))
	logging.From(ctx).LogAttrs(ctx, slog.LevelWarn, "security event",
		append([]slog.Attr{slog.String("event", string(t))}, attrs...)...)
}
