package guard

// Peek says what Allow would, and takes nothing: for limits that count only what succeeds, or only what fails.
func (l *Limiter) Peek(key Key) Result {
	s := l.shard(key)
	s.Lock()
	defer s.Unlock()
	at, young := s.young[key]
	if !young {
		at = s.old[key]
	}
	return l.result(at, l.now())
}
