package wizard

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/hardwright/hardwright/generator/internal/spec"
)

func askPlain(t *testing.T, in io.Reader) (spec.Spec, string, error) {
	t.Helper()
	var out strings.Builder
	s, err := Ask(t.Context(), IO{In: in, Out: &out}, testCatalog(t), spec.Spec{}, nil,
		Options{Accessible: true, Defaults: defaults, Count: func(spec.Spec) (int, error) { return 118, nil }})
	return s, out.String(), err
}

// plain has a line for each of the ten questions and the two inputs that it asks to change.
var plain = []string{"orders", "", "1", "Session", "systemd, docker", "none", "mailto:security@example.com", "2 3", "session.cookie,tls.reload", "sid", "30m", "write"}

func TestPromptsTakeNumbersNamesAndDefaults(t *testing.T) {
	got, out, err := askPlain(t, strings.NewReader(strings.Join(plain, "\n")+"\n"))
	if err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	want := spec.Spec{Name: "orders", Module: "example.com/orders", Database: "postgres", Auth: "session", Deploy: []string{"docker", "systemd"},
		CI: "none", Contact: "mailto:security@example.com", With: []string{"tls"}}
	want.SetInput("session", "cookie", "sid")
	want.SetInput("tls", "reload", "30m")
	if string(got.YAML()) != string(want.YAML()) {
		t.Errorf("got\n%s\nwant\n%s", got.YAML(), want.YAML())
	}
	if !strings.Contains(out, "Question 12 of 12: Write 118 files to ./orders?") {
		t.Errorf("no summary in\n%s", out)
	}
}

// The end of the input is never a default, at whichever question it comes.
func TestPromptsStopAtTheEndOfTheInput(t *testing.T) {
	for n := range plain {
		for _, last := range []string{"\n", "\n?\n", "\n\x00"} {
			in := strings.Join(plain[:n], "\n") + last
			if n == 0 {
				in = strings.TrimPrefix(in, "\n")
			}
			s, out, err := askPlain(t, strings.NewReader(in))
			if !errors.Is(err, ErrInterrupted) || s.Name != "" {
				t.Errorf("after %d answers and %q: %v, %v in\n%s", n, last, s, err, out)
			}
		}
	}
	if _, _, err := askPlain(t, strings.NewReader(strings.Join(plain, "\n"))); err != nil {
		t.Errorf("a last line without its end: %v", err)
	}
}

func TestPromptsReport(t *testing.T) {
	tests := []struct{ name, in, say string }{
		{"what is invalid", "Bad\n", "Not possible: illegal name"},
		{"a number that is none", "orders\n\n7\n", "Not possible: 7 is not one of the numbers 1 to 3"},
		{"a name that is none", "orders\n\noracle\n", `Not possible: "oracle" is not one of postgres, sqlite, none`},
		{"what is not offered", "orders\n\nnone\n", "Not offered: session needs a database"},
		{"what is not offered and chosen all the same", "orders\n\nnone\nsession\n", "Not possible: session needs a database"},
		{"an escape sequence, harmlessly", "orders\n\n\x1b[31m\n", `Not possible: "\x1b[31m" is not`},
		{"help", "orders\n\n?\n", "Where the service keeps its data.\nType one of: postgres, sqlite, none."},
		{"that there is nothing before", "back\n", "This is the first question."},
		{"the question before", "orders\nback\n", "Question 1 of 10: Name of the service\nAnswer [orders]"},
		{"what is chosen", "orders\n\n\n\n", "docker (chosen): A container"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, out, err := askPlain(t, strings.NewReader(tt.in))
			if !errors.Is(err, ErrInterrupted) || !strings.Contains(out, tt.say) {
				t.Errorf("%v, no %q in\n%s", err, tt.say, out)
			}
			if strings.Contains(out, "\x1b") {
				t.Errorf("an escape in %q", out)
			}
		})
	}
}

func TestPromptsGoBack(t *testing.T) {
	in := slices.Replace(slices.Clone(plain), 11, 12, "back", "back", "back", "back", "cors", "session.cookie", "", "write")
	s, out, err := askPlain(t, strings.NewReader(strings.Join(in, "\n")+"\n"))
	if err != nil || !slices.Equal(s.With, []string{"cors"}) || !slices.Equal(s.Without, []string{"fieldcrypt"}) || s.Set["session"]["cookie"] != "sid" || s.Set["tls"] != nil {
		t.Errorf("%+v, %v in\n%s", s, err, out)
	}
}

func TestPromptsAreInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	defer w.Close()
	var out strings.Builder
	done := make(chan error, 1)
	go func() {
		_, err := Ask(ctx, IO{In: r, Out: &out}, testCatalog(t), spec.Spec{}, nil, Options{Accessible: true, Defaults: defaults})
		done <- err
	}()
	io.WriteString(w, "orders\n")
	cancel()
	select {
	case err := <-done:
		if !errors.Is(err, ErrInterrupted) {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it still waits for a line")
	}
}

func TestPromptsReportABrokenInput(t *testing.T) {
	broken := errors.New("gone")
	if _, _, err := askPlain(t, iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Error(err)
	}
}
