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

// A value with any content stays on its line (CWE-117).
func TestOneLine(t *testing.T) {
	for _, forged := range []string{"a\r\n{\"event\":\"forged\"}", "a\x00b", "a\x1b[31mred", "a\u2028b", "\xff\xfe", `"},{"`} {
		fields, _ := write(t, func(ctx context.Context) {
			From(ctx).InfoContext(ctx, forged, "value", forged, "cause", errors.New(forged))
		})
		if fields["event"] != nil {
			t.Errorf("%q forged a key", forged)
		}
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
			if _, out := write(t, func(ctx context.Context) { From(With(ctx, attr)).InfoContext(ctx, "x") }); strings.Contains(out, "canary") {
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
		ctx = guard.With(With(ctx, "part", "notes"), guard.Request{Client: netip.MustParseAddr("192.0.2.1")})
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
