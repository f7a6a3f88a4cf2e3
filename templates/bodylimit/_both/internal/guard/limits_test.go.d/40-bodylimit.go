package guard

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// readBody answers with what it could read, or with 413.
func readBody(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		http.Error(w, "cut off", http.StatusRequestEntityTooLarge)
		return
	}
	_, _ = w.Write(b)
}

func TestBodyLimit(t *testing.T) {
	server := httptest.NewServer(behind(Config{MaxBodyBytes: 4}, (*Guard).bodyLimit, readBody))
	defer server.Close()
	tests := []struct {
		name   string
		body   io.Reader
		status int
		answer string
		closes bool // net/http reads no more than it has to
	}{
		{"none", nil, http.StatusOK, "", false},
		{"as much as may be", strings.NewReader("four"), http.StatusOK, "four", false},
		{"an announced length that is too large", strings.NewReader("fiver"), http.StatusRequestEntityTooLarge, "the request body is too large\n", true},
		{"chunks", io.MultiReader(strings.NewReader("four")), http.StatusOK, "four", false},
		{"chunks that are too many", io.MultiReader(strings.NewReader("fiver")), http.StatusRequestEntityTooLarge, "cut off\n", true},
	}
	for _, tt := range tests {
		res, err := server.Client().Post(server.URL, "text/plain", tt.body)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		answer, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != tt.status || string(answer) != tt.answer || res.Close != tt.closes {
			t.Errorf("%s: %d %q, closes %v", tt.name, res.StatusCode, answer, res.Close)
		}
	}
}

// A length that is announced is refused before a byte is read.
func TestAnnouncedLength(t *testing.T) {
	called := false
	h := behind(Config{MaxBodyBytes: 4}, (*Guard).bodyLimit, func(http.ResponseWriter, *http.Request) { called = true })
	if w := answer(h, httptest.NewRequest("POST", "/", strings.NewReader("fiver"))); called || w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("called %v, %d", called, w.Code)
	}
}

// Bodies that unpack to more than they say can be refused.
func TestEncodedBodies(t *testing.T) {
	for _, encoding := range []string{"gzip", "br", "identity"} {
		for refuse, want := range map[bool]int{true: http.StatusUnsupportedMediaType, false: http.StatusOK} {
			r := httptest.NewRequest("POST", "/", strings.NewReader("four"))
			r.Header.Set("Content-Encoding", encoding)
			if w := answer(behind(Config{MaxBodyBytes: 4, RefuseEncoded: refuse}, (*Guard).bodyLimit, readBody), r); w.Code != want {
				t.Errorf("%s: %d, want %d", encoding, w.Code, want)
			}
		}
	}
}

func TestParseSize(t *testing.T) {
	if n, err := ParseSize(" 1048576 "); n != 1<<20 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	for _, bad := range []string{"", "0", "-1", "1MB", "99999999999999999999"} {
		if n, err := ParseSize(bad); err == nil {
			t.Errorf("%q is read as %d", bad, n)
		}
	}
}
