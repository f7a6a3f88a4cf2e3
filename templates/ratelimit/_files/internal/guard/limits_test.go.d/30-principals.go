package guard

import (
	"net/http"
	"testing"
	"time"
)

// A caller with many addresses has one limit; a stranger has none beside that of its address.
func TestRateLimitOfPrincipals(t *testing.T) {
	c := Config{RateLimit: Rate{2, time.Hour, 2}}
	limit := New(c).limitPrincipals()(http.HandlerFunc(fine))
	ask := func(address, principal string) (int, string) {
		r := from(address, "/")
		w, _ := request()
		limit.ServeHTTP(w, r.WithContext(With(r.Context(), Request{Principal: principal})))
		return w.Code, w.Header().Get("RateLimit")
	}
	for i, want := range []int{200, 200, 429} {
		if got, _ := ask("192.0.2."+string(rune('1'+i)), "ann"); got != want {
			t.Errorf("request %d of one caller: %d, want %d", i+1, got, want)
		}
	}
	if got, _ := ask("192.0.2.1", "bob"); got != 200 {
		t.Errorf("another caller: %d", got)
	}
	for range 5 {
		if got, told := ask("192.0.2.1", ""); got != 200 || told != "" {
			t.Errorf("a stranger: %d %q", got, told)
		}
	}
}
