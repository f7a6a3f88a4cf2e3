package wizard

import (
	"slices"
	"strings"
	"testing"
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
