package attack

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Its owner reads a secret; the database and the log do not have it (ASVS 5.0.0 V14.2.4). rotate-keys puts it under the newest key, so that
// older ones can go.
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

	file := filepath.Join(s.dir, ".secrets", "encryption-keys")
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	newest := "newest:" + base64.StdEncoding.EncodeToString(key)
	if err := os.WriteFile(file, []byte(newest+","+strings.TrimSpace(read(t, file))), 0); err != nil { // the file is there: it keeps its mode and owner
		t.Fatal(err)
	}
	s.must(t, "rotate-keys")
	for _, query := range []string{
		`SELECT token FROM invoices`,
	} {
		for _, stored := range s.databaseTexts(t, query) {
			if !strings.HasPrefix(stored, "v1.newest.") {
				t.Errorf("%s: %s… is not under the newest key", query, stored[:10])
			}
		}
	}
}
