package requestlog

import (
	"context"
	"log"
	"log/slog"
	"net/netip"
	"strings"

	"example.com/app/internal/event"
	"example.com/app/internal/logging"
	"example.com/app/internal/metrics"
)

// ErrorLog takes what net/http reports by itself: a TLS handshake that fails is an event, the rest is for debugging.
func ErrorLog(l *slog.Logger, m *metrics.Metrics) *log.Logger {
	return log.New(errorLog{metrics.Into(logging.Into(context.Background(), l), m)}, "", 0)
}

type errorLog struct{ ctx context.Context }

func (e errorLog) Write(line []byte) (int, error) {
	text := strings.TrimSpace(string(line))
	rest, handshake := strings.CutPrefix(text, "http: TLS handshake error from ")
	peer, cause, _ := strings.Cut(rest, ": ")
	if !handshake || cause == "EOF" { // hung up before a word: port scans, and load balancers that only look
		logging.From(e.ctx).LogAttrs(e.ctx, slog.LevelDebug, "net/http", slog.String("cause", text))
		return len(line), nil
	}
	ctx := e.ctx
	if ap, err := netip.ParseAddrPort(peer); err == nil {
		ctx = logging.Open(ctx, &logging.Scope{Client: ap.Addr().Unmap()})
	}
	event.Log(ctx, event.TLSHandshake, slog.String("cause", cause))
	return len(line), nil
}
