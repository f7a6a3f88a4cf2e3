package command

import (
	"crypto/tls"
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

	if err := alive(t.Context(), address, nil); err != nil {
		t.Errorf("alive: %v", err)
	}
	if err := alive(t.Context(), "0.0.0.0"+address[len("127.0.0.1"):], nil); err != nil {
		t.Errorf("alive on all addresses: %v", err)
	}
	status = http.StatusServiceUnavailable
	if err := alive(t.Context(), address, nil); err == nil {
		t.Error("503 is taken for alive")
	}
	status, body = http.StatusOK, "<html>somebody else</html>"
	if err := alive(t.Context(), address, nil); err == nil {
		t.Error("another server is taken for this one")
	}
	s.Close()
	if err := alive(t.Context(), address, nil); err == nil {
		t.Error("nobody there is taken for alive")
	}
	if err := alive(t.Context(), "127.0.0.1:0", nil); err == nil {
		t.Error("port 0 is taken for alive")
	}
}

func TestAliveOverTLS(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") }))
	defer s.Close()
	trust := s.Client().Transport.(*http.Transport).TLSClientConfig
	if err := alive(t.Context(), s.Listener.Addr().String(), trust); err != nil {
		t.Errorf("alive: %v", err)
	}
	if err := alive(t.Context(), s.Listener.Addr().String(), nil); err == nil {
		t.Error("a TLS listener is taken for alive in plain text")
	}
	if err := alive(t.Context(), s.Listener.Addr().String(), &tls.Config{}); err == nil {
		t.Error("anybody's certificate is trusted")
	}
}
