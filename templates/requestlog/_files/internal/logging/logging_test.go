package logging

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode"

	"example.com/app/internal/guard"
)

func write(t *testing.T, do func(context.Context)) (map[string]any, string) {
	t.Helper()
	var out bytes.Buffer
	do(Into(context.Background(), New(&out, slog.LevelDebug)))
	if n := strings.Count(out.String(), "\n"); n != 1 {
		t.Fatalf("%d lines: %q", n, out.String())
	}
	var fields map[string]any
	if err := json.Unmarshal(out.Bytes(), &fields); err != nil {
		t.Fatal(err)
	}
	return fields, out.String()
}

// hostile are texts that would begin a line, forge a key, command a terminal or turn text around if they were written as they are.
var hostile = []string{
	"a\r\n{\"event\":\"forged\"}", "a\x00b", "a\x1b[31mred", "a\u2028b", "\xff\xfe", `"},{"`, "a\x7fb",
	"a\u0085level=ERROR", "a\u009b31mred", "a\u202egpj.exe", "a\u2066b", "a\u200fb", "a\u061cb", "a b=\"c\" event=forged",
}

// A value or key with any content stays in its place (CWE-117).
func TestOneLine(t *testing.T) {
	for _, text := range hostile {
		fields, out := write(t, func(ctx context.Context) {
			From(ctx).InfoContext(ctx, text, "value", text, text, 1, "cause", errors.New(text), "any", []string{text})
		})
		if fields["event"] != nil || fields["msg"] != strings.ToValidUTF8(text, "\ufffd") && text != "\xff\xfe" {
			t.Errorf("%q: %v", text, fields)
		}
		raw(t, out)
		var b bytes.Buffer
		ctx := context.Background()
		NewText(&b, slog.LevelInfo).InfoContext(ctx, text, "value", text, text, 1, "cause", errors.New(text))
		if n := strings.Count(b.String(), "\n"); n != 1 || strings.Contains(b.String(), " event=forged ") {
			t.Errorf("as text, %d lines: %s", n, b.String())
		}
		raw(t, b.String())
	}
}

// raw fails if a line has something that a terminal or an editor could act on.
func raw(t *testing.T, line string) {
	t.Helper()
	for _, r := range strings.TrimSuffix(line, "\n") {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == unicode.ReplacementChar {
			t.Errorf("%U is written as it is: %q", r, line)
		}
	}
}

// No key is written twice: an object with two values for a key means one thing here and another there (RFC 8259 section 4).
func TestNoKeyTwice(t *testing.T) {
	_, out := write(t, func(ctx context.Context) {
		ctx = guard.With(Into(ctx, From(ctx).With("actor", "first", "level", "FORGED")), guard.Request{Principal: "ann", Route: "GET /"})
		From(ctx).InfoContext(ctx, "x", "route", "POST /", "actor", "second", "msg", "forged", "route", "again", slog.Group("", slog.String("time", "never")))
	})
	for _, key := range []string{"time", "level", "msg", "actor", "route"} {
		if n := strings.Count(out, `"`+key+`":`); n != 1 {
			t.Errorf("%s is written %d times: %s", key, n, out)
		}
	}
	for _, lost := range []string{"FORGED", "forged", "never", "second", "again"} {
		if strings.Contains(out, lost) {
			t.Errorf("%s: the first value does not stay: %s", lost, out)
		}
	}
}

// Text is for people: the words stand as they are, and what has blanks in it in quotes.
func TestText(t *testing.T) {
	var b bytes.Buffer
	log := NewText(&b, slog.LevelInfo)
	log.Debug("dropped")
	log.WithGroup("part").Info("listening", "url", "http://127.0.0.1:8080", "note", "two words", "n", 3, "took", time.Second, "password", "canary")
	if got, want := b.String()[len("15:04:05"):], ` INFO listening part.url=http://127.0.0.1:8080 part.note="two words" part.n=3 part.took=1s part.password=[redacted]`+"\n"; got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

func TestUTC(t *testing.T) {
	was := time.Local
	time.Local = time.FixedZone("elsewhere", 5*3600)
	defer func() { time.Local = was }()
	fields, _ := write(t, func(ctx context.Context) { From(ctx).InfoContext(ctx, "x") })
	at, _ := fields["time"].(string)
	if _, err := time.Parse(time.RFC3339Nano, at); err != nil || !strings.HasSuffix(at, "Z") {
		t.Errorf("time %q: %v", at, err)
	}
}

type tagged struct{}

func (tagged) LogValue() slog.Value {
	return slog.GroupValue(slog.String("token", "canary"), slog.String("id", "seen"))
}

// The last line of defense: a key with the name of a secret hides its value (ASVS 5.0.0 V16.2.5).
func TestRedaction(t *testing.T) {
	for _, key := range []string{"password", "new_password", "Token", "access_token", "cookie", "Authorization", "client_secret", "pepper", "private_key", "dsn", "email"} {
		for name, attr := range map[string]slog.Attr{
			"text":            slog.String(key, "canary"),
			"bytes":           slog.Any(key, []byte("canary")),
			"error":           slog.Any(key, errors.New("canary")),
			"group":           slog.Group("outer", slog.String(key, "canary")),
			"group by name":   slog.Group(key, slog.String("value", "canary")),
			"group in groups": slog.Group("outer", slog.Group("inner", slog.String(key, "canary"))),
		} {
			if _, out := write(t, func(ctx context.Context) { From(ctx).LogAttrs(ctx, slog.LevelInfo, "x", attr) }); strings.Contains(out, "canary") {
				t.Errorf("%s, %s: %s", key, name, out)
			}
			if _, out := write(t, func(ctx context.Context) { From(ctx).With(attr).InfoContext(ctx, "x") }); strings.Contains(out, "canary") {
				t.Errorf("%s, %s, in the logger: %s", key, name, out)
			}
		}
	}
	if _, out := write(t, func(ctx context.Context) { From(ctx).InfoContext(ctx, "x", "who", tagged{}) }); strings.Contains(out, "canary") || !strings.Contains(out, "seen") {
		t.Errorf("a value that resolves to a group: %s", out)
	}
	if fields, _ := write(t, func(ctx context.Context) { From(ctx).InfoContext(ctx, "x", "tokens", 3, "name", "seen") }); fields["tokens"] != 3.0 || fields["name"] != "seen" {
		t.Errorf("harmless values are gone: %v", fields)
	}
}

// Every line of a request says which one, also that of a logger with attributes of its own.
func TestRequest(t *testing.T) {
	fields, _ := write(t, func(ctx context.Context) {
		ctx = guard.With(Into(ctx, From(ctx).With("part", "notes")), guard.Request{Client: netip.MustParseAddr("192.0.2.1")})
		guard.From(ctx).Principal, guard.From(ctx).Route = "ann", "GET /"
		From(ctx).WarnContext(ctx, "x")
	})
	for key, want := range map[string]any{"client": "192.0.2.1", "actor": "ann", "route": "GET /", "part": "notes"} {
		if fields[key] != want {
			t.Errorf("%s: %v, want %v", key, fields[key], want)
		}
	}
}

func TestNoLogger(t *testing.T) {
	From(context.Background()).Error("goes nowhere")
}
