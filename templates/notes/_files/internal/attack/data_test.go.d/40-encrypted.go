package attack

import (
	"crypto/rand"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const canary = "canary-7f3c91d2-body"

// What a note says is nowhere in the database, and says so differently each time (X1).
func TestBodiesAreEncrypted(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.signIn(t)
	for range 2 {
		c.do("POST", "/api/v1/notes", map[string]string{"title": "visible-title", "body": canary}).want(201)
	}
	patched := c.keepNote("title", "before")
	c.do("PATCH", "/api/v1/notes/"+patched, map[string]string{"body": canary}).want(200)
	if got := string(c.do("GET", "/api/v1/notes/"+patched, nil).want(200).Body); !strings.Contains(got, canary) {
		t.Fatalf("the owner reads %s", got)
	}
	dump := s.databaseDump(t)
	if !strings.Contains(dump, "visible-title") {
		t.Error("the dump lacks what is not encrypted: it proves nothing")
	}
	for _, form := range []string{canary, canary[:12], base64.StdEncoding.EncodeToString([]byte(canary)), base64.RawURLEncoding.EncodeToString([]byte(canary))} {
		if strings.Contains(dump, form) {
			t.Errorf("%q is in the database", form)
		}
	}
	bodies := s.databaseTexts(t, `SELECT body FROM notes`)
	if len(bodies) != 3 || bodies[0] == bodies[1] || !strings.HasPrefix(bodies[0], "v1.k") {
		t.Errorf("stored as %q", bodies)
	}
}

// A body that was changed, cut, replaced or moved in the database is a 500 that shows nothing, and an event (X2).
func TestForgedBodies(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, tt := range []struct{ name, statement string }{
		{"a character changed", `UPDATE notes SET body = CASE WHEN substr(body, 60, 1) = 'A' THEN substr(body, 1, 59) || 'B' || substr(body, 61) ELSE substr(body, 1, 59) || 'A' || substr(body, 61) END WHERE id = '{first}'`},
		{"cut", `UPDATE notes SET body = substr(body, 1, length(body) - 4) WHERE id = '{first}'`},
		{"plain text", `UPDATE notes SET body = 'planted' WHERE id = '{first}'`},
		{"swapped", `UPDATE notes SET body = (SELECT n.body FROM notes n WHERE n.id = '{second}') WHERE id = '{first}'`},
		{"other key", `UPDATE notes SET body = replace(body, 'v1.k', 'v1.j') WHERE id = '{first}'`},
	} {
		c := s.signIn(t)
		first, second := c.keepNote("title", canary), c.keepNote("title", canary+" too")
		before := strings.Count(s.logs(), `"event":"decrypt_failed"`)
		s.databaseExec(t, strings.NewReplacer("{first}", first, "{second}", second).Replace(tt.statement))
		for _, path := range []string{"/api/v1/notes/" + first, "/api/v1/notes"} {
			res := c.do("GET", path, nil).want(500)
			if res.slug() != "internal" || strings.Contains(string(res.Body), "canary") || strings.Contains(string(res.Body), "planted") {
				t.Errorf("%s: GET %s: %s", tt.name, path, res.Body)
			}
		}
		got := 0
		for end := time.Now().Add(2 * time.Second); got < 2 && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			got = strings.Count(s.logs(), `"event":"decrypt_failed"`) - before
		}
		if got != 2 {
			t.Errorf("%s: %d events, want 2", tt.name, got)
		}
		s.databaseExec(t, `DELETE FROM notes`)
	}
	if strings.Contains(s.logs(), "canary") {
		t.Error("a body is in the log")
	}
}

// Old keys read, the newest writes, and after rotate-keys the old ones can go (X3). Without one that is needed the service does not
// start (B14).
func TestKeysRotate(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.signIn(t)
	id := c.keepNote("title", canary)
	file := filepath.Join(s.dir, ".secrets", "encryption-keys")
	old := strings.TrimSpace(read(t, file))
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	fresh := "k2:" + base64.StdEncoding.EncodeToString(b)
	with := func(keys string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(keys+"\n"), 0); err != nil { // the file exists: it keeps its mode and owner
			t.Fatal(err)
		}
	}

	with(fresh)
	for _, command := range []string{"rotate-keys", "doctor"} {
		if out, code := s.run(t, command); code == 0 {
			t.Errorf("%s without the old key: %s", command, out)
		}
	}
	s.ready(t, 200) // with the keys that it has
	if s.stop(t) != 0 {
		t.Fatal("it does not stop in peace")
	}
	oldID, _, _ := strings.Cut(old, ":")
	if out, code := s.run(t, "serve"); code == 0 || !strings.Contains(out, "ENCRYPTION_KEYS lacks "+oldID) {
		t.Errorf("started without the old key: exit %d: %s", code, out)
	}
	restart := func(keys string) {
		t.Helper()
		with(keys)
		if err := s.begin(); err != nil {
			t.Fatalf("start again: %v\n%s", err, s.logs())
		}
	}

	restart(fresh + "," + old)
	if got := string(c.do("GET", "/api/v1/notes/"+id, nil).want(200).Body); !strings.Contains(got, canary) {
		t.Errorf("with both keys: %s", got)
	}
	c.keepNote("title", "written now")
	if got := s.databaseTexts(t, `SELECT body FROM notes WHERE body LIKE 'v1.k2.%'`); len(got) != 1 {
		t.Errorf("%d bodies are under the newest key, want 1", len(got))
	}
	s.must(t, "rotate-keys")
	if got := s.databaseTexts(t, `SELECT body FROM notes WHERE body LIKE 'v1.k2.%'`); len(got) != 2 {
		t.Errorf("after rotate-keys %d bodies are under the newest key, want 2", len(got))
	}

	if s.stop(t) != 0 {
		t.Fatal("it does not stop in peace")
	}
	restart(fresh)
	if got := string(c.do("GET", "/api/v1/notes/"+id, nil).want(200).Body); !strings.Contains(got, canary) {
		t.Errorf("without the old key: %s", got)
	}
}
