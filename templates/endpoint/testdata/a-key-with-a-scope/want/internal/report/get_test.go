package report

import (
	"net/http/httptest"
	"testing"

	"example.com/orders/internal/problem"
)

func TestServe(t *testing.T) {
	tests := []struct {
		name, query string
		status      int
		body        string // empty: a problem, which says nothing of the request
	}{
		{"200", "", 200, `{"message":"ok"}`},
		{"400 a parameter that is not known", "?x=1", 400, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			problem.Handler(Serve).ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/report"+tt.query, nil))
			if w.Code != tt.status || tt.body != "" && w.Body.String() != tt.body {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}
