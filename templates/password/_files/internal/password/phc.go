package password

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// params are what argon2id costs.
type params struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
}

// maxParams is the most expensive hash that is checked. A row that asks for more was not written by us, and must not take the memory
// that it asks for.
var maxParams = params{memory: 256 << 10, passes: 10, lanes: 8}

// encoded is a hash in its parts.
type encoded struct {
	params params
	salt   []byte
	tag    []byte
}

var b64 = base64.RawStdEncoding.Strict()

// String returns the PHC string, the form that other argon2 libraries read too.
func (e encoded) String() string {
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", e.params.memory, e.params.passes, e.params.lanes,
		b64.EncodeToString(e.salt), b64.EncodeToString(e.tag))
}

var errMalformed = errors.New("password: stored hash is malformed")

// parse reads a PHC string of argon2id. What it returns prints as it was read.
func parse(s string) (encoded, error) {
	fields := strings.Split(s, "$")
	if len(fields) != 6 {
		return encoded{}, errMalformed
	}
	var e encoded
	if _, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &e.params.memory, &e.params.passes, &e.params.lanes); err != nil {
		return encoded{}, errMalformed
	}
	var err1, err2 error
	e.salt, err1 = b64.DecodeString(fields[4])
	e.tag, err2 = b64.DecodeString(fields[5])
	p := e.params
	switch {
	case err1 != nil, err2 != nil, e.String() != s:
		return encoded{}, errMalformed
	case p.memory < 8*uint32(p.lanes), p.passes < 1, p.lanes < 1, len(e.salt) < 8, len(e.tag) < 16, len(e.tag) > 64:
		return encoded{}, errMalformed
	case p.memory > maxParams.memory, p.passes > maxParams.passes, p.lanes > maxParams.lanes:
		return encoded{}, errMalformed
	}
	return e, nil
}
