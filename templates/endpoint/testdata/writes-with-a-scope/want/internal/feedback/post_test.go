package feedback

import (
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/orders/internal/problem"
)

func TestServe(t *testing.T) {
	tests := []struct {
		name, query, kind, body string
		status                  int
		answer                  string // or a part of it
	}{
		{"200", "", "application/json", `{"message":"Grüße"}`, 200, `{"length":5}`},
		{"200 the longest message", "", "application/json", `{"message":"` + strings.Repeat("é", maxMessage) + `"}`, 200, `{"length":1000}`},
		{"400 a parameter that is not known", "?x=1", "application/json", `{"message":"a"}`, 400, `"/problems/`},
		{"400 no JSON", "", "application/json", `{"message":`, 400, `"/problems/`},
		{"413 more than the fields hold", "", "application/json", `{"message":"` + strings.Repeat("a", 20*maxMessage) + `"}`, 413, `"/problems/`},
		{"415 another type", "", "text/plain", `a`, 415, `"/problems/`},
		{"422 nothing", "", "application/json", `{}`, 422, `"code":"required"`},
		{"422 too long", "", "application/json", `{"message":"` + strings.Repeat("é", maxMessage+1) + `"}`, 422, `"code":"too-long"`},
		{"422 control characters", "", "application/json", `{"message":"a\u0000"}`, 422, `"code":"characters"`},
		{"422 a field that is not known", "", "application/json", `{"message":"a","admin":true}`, 422, `"code":"unknown"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			r := httptest.NewRequest("POST", "/api/v1/feed-back"+tt.query, strings.NewReader(tt.body))
			r.Header.Set("Content-Type", tt.kind)
			problem.Handler(Serve).ServeHTTP(w, r)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.answer) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}
