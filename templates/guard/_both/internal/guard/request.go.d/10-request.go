package guard

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/netip"
	"time"
)

// A Request is what is known of one request. It is the context of that request, so that log lines, errors and handlers find it with From, and so
// that the request is copied once. Fields are filled in before the handler runs, by the part that learns them.
type Request struct {
	context.Context // the server's, with the deadline of this request

	Began     time.Time  // when the guard met it
	Method    string     // of HTTP's own; "other" if the client made one up
	Client    netip.Addr // address of the client; the zero Addr on a Unix socket
	HTTPS     bool       // whether the client came over https
	Route     string     // the pattern that matched, never the path: paths hold what clients type
	Principal string     // id of who is calling, once that is known

	id     [1]string // a header value that needs no allocation
	answer recorder
	quiet  bool // the client's budget of log lines is spent
}

type requestKey struct{}

// Value finds the Request itself.
func (q *Request) Value(key any) any {
	if key == (requestKey{}) {
		return q
	}
	return q.Context.Value(key)
}

// From returns the Request of a context. Outside of a request it is an empty one that nobody else sees.
func From(ctx context.Context) *Request {
	if q, ok := ctx.Value(requestKey{}).(*Request); ok {
		return q
	}
	return &Request{Context: ctx}
}

// With returns a context that carries q: for what runs outside of a chain.
func With(ctx context.Context, q Request) context.Context {
	q.Context = ctx
	return &q
}

// ID returns the request's id, a random UUID; empty outside of a request.
func (q *Request) ID() string { return q.id[0] }

// Status returns the status that was answered, 0 before an answer has begun.
func (q *Request) Status() int { return q.answer.status }

// Bytes returns how many bytes of body were answered.
func (q *Request) Bytes() int64 { return q.answer.bytes }

// open returns the Request of r.
func (g *Guard) open(r *http.Request) *Request {
	trusted := proxies(g.config.Proxies)
	q := &Request{Context: r.Context(), Began: time.Now(), Method: method(r.Method), Client: trusted.client(r), HTTPS: trusted.https(r)}
	q.id[0] = newID()
	return q
}

// method is m if HTTP has it: a client must not write into logs or make up labels of metrics (CWE-117, CWE-770).
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return m
	}
	return "other"
}

// newID returns a random UUID (RFC 9562, version 4).
func newID() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // the system has no randomness left, and nothing else would be safe either
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	var text [36]byte
	hex.Encode(text[0:8], b[0:4])
	hex.Encode(text[9:13], b[4:6])
	hex.Encode(text[14:18], b[6:8])
	hex.Encode(text[19:23], b[8:10])
	hex.Encode(text[24:], b[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}
