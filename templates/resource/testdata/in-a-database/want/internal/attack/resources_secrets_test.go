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

// The owner reads a secret; lists, the database and the log do not have it (ASVS 5.0.0 V14.2.4). It opens in its own row only, and
// rotate-keys encrypts it with the newest key, so that older ones can be removed.
func testSecrets(t *testing.T, r resource) {
	t.Helper()
	t.Parallel()
	s := start(t)
	c := s.signIn(t)
	fields := r.fields(c)
	for i, name := range r.secrets {
		fields[name] = fmt.Sprint("canary-", i, "-5b0f")
	}
	one := fmt.Sprint(r.path, "/", c.created(r, fields)["id"])
	for _, name := range r.secrets {
		c.do("PATCH", one, members{name: fields[name]}).want(200)
	}
	shown := string(c.do("GET", one, nil).want(200).Body)
	list := string(c.do("GET", r.path, nil).want(200).Body)
	dump, log := s.databaseDump(t), s.logs()
	if !strings.Contains(dump, strings.TrimPrefix(one, r.path+"/")) {
		t.Error("the dump lacks the row: it proves nothing")
	}
	for _, name := range r.secrets {
		canary := fields[name].(string) //nolint:forcetypeassert // set above
		if !strings.Contains(shown, canary) {
			t.Errorf("the owner reads %s", shown)
		}
		for where, text := range map[string]string{"a list": list, "the database": dump, "the log": log} {
			if strings.Contains(text, canary) || strings.Contains(text, base64.StdEncoding.EncodeToString([]byte(canary))[:16]) {
				t.Errorf("%s is in %s", name, where)
			}
		}
	}

	file := filepath.Join(s.dir, ".secrets", "encryption-keys")
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	newest := "newest:" + base64.StdEncoding.EncodeToString(key)
	if err := os.WriteFile(file, []byte(newest+","+strings.TrimSpace(read(t, file))), 0); err != nil { // the file exists: it keeps its mode and owner
		t.Fatal(err)
	}
	s.must(t, "rotate-keys")
	for _, name := range r.secrets {
		for _, stored := range s.databaseTexts(t, fmt.Sprintf(`SELECT %q FROM %q`, name, r.list)) {
			if !strings.HasPrefix(stored, "v1.newest.") {
				t.Errorf("%s: %.10s… is not encrypted with the newest key", name, stored)
			}
		}
	}

	if s.stop(t) != 0 {
		t.Fatal("it does not stop")
	}
	if err := s.begin(); err != nil {
		t.Fatal(err)
	}
	other := fmt.Sprint(r.path, "/", c.created(r, r.fields(c))["id"])
	for _, name := range r.secrets {
		s.databaseExec(t, fmt.Sprintf(`UPDATE %[1]q SET %[2]q = (SELECT theirs.%[2]q FROM %[1]q theirs WHERE theirs.id = '%[3]s') WHERE id = '%[4]s'`,
			r.list, name, strings.TrimPrefix(one, r.path+"/"), strings.TrimPrefix(other, r.path+"/")))
	}
	if res := c.do("GET", other, nil).want(500); strings.Contains(string(res.Body), "canary") {
		t.Errorf("another row's secret: %s", res.Body)
	}
}
