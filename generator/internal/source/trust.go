package source

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/hardwright/hardwright/generator/internal/problem"
)

// Trust says who vouches for the bytes of a module, under the user's settings.
//
// In the ordinary case that is the checksum database: whoever the bytes came from, they are those that everybody gets. A module
// that the user names as private (GOPRIVATE, GONOSUMDB) is unknown to the database, which is what those settings are for; then it
// is the verified connection to the server or proxy that vouches, once, and the lock from then on. Verification is switched off when
//
//   - GOSUMDB is off, or GONOSUMDB covers modules without naming whose (*, *.com, git*): that takes the database away from
//     modules that it knows;
//   - a private module comes over a connection that nobody verifies: GOINSECURE covers it, GIT_SSL_NO_VERIFY is set, or the
//     proxy is named with http.
type Trust struct {
	Private  bool     // the checksum database was not asked, because the module is named as private
	Insecure []string // settings that switch verification off for this module
}

func (s settings) trust(path string) Trust {
	var t Trust
	var off []string // what takes the database away without naming whose module it is
	if s.GOSUMDB == "off" {
		off = append(off, "GOSUMDB=off")
	}
	for _, pattern := range strings.Split(s.GONOSUMDB, ",") {
		switch {
		case pattern == "" || !module.MatchPrefixPatterns(pattern, path):
		case ownerOf(pattern) == "":
			off = append(off, "GONOSUMDB="+pattern)
		default:
			t.Private = true // the database would not be asked, whatever else is set
		}
	}
	if !t.Private {
		t.Insecure = off
		if len(off) == 0 {
			return t // the database vouches, whatever the connection
		}
	}
	if module.MatchPrefixPatterns(s.GOINSECURE, path) {
		t.Insecure = append(t.Insecure, "GOINSECURE="+s.GOINSECURE)
	}
	if s.GitNoVerify {
		t.Insecure = append(t.Insecure, "GIT_SSL_NO_VERIFY")
	}
	if !module.MatchPrefixPatterns(s.GONOPROXY, path) {
		for _, proxy := range strings.FieldsFunc(s.GOPROXY, func(r rune) bool { return r == ',' || r == '|' }) {
			if u, err := url.Parse(strings.TrimSpace(proxy)); err == nil && u.Scheme == "http" && !loopback(u.Hostname()) {
				t.Insecure = append(t.Insecure, "GOPROXY=http://"+u.Host)
			}
		}
	}
	slices.Sort(t.Insecure)
	t.Insecure = slices.Compact(t.Insecure)
	return t
}

// ownerOf is the domain that a pattern of GONOSUMDB names: corp.example.com of *.corp.example.com/team, and nothing of *, *.com or git*.
func ownerOf(pattern string) string {
	host, _, _ := strings.Cut(pattern, "/")
	rest, below := strings.CutPrefix(host, "*.")
	if strings.ContainsAny(rest, `*?[\`) || below && !strings.Contains(rest, ".") {
		return ""
	}
	return rest
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func refuseInsecure(path string, settings []string) error {
	return problem.List{{
		Subject: path,
		Message: fmt.Sprintf("nothing vouches for its bytes: verification is switched off by %s", strings.Join(settings, ", ")),
		Hint:    "unset it, or name what is private (GOPRIVATE=corp.example.com); --insecure-pack takes it as it comes, and the lock says so",
	}}
}
