package config

import "testing"

// Whatever stands in a rate setting is refused or gives a limit that limits.
func FuzzParseRate(f *testing.F) {
	for _, s := range []string{"10/1s", "10/1s,20", "5/15m", "", "/", "-1/1s", "1/-1s", "1/1s,0", "9999999999999999999/1s"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRate(s)
		if err == nil && (r.Requests <= 0 || r.Window <= 0 || r.Burst <= 0) {
			t.Errorf("%q gives %+v", s, r)
		}
	})
}
