package attack

import "testing"

func (s *service) backup(t *testing.T, file string) { s.must(t, "backup", file) }

func (s *service) restore(t *testing.T, file string) { s.must(t, "restore", file) }
