package request

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

const someID = "0190163d-8694-739b-aea5-966c26f8ad91"

func TestCursor(t *testing.T) {
	want := Cursor{CreatedAt: time.Date(2026, 2, 28, 23, 59, 59, 123456000, time.UTC), ID: someID}
	if got, err := ParseCursor(want.String()); err != nil || got != want {
		t.Errorf("%v became %v, %v", want, got, err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	valid := want.String()
	for name, s := range map[string]string{
		"empty":         "",
		"too short":     encode(make([]byte, cursorSize-1)),
		"too long":      encode(append([]byte{cursorVersion}, make([]byte, cursorSize)...)),
		"other version": encode(make([]byte, cursorSize)),
		"far future":    encode(append([]byte{cursorVersion, 0x7f}, make([]byte, cursorSize-2)...)),
		"negative":      encode(append([]byte{cursorVersion, 0xff}, make([]byte, cursorSize-2)...)),
		"padding":       valid + "==",
		"line break":    valid[:10] + "\n" + valid[10:],
		"loose bits":    valid[:len(valid)-1] + string(valid[len(valid)-1]+1),
		"not base64":    strings.Repeat("!", len(valid)),
		"SQL":           "' OR 1=1--",
	} {
		if c, err := ParseCursor(s); err == nil {
			t.Errorf("%s: %q is taken as %v", name, s, c)
		}
	}
}

// Anything that is accepted as a cursor has exactly that spelling.
func FuzzParseCursor(f *testing.F) {
	f.Add(Cursor{CreatedAt: time.Unix(1767225600, 0), ID: someID}.String())
	f.Add("")
	f.Add("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCursor(s)
		if err != nil {
			return
		}
		if c.String() != s || c.CreatedAt.Year() > 9999 || c.CreatedAt.Unix() < 0 {
			t.Errorf("%q is taken as %v, which is %q", s, c, c.String())
		}
	})
}
