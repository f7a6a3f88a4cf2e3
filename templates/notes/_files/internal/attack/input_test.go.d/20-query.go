package attack

import "testing"

// A parameter that is repeated or unknown is refused (J7, ASVS 5.0.0 V15.3.7).
func TestParameterPollution(t *testing.T) {
	t.Parallel()
	c := shared(t).signIn(t)
	c.do("GET", "/api/v1/notes?limit=1", nil).want(200)
	for _, q := range []string{"limit=1&limit=2", "limit=1&limit=1", "limit=1&debug=true", "LIMIT=1", "limit[]=1", "limit=1;cursor=2", "limit=%zz", "owner=somebody"} {
		if res := c.do("GET", "/api/v1/notes?"+q, nil); res.Status != 400 || res.slug() != "bad-query" {
			t.Errorf("%s: %d %s", q, res.Status, res.slug())
		}
	}
}
