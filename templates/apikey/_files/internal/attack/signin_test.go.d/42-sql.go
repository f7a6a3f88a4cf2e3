package attack

import "testing"

// keptKeys is everything that is kept about keys.
func (s *service) keptKeys(t *testing.T) string {
	t.Helper()
	return s.databaseDump(t)
}
