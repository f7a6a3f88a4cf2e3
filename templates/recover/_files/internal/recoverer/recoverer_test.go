package recoverer

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/app/internal/logging"
	"example.com/app/internal/requestlog"
)

// serve runs the handler behind a real server and returns what a client and the log see.
func serve(t *testing.T, h http.HandlerFunc) (status int, body string, err error, out string) {
	t.Helper()
	var log bytes.Buffer
	logger := logging.New(&log, slog.LevelInfo)
	chain := requestlog.Middleware(nil)(Middleware(h))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chain.ServeHTTP(w, r.WithContext(logging.Into(r.Context(), logger)))
	}))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	res, err := http.Get(server.URL)
	if err == nil {
		defer res.Body.Close()
		var b []byte
		b, err = io.ReadAll(res.Body)
		status, body = res.StatusCode, string(b)
	}
	server.Close() // the log is complete
	return status, body, err, log.String()
}

func TestPanic(t *testing.T) {
	for name, cause := range map[string]any{"text": "canary", "error": errors.New("canary"), "value": struct{ X string }{"canary"}} {
		t.Run(name, func(t *testing.T) {
			status, body, err, out := serve(t, func(http.ResponseWriter, *http.Request) { panic(cause) })
			if err != nil || status != 500 || !strings.Contains(body, "/problems/internal") {
				t.Errorf("%d %s %v", status, body, err)
			}
			for _, leak := range []string{"canary", "goroutine", ".go:"} {
				if strings.Contains(body, leak) {
					t.Errorf("the caller sees %q: %s", leak, body)
				}
				if !strings.Contains(out, leak) {
					t.Errorf("the log lacks %q: %s", leak, out)
				}
			}
			if !strings.Contains(out, `"event":"panic"`) {
				t.Errorf("no event: %s", out)
			}
		})
	}
}

// A panic in the middle of a response cuts the connection: half an answer must not pass for a whole one.
func TestPanicAfterTheAnswerBegan(t *testing.T) {
	_, body, err, out := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		_ = http.NewResponseController(w).Flush()
		panic("canary")
	})
	if err == nil {
		t.Errorf("the client reads %q as if it were whole", body)
	}
	if !strings.Contains(out, `"event":"panic"`) {
		t.Errorf("no event: %s", out)
	}
}

// A handler that wants the connection cut gets it, and nothing calls that an error.
func TestAbort(t *testing.T) {
	status, body, err, out := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if err == nil {
		t.Errorf("answered: %d %s", status, body)
	}
	if strings.Contains(out, `"event":"panic"`) {
		t.Errorf("an abort is logged as a panic: %s", out)
	}
}
