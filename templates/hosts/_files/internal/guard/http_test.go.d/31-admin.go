package guard

import (
	"net/http"
	"testing"
)

// The listener for operators takes an address, or a name of this machine, and no name that a page elsewhere could have.
func TestAdminHosts(t *testing.T) {
	h := New(someHosts).Admin(http.HandlerFunc(fine))
	for host, want := range map[string]int{
		"shop.example.com": 200, "localhost:9090": 200, "127.0.0.1:9090": 200, "[::1]:9090": 200, "192.0.2.1": 200,
		"evil.example": 421, "[localhost].evil.com": 421, "localhost.evil.com": 421, "localhost:80x": 421, "": 421,
	} {
		if got := answer(h, ofHost(host, "/metrics")).Code; got != want {
			t.Errorf("%q: %d, want %d", host, got, want)
		}
	}
}
