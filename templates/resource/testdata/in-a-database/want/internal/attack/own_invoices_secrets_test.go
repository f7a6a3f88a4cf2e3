package attack

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// Its owner reads a secret; the database and the log do not have it (ASVS 5.0.0 V14.2.4).
func TestInvoiceSecrets(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.signIn(t)
	some := c.someInvoice()
	var all []string
	for i, name := range []string{"token"} {
		canary := fmt.Sprint("canary-", i, "-5b0f")
		some[name] = canary
		all = append(all, canary, base64.StdEncoding.EncodeToString([]byte(canary))[:16])
	}
	one := c.do("POST", "/api/v1/invoices", some).want(201).Header.Get("Location")
	c.do("PATCH", one, members{"token": some["token"]}).want(200)
	shown := string(c.do("GET", one, nil).want(200).Body)
	list := string(c.do("GET", "/api/v1/invoices", nil).want(200).Body)
	dump, log := s.databaseDump(t), s.logs()
	if !strings.Contains(dump, strings.TrimPrefix(one, "/api/v1/invoices/")) {
		t.Error("the dump lacks the row: it proves nothing")
	}
	for i, canary := range all {
		if i%2 == 0 && !strings.Contains(shown, canary) {
			t.Errorf("the owner reads %s", shown)
		}
		for where, text := range map[string]string{"a list": list, "the database": dump, "the log": log} {
			if strings.Contains(text, canary) {
				t.Errorf("%q is in %s", canary, where)
			}
		}
	}
}
