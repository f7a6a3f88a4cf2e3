package logging

import (
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// A line is written into a buffer that the next one uses again.
type line struct {
	text bool
	buf  []byte
	keys []string // that the line has already: the first value of a key stays
}

var lines = sync.Pool{New: func() any { return &line{buf: make([]byte, 0, 1024)} }}

// maxKept bounds the buffers that are kept: a stack is long and rare.
const maxKept = 16 << 10

func begin(text bool, r slog.Record) *line {
	l := lines.Get().(*line)
	l.text, l.buf, l.keys = text, l.buf[:0], append(l.keys[:0], "time", "level", "msg")
	if text {
		l.buf = r.Time.Local().AppendFormat(l.buf, time.TimeOnly)
		l.buf = append(l.buf, ' ')
		l.buf = append(l.buf, r.Level.String()...)
		l.buf = append(l.buf, ' ')
		if strings.ContainsAny(r.Message, `="`) { // it could look like attributes
			l.buf = appendQuoted(l.buf, r.Message)
		} else {
			l.buf = appendEscaped(l.buf, r.Message)
		}
		return l
	}
	l.buf = append(l.buf, `{"time":"`...)
	l.buf = r.Time.UTC().AppendFormat(l.buf, time.RFC3339Nano)
	l.buf = append(l.buf, `","level":"`...)
	l.buf = append(l.buf, r.Level.String()...)
	l.buf = append(l.buf, `","msg":`...)
	l.buf = appendQuoted(l.buf, r.Message)
	return l
}

func (l *line) end() []byte {
	if !l.text {
		l.buf = append(l.buf, '}')
	}
	l.buf = append(l.buf, '\n')
	return l.buf
}

func (l *line) free() {
	if cap(l.buf) <= maxKept {
		clear(l.keys) // they keep what they are parts of
		lines.Put(l)
	}
}

// known writes a text that the service made itself, if there is one.
func (l *line) known(key, value string) {
	if value != "" && l.key(key) {
		l.string(value)
	}
}

// attr writes an attribute; the members of a group are written as group.member. What has the name of a secret is not written. A number, a duration or a time is not secret, with any name.
func (l *line) attr(prefix string, a slog.Attr) {
	v := a.Value.Resolve()
	key := a.Key
	if prefix != "" {
		key = prefix + key
	}
	switch v.Kind() {
	case slog.KindGroup:
		if key != "" {
			key += "." // and what the group's name says holds for its members
		}
		for _, member := range v.Group() {
			l.attr(key, member)
		}
		return
	case slog.KindString, slog.KindAny:
		if secretName(key) {
			v = slog.StringValue("[redacted]")
		}
	}
	if l.key(key) {
		l.value(v)
	}
}

// key begins an attribute, unless the line has one of that name.
func (l *line) key(key string) bool {
	if key == "" || slices.Contains(l.keys, key) {
		return false
	}
	l.keys = append(l.keys, key)
	if l.text {
		l.buf = append(l.buf, ' ')
		l.string(key)
		l.buf = append(l.buf, '=')
		return true
	}
	l.buf = append(l.buf, ',')
	l.buf = appendQuoted(l.buf, key)
	l.buf = append(l.buf, ':')
	return true
}

func (l *line) string(s string) {
	if l.text && isWord(s) {
		l.buf = append(l.buf, s...)
		return
	}
	l.buf = appendQuoted(l.buf, s)
}

// address writes an IP address, whose zone a client may have chosen.
func (l *line) address(a netip.Addr) {
	if !l.text {
		l.buf = append(l.buf, '"')
	}
	l.buf = a.WithZone("").AppendTo(l.buf)
	if !l.text {
		l.buf = append(l.buf, '"')
	}
}

func (l *line) value(v slog.Value) {
	switch v.Kind() {
	case slog.KindInt64:
		l.buf = strconv.AppendInt(l.buf, v.Int64(), 10)
	case slog.KindUint64:
		l.buf = strconv.AppendUint(l.buf, v.Uint64(), 10)
	case slog.KindBool:
		l.buf = strconv.AppendBool(l.buf, v.Bool())
	case slog.KindTime:
		l.string(v.Time().UTC().Format(time.RFC3339Nano))
	case slog.KindAny:
		l.string(fmt.Sprint(v.Any()))
	default: // texts, durations, and floats, of which JSON has no NaN
		l.string(v.String())
	}
}

// isWord reports whether a value needs no quotes in a line of text.
func isWord(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '=' || c == '\\' {
			return false
		}
	}
	return s != ""
}

// appendQuoted appends s as a JSON string.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	b = appendEscaped(b, s)
	return append(b, '"')
}

// appendEscaped appends s as the inside of a JSON string, without anything that a terminal or an editor could act on.
func appendEscaped(b []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if c >= utf8.RuneSelf && !unsafe(r) && (r != utf8.RuneError || size > 1) {
			i += size
			continue
		}
		b = append(b, s[from:i]...)
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\t':
			b = append(b, `\t`...)
		default:
			b = fmt.Appendf(b, `\u%04x`, r)
		}
		i += size
		from = i
	}
	return append(b, s[from:]...)
}

// unsafe reports whether a character beyond ASCII is a control character (C1: U+0085 begins a line, U+009B a command of a terminal), ends a line, or changes the
// direction in which text is shown (UAX #9).
func unsafe(r rune) bool {
	switch {
	case r >= 0x80 && r < 0xa0, r == 0x061c, r == 0x200e, r == 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
		return true
	}
	return false
}
