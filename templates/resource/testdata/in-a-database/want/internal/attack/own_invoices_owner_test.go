package attack

import (
	"fmt"
	"strings"
	"testing"
)

// Somebody else's invoice is not there: neither to see nor to change nor to delete nor to list (ASVS 5.0.0 V8.2.2, CWE-639).
func TestInvoiceOwnership(t *testing.T) {
	t.Parallel()
	s := shared(t)
	ann, bob := s.signIn(t), s.signIn(t)
	id := ann.keepInvoice()
	one := "/api/v1/invoices/" + id
	theirs := bob.someInvoice()
	before := string(ann.do("GET", one, nil).want(200).Body)
	for _, res := range []*response{
		bob.do("GET", one, nil),
		bob.do("PATCH", one, theirs),
		bob.do("DELETE", one, nil),
	} {
		if res.Status != 404 || res.slug() != "not-found" {
			t.Errorf("%d %s: %s", res.Status, res.slug(), res.Body)
		}
	}
	if list := bob.do("GET", "/api/v1/invoices", nil).want(200); strings.Contains(string(list.Body), id) {
		t.Errorf("bob's list: %s", list.Body)
	}
	if after := string(ann.do("GET", one, nil).want(200).Body); after != before {
		t.Errorf("ann's became %s", after)
	}
}

// Without credentials there are no invoices at all, whatever the method, and the answer says how to sign in.
func TestInvoicesNeedSignIn(t *testing.T) {
	t.Parallel()
	s := shared(t)
	ann := s.signIn(t)
	some := ann.someInvoice()
	one := fmt.Sprint("/api/v1/invoices/", ann.keepInvoice())
	stranger := s.client(t)
	for name, res := range map[string]*response{
		"create401": stranger.do("POST", "/api/v1/invoices", some),
		"list401":   stranger.do("GET", "/api/v1/invoices", nil),
		"show401":   stranger.do("GET", one, nil),
		"update401": stranger.do("PATCH", one, some),
		"delete401": stranger.do("DELETE", one, nil),
	} {
		if res.Status != 401 || res.slug() != "unauthorized" || res.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d %s, WWW-Authenticate %q", name, res.Status, res.slug(), res.Header.Get("WWW-Authenticate"))
		}
	}
}
