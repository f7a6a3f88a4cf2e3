package ping

import (
	"net/http/httptest"
	"strconv"
	"testing"
)

func TestServe200(t *testing.T) {
	w := httptest.NewRecorder()
	if err := Serve(w, nil); err != nil {
		t.Fatal(err)
	}
	if w.Code != 200 || w.Body.String() != `{"status":"ok"}` || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%d %s %s", w.Code, w.Header(), w.Body)
	}
	if got := w.Header().Get("Content-Length"); got != strconv.Itoa(w.Body.Len()) {
		t.Errorf("Content-Length %s for %d bytes", got, w.Body.Len())
	}
}
