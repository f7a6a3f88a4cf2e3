package guard

import (
	"context"
	"log"
	"log/slog"
	"net/netip"
	"strings"
)

const (
	HandshakeFailed  Kind = "tls_handshake" // a TLS handshake failed: Cause
	ServerComplained Kind = "net/http"      // net/http reports something else: Cause
)

// longestCause bounds what is kept of a report: parts of it may come from a client.
const longestCause = 200

// ErrorLog is for http.Server: what net/http reports by itself becomes a notice. Handshakes that fail are refusals of a kind, and have the same budget.
func (g *Guard) ErrorLog() *log.Logger { return log.New(serverLog{g}, "", 0) }

type serverLog struct{ guard *Guard }

func (l serverLog) Write(line []byte) (int, error) {
	text := strings.TrimSpace(string(line))
	rest, handshake := strings.CutPrefix(text, "http: TLS handshake error from ")
	from, cause, _ := strings.Cut(rest, ": ")
	if !handshake || cause == "EOF" { // closed before a word: port scans, and load balancers that only look
		l.guard.config.Notice(context.Background(), Notice{Kind: ServerComplained, Level: slog.LevelDebug, Cause: text[:min(len(text), longestCause)]})
		return len(line), nil
	}
	q := Request{}
	if ap, err := netip.ParseAddrPort(from); err == nil {
		q.Client = ap.Addr().Unmap().WithZone("")
	}
	l.guard.config.Notice(With(context.Background(), q), Notice{
		Kind: HandshakeFailed, Level: slog.LevelWarn, Cause: cause[:min(len(cause), longestCause)], Quiet: !l.guard.budget.spend(q.Client),
	})
	return len(line), nil
}
