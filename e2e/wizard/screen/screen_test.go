package screen

import (
	"slices"
	"strings"
	"testing"
)

func TestDraws(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"text and line ends", "ab\r\ncd", []string{"ab", "cd"}},
		{"the last column wraps late", "abcde\r\nf", []string{"abcde", "f"}},
		{"a long line wraps", "abcdefg", []string{"abcde", "fg"}},
		{"the bottom scrolls", "1\r\n2\r\n3\r\n4", []string{"2", "3", "4"}},
		{"up and over", "ab\r\ncd\x1b[A\rX", []string{"Xb", "cd"}},
		{"erase to the end of the line", "abcd\x1b[2D\x1b[K", []string{"ab"}},
		{"erase below", "ab\r\ncd\r\nef\x1b[2A\r\x1b[J", nil},
		{"home", "ab\x1b[HX\x1b[2;3HY", []string{"Xb", "  Y"}},
		{"color takes no room", "\x1b[1;36ma\x1b[0mb", []string{"ab"}},
		{"more than ASCII", "↑é…", []string{"↑é…"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			whole := New(5, 3)
			whole.Write([]byte(tt.in))
			if got := whole.Lines(); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			split := New(5, 3)
			for i := range len(tt.in) {
				split.Write([]byte{tt.in[i]})
			}
			if got := split.Lines(); !slices.Equal(got, tt.want) {
				t.Errorf("byte by byte: %q, want %q", got, tt.want)
			}
			if len(whole.Unknown) > 0 {
				t.Errorf("not understood: %v", whole.Unknown)
			}
		})
	}
}

func TestStyles(t *testing.T) {
	s := New(5, 1)
	s.Write([]byte("\x1b[1;36ma\x1b[2mb\x1b[0;7mc\x1b[md"))
	want := []Cell{{'a', Style{Color: 36, Bold: true}}, {'b', Style{Color: 36, Bold: true, Faint: true}}, {'c', Style{Reverse: true}}, {'d', Style{}}, {' ', Style{}}}
	if got := s.Cells()[0]; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestRemembersWhatItDoesNotKnow(t *testing.T) {
	s := New(5, 1)
	s.Write([]byte("\x1b]11;?\x1b\\\x1b[6n\x1bZ\x00\x1b[38;5;1m"))
	if got := strings.Join(s.Unknown, " "); got != `"\x1b]11;?\x1b\\" "\x1b[6n" "\x1bZ" '\x00' "\x1b[38;5;1m"` {
		t.Error(got)
	}
}
