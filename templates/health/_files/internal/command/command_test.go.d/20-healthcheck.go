package command

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestAlive(t *testing.T) {
	status, body := http.StatusOK, "ok\n"
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/livez" {
			t.Errorf("asks for %s", r.URL.Path)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	defer s.Close()
	address := s.Listener.Addr().String()

	if err := alive(t.Context(), address); err != nil {
		t.Errorf("alive: %v", err)
	}
	if err := alive(t.Context(), "0.0.0.0"+address[len("127.0.0.1"):]); err != nil {
		t.Errorf("alive on all addresses: %v", err)
	}
	status = http.StatusServiceUnavailable
	if err := alive(t.Context(), address); err == nil {
		t.Error("503 is taken for alive")
	}
	status, body = http.StatusOK, "<html>somebody else</html>"
	if err := alive(t.Context(), address); err == nil {
		t.Error("another server is taken for this one")
	}
	s.Close()
	if err := alive(t.Context(), address); err == nil {
		t.Error("nobody there is taken for alive")
	}
	if err := alive(t.Context(), "127.0.0.1:0"); err == nil {
		t.Error("port 0 is taken for alive")
	}
}
