package config

import (
	"slices"
	"testing"
	"time"
)

// with returns a reader for which every setting is v.
func with(v string) *env { return &env{getenv: func(string) string { return v }} }

func TestContacts(t *testing.T) {
	for v, want := range map[string][]string{
		"":                            nil,
		"mailto:security@example.com": {"mailto:security@example.com"},
		"https://example.com/report, tel:+1-201-555-0123": {"https://example.com/report", "tel:+1-201-555-0123"},
	} {
		e := with(v)
		if got := e.contacts("SECURITY_CONTACT", ""); !slices.Equal(got, want) || e.err() != nil {
			t.Errorf("%q: %q, %v", v, got, e.err())
		}
	}
	for _, v := range []string{
		"security@example.com", "mailto:", "mailto:nobody", "mailto:Ann <ann@example.com>", "http://example.com/report", "https://", "https://ann:pw@example.com/",
		"javascript:alert(1)", "mailto:a@example.com\nExpires: 2020-01-01T00:00:00Z", "https://example.com/ä", "tel:",
	} {
		e := with(v)
		if got := e.contacts("SECURITY_CONTACT", ""); e.err() == nil {
			t.Errorf("%q is taken as %q", v, got)
		}
	}
}

func TestKey(t *testing.T) {
	for _, v := range []string{"", "https://example.com/key.asc", "openpgp4fpr:5f2de5521c63a801ab59ccb603d49de44b29100f"} {
		e := with(v)
		if got := e.key("SECURITY_ENCRYPTION", ""); got != v || e.err() != nil {
			t.Errorf("%q: %q, %v", v, got, e.err())
		}
	}
	for _, v := range []string{"http://example.com/key.asc", "https://", "-----BEGIN PGP PUBLIC KEY BLOCK-----", "https://example.com/key.asc\nContact: x", "file:///key.asc"} {
		e := with(v)
		if e.key("SECURITY_ENCRYPTION", ""); e.err() == nil {
			t.Errorf("%q is taken", v)
		}
	}
}

func TestInstant(t *testing.T) {
	e := with("2030-12-31T01:00:00+01:00")
	if got := e.instant("SECURITY_EXPIRES", ""); !got.Equal(time.Date(2030, 12, 31, 0, 0, 0, 0, time.UTC)) || e.err() != nil {
		t.Errorf("%v, %v", got, e.err())
	}
	for _, v := range []string{"2030-12-31", "tomorrow", "2030-02-30T00:00:00Z"} {
		e := with(v)
		if e.instant("SECURITY_EXPIRES", ""); e.err() == nil {
			t.Errorf("%q is taken", v)
		}
	}
}
