package guard

import "testing"

func TestPaths(t *testing.T) {
	for path, want := range map[string]int{"/": 200, "/a": 200, "*": 400, "": 400} {
		_, r := request()
		r.URL.Path = path
		if w := answer(behind(Config{}, (*Guard).paths, fine), r); w.Code != want {
			t.Errorf("%q: %d, want %d", path, w.Code, want)
		}
	}
}
