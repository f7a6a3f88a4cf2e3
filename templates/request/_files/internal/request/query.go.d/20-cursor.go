package request

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"

	"github.com/google/uuid"
)

// A Cursor is a position in a list: after the row with this creation time and id. Unlike an offset it is a key, so that every
// page costs the same and a row that is deleted meanwhile hides no other.
type Cursor struct {
	CreatedAt time.Time
	ID        string
}

const (
	cursorVersion = 1
	cursorSize    = 1 + 8 + 16 // version, microseconds since 1970, UUID
)

// maxCursorMicros is the end of the year 9999: later times have no RFC 3339 form, and databases differ in what they make of them.
var maxCursorMicros = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro() - 1

var errCursor = errors.New("request: not a cursor")

// String writes the cursor as clients get it. It is opaque to them, but not secret and not signed: it only says where to
// continue, and every query names the owner, so that a forged one shows nobody anything new.
func (c Cursor) String() string {
	id, err := uuid.Parse(c.ID)
	if err != nil {
		panic("request: cursor of a row without a UUID")
	}
	b := make([]byte, 1, cursorSize)
	b[0] = cursorVersion
	b = binary.BigEndian.AppendUint64(b, uint64(c.CreatedAt.UnixMicro()))
	return base64.RawURLEncoding.EncodeToString(append(b, id[:]...))
}

// ParseCursor reads what String wrote and nothing else: each position has one spelling.
func ParseCursor(s string) (Cursor, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != cursorSize || b[0] != cursorVersion {
		return Cursor{}, errCursor
	}
	micros := binary.BigEndian.Uint64(b[1:9])
	if micros > uint64(maxCursorMicros) { //nolint:gosec // a constant above 0
		return Cursor{}, errCursor
	}
	at := time.UnixMicro(int64(micros)).UTC() //nolint:gosec // bounded above
	c := Cursor{CreatedAt: at, ID: uuid.UUID(b[9:]).String()}
	if c.String() != s {
		return Cursor{}, errCursor // line breaks, which the decoder skips
	}
	return c, nil
}
