// Package screen is a terminal without a window: it reads what a program draws and
// knows what a person would see.
//
// It understands what the wizard uses and no more. A sequence that it does not know
// is remembered, so that a test can insist that there was none.
package screen

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Style is how a cell looks. Color is an SGR number from 30 to 37 or 90 to 97, or 0.
type Style struct {
	Color                int
	Bold, Faint, Reverse bool
}

// A Cell is one character and its style.
type Cell struct {
	Rune rune
	Style
}

// Screen is a grid of cells. It is not safe for use by several goroutines.
type Screen struct {
	Unknown []string // sequences that were not understood
	Hidden  bool     // the cursor

	cells    [][]Cell
	row, col int
	wrap     bool // the cursor stands behind the last column
	pen      Style
	pending  []byte // a sequence or a character that is not complete yet
}

// New returns an empty screen.
func New(cols, rows int) *Screen {
	s := &Screen{}
	s.Resize(cols, rows)
	return s
}

// Resize changes the size and keeps what fits.
func (s *Screen) Resize(cols, rows int) {
	old := s.cells
	s.cells = make([][]Cell, rows)
	for i := range s.cells {
		s.cells[i] = blank(cols)
		if i < len(old) {
			copy(s.cells[i], old[i])
		}
	}
	s.row, s.col, s.wrap = min(s.row, rows-1), min(s.col, cols-1), false
}

func blank(cols int) []Cell {
	line := make([]Cell, cols)
	for i := range line {
		line[i].Rune = ' '
	}
	return line
}

// Cells is the grid, a row a line.
func (s *Screen) Cells() [][]Cell { return s.cells }

// Cursor is where the next character goes.
func (s *Screen) Cursor() (row, col int) { return s.row, s.col }

// Lines is the text, without spaces at the ends and without empty lines at the bottom.
func (s *Screen) Lines() []string {
	lines := make([]string, len(s.cells))
	last := 0
	for i, row := range s.cells {
		var b strings.Builder
		for _, c := range row {
			b.WriteRune(c.Rune)
		}
		if lines[i] = strings.TrimRight(b.String(), " "); lines[i] != "" {
			last = i + 1
		}
	}
	return lines[:last]
}

// String is Lines, joined.
func (s *Screen) String() string { return strings.Join(s.Lines(), "\n") }

// Write draws. It never fails.
func (s *Screen) Write(p []byte) (int, error) {
	b := append(s.pending, p...)
	for len(b) > 0 {
		n := s.one(b)
		if n == 0 {
			break
		}
		b = b[n:]
	}
	s.pending = append([]byte(nil), b...)
	return len(p), nil
}

// one draws the first character or sequence of b and returns its length, or 0 if it is not complete.
func (s *Screen) one(b []byte) int {
	switch c := b[0]; {
	case c == 0x1b:
		return s.escape(b)
	case c == '\r':
		s.col, s.wrap = 0, false
	case c == '\n':
		s.wrap = false
		s.down()
	case c == '\b':
		s.col, s.wrap = max(0, s.col-1), false
	case c == 0x07:
	case c < ' ':
		s.Unknown = append(s.Unknown, fmt.Sprintf("%q", c))
	default:
		if !utf8.FullRune(b) {
			return 0
		}
		r, n := utf8.DecodeRune(b)
		s.put(r)
		return n
	}
	return 1
}

func (s *Screen) put(r rune) {
	if s.wrap {
		s.col, s.wrap = 0, false
		s.down()
	}
	s.cells[s.row][s.col] = Cell{r, s.pen}
	if s.col == len(s.cells[s.row])-1 {
		s.wrap = true
		return
	}
	s.col++
}

func (s *Screen) down() {
	if s.row < len(s.cells)-1 {
		s.row++
		return
	}
	s.cells = append(s.cells[1:], blank(len(s.cells[0])))
}

func (s *Screen) escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '[':
		for i := 2; i < len(b); i++ {
			if b[i] >= 0x40 && b[i] <= 0x7e {
				s.control(string(b[2:i]), b[i])
				return i + 1
			}
		}
		return 0
	case ']':
		for i := 2; i < len(b); i++ {
			if b[i] == 0x07 || b[i] == '\\' && b[i-1] == 0x1b {
				s.Unknown = append(s.Unknown, fmt.Sprintf("%q", b[:i+1]))
				return i + 1
			}
		}
		return 0
	}
	s.Unknown = append(s.Unknown, fmt.Sprintf("%q", b[:2]))
	return 2
}

// control carries out CSI args final.
func (s *Screen) control(args string, final byte) {
	n, err := strconv.Atoi(args)
	if err != nil || n == 0 {
		n = 1
	}
	cols := len(s.cells[0])
	switch {
	case final == 'm':
		s.sgr(args)
	case args == "?25" && (final == 'h' || final == 'l'):
		s.Hidden = final == 'l'
	case args == "?2004" && (final == 'h' || final == 'l'): // bracketed paste
	case strings.HasPrefix(args, "?100") && final == 'l': // mouse off
	case final == 'A':
		s.row, s.wrap = max(0, s.row-n), false
	case final == 'B':
		s.row, s.wrap = min(len(s.cells)-1, s.row+n), false
	case final == 'C':
		s.col, s.wrap = min(cols-1, s.col+n), false
	case final == 'D':
		s.col, s.wrap = max(0, s.col-n), false
	case final == 'G':
		s.col, s.wrap = min(cols, n)-1, false
	case final == 'H':
		row, col, _ := strings.Cut(args, ";")
		r, _ := strconv.Atoi(row)
		c, _ := strconv.Atoi(col)
		s.row, s.col, s.wrap = min(max(r, 1), len(s.cells))-1, min(max(c, 1), cols)-1, false
	case final == 'K' && (args == "" || args == "0"):
		s.erase(s.row, s.col)
	case final == 'K' && args == "2":
		s.erase(s.row, 0)
	case final == 'J' && (args == "" || args == "0"):
		s.erase(s.row, s.col)
		for r := s.row + 1; r < len(s.cells); r++ {
			s.erase(r, 0)
		}
	case final == 'J' && args == "2":
		for r := range s.cells {
			s.erase(r, 0)
		}
	default:
		s.Unknown = append(s.Unknown, fmt.Sprintf("%q", "\x1b["+args+string(final)))
	}
}

func (s *Screen) erase(row, from int) {
	copy(s.cells[row][from:], blank(len(s.cells[row])-from))
}

func (s *Screen) sgr(args string) {
	for _, a := range strings.Split(args, ";") {
		switch n, _ := strconv.Atoi(a); {
		case n == 0:
			s.pen = Style{}
		case n == 1:
			s.pen.Bold = true
		case n == 2:
			s.pen.Faint = true
		case n == 7:
			s.pen.Reverse = true
		case n >= 30 && n <= 37, n >= 90 && n <= 97:
			s.pen.Color = n
		default:
			s.Unknown = append(s.Unknown, fmt.Sprintf("%q", "\x1b["+args+"m"))
			return
		}
	}
}
