package attack

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A credential gets in by the Authorization header and by no other way, and a URL that has one leaves no trace of it in the log (C8).
func TestCredentialsOnlyInTheHeader(t *testing.T) {
	t.Parallel()
	s := shared(t)
	c := s.signIn(t)
	c.do("GET", mePath, nil).want(http.StatusOK)
	credential := c.bearer
	stranger := s.client(t)
	for _, name := range []string{"access_token", "api_key", "token"} {
		path := mePath + "?" + name + "=" + url.QueryEscape(credential)
		stranger.do("GET", path, nil).want(http.StatusUnauthorized)
		c.do("GET", path, nil).want(http.StatusUnauthorized) // nor beside one that is in order
	}
	stranger.do("GET", mePath, "access_token="+url.QueryEscape(credential), "Content-Type", "application/x-www-form-urlencoded").want(http.StatusUnauthorized)
	for header, value := range map[string]string{
		"Cookie":        "access_token=" + credential + "; Authorization=Bearer " + credential,
		"X-Api-Key":     credential,
		"Authorization": "Basic " + credential,
	} {
		stranger.do("GET", mePath, nil, header, value).want(http.StatusUnauthorized)
	}
	s.raw(t, "GET "+mePath+" HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer "+credential+"\r\nAuthorization: Bearer "+credential+"\r\n\r\n")
	if strings.Contains(s.logs(), credential) {
		t.Error("the log has the credential")
	}
}

// Two Authorization headers are none: a proxy might have checked the other one.
func TestTwoAuthorizationHeaders(t *testing.T) {
	t.Parallel()
	s := shared(t)
	c := s.signIn(t)
	header := "Authorization: Bearer " + c.bearer + "\r\n"
	request := "GET " + mePath + " HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
	if answer := s.raw(t, request+header+"\r\n"); !strings.HasPrefix(answer, "HTTP/1.1 200 ") {
		t.Fatalf("one header: %.40q", answer)
	}
	if answer := s.raw(t, request+header+header+"\r\n"); !strings.HasPrefix(answer, "HTTP/1.1 401 ") {
		t.Errorf("two headers: %.40q", answer)
	}
}

// Every 401 says how to authenticate, and is the same for every reason (C9).
func TestChallenge(t *testing.T) {
	t.Parallel()
	s := shared(t)
	want := `Bearer realm="` + name + `"`
	for _, header := range []string{"", "Bearer x", "Bearer a.b.c", "Bearer " + name + "_AAAA", "Basic eDp4", "Bearer", "Digest x"} {
		res := s.client(t).do("GET", mePath, nil, "Authorization", header).want(http.StatusUnauthorized)
		if got := res.Header.Values("WWW-Authenticate"); len(got) != 1 || got[0] != want {
			t.Errorf("%q: %q", header, got)
		}
	}
}
