package attack

import "testing"

// There is no account until somebody makes one (A12, CWE-1392).
func TestNoDefaultAccounts(t *testing.T) {
	t.Parallel()
	s := shared(t)
	for _, email := range []string{"admin@example.com", "root@localhost", "admin@localhost", "test@example.com", "user@example.com", name + "@example.com", "admin"} {
		for _, password := range []string{"admin", "password", "changeme", name} {
			res := s.client(t).do("POST", "/api/v1/auth/login", map[string]string{"email": email, "password": password})
			if res.Status != 401 && res.Status != 422 && res.Status != 429 { // 422: no address at all; 429: the account, which does not exist, is guessed at
				t.Errorf("%s/%s: %d %s", email, password, res.Status, res.Body)
			}
			if res.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s/%s gets a cookie", email, password)
			}
		}
	}
}
