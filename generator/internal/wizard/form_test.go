package wizard

import (
	"io"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/hardwright/hardwright/generator/internal/spec"
)

func TestWrap(t *testing.T) {
	tests := []struct {
		name, in string
		width    int
		want     string
	}{
		{"short", "a b", 10, "a b"},
		{"between words", "aaa bbb ccc", 7, "aaa bbb\nccc"},
		{"exactly", "aaa bbb", 7, "aaa bbb"},
		{"not at hyphens", "aaa b-only", 7, "aaa\nb-only"},
		{"lines stay", "a\nb", 7, "a\nb"},
		{"a word too long", "aaaaaaaaaa", 4, "aaaa\naaaa\naa"},
		{"wide characters", "ééé ééé", 5, "ééé\nééé"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := wrap(tt.in, tt.width); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOptionLines(t *testing.T) {
	open := []Option{{Value: "a", Why: "one two three four five six"}, {Value: "bcd", Label: "B"}, {Value: "c", Why: "seven"}}
	tall := []string{"a  one two three four\n   five six", "B", "c  seven"}
	flat := []string{"a  one two three four…", "B", "c  seven"}
	for _, tt := range []struct {
		room int
		keys []string
		fits bool
	}{{4, tall, true}, {3, flat, true}, {2, flat, false}} {
		if keys, fits := optionLines(open, 22, tt.room); !slices.Equal(keys, tt.keys) || fits != tt.fits {
			t.Errorf("in %d lines: %v\n%s", tt.room, fits, strings.Join(keys, "\n"))
		}
	}
}

// Keys that arrive before the size of the terminal does are for the first questions, not lost.
func TestEarlyKeys(t *testing.T) {
	iv := newInterview(testCatalog(t), spec.Spec{}, nil, Options{Defaults: defaults})
	f := &form{interview: iv, styles: newStyles(IO{Out: io.Discard}, true)}
	for _, k := range []tea.KeyMsg{{Type: tea.KeyRunes, Runes: []rune("orders")}, {Type: tea.KeyCtrlJ}, {Type: tea.KeyEnter}} {
		f.Update(k)
	}
	if f.View() != "" {
		t.Errorf("it draws without knowing how wide:\n%s", f.View())
	}
	f.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	if q := iv.question(); q.ID != idDatabase || iv.spec().Name != "orders" {
		t.Errorf("at %s, named %q", q.ID, iv.spec().Name)
	}
	if !strings.Contains(ansi.Strip(f.View()), "> sqlite") {
		t.Errorf("the screen is\n%s", f.View())
	}
}
