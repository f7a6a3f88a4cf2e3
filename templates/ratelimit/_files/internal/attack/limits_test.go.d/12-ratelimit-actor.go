package attack

import "testing"

// An actor with many addresses has one limit, and both limits are told (I1, I3).
func TestRateLimitOfAnActor(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1/1m,8")
	c := s.signIn(t)
	limited := false
	for i := range 9 {
		res := c.do("GET", mePath, nil, "X-Forwarded-For", "203.0.113."+string(rune('1'+i)))
		limited = limited || res.Status == 429
		if i == 0 {
			all := limits(t, res.Header.Values("RateLimit"))
			if _, address := all["address"]; !address {
				t.Errorf("no limit by address in %v", all)
			}
			if _, principal := all["principal"]; !principal {
				t.Errorf("no limit by principal in %v", all)
			}
		}
	}
	if !limited {
		t.Error("an actor escapes its limit by changing addresses")
	}
	s.client(t).do("GET", "/api/v1/ping", nil, "X-Forwarded-For", "203.0.113.1").want(200)
}
