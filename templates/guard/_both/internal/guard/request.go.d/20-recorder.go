package guard

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// A recorder remembers what was answered and passes everything on at once.
type recorder struct {
	http.ResponseWriter
	status   int   // 0 until the answer begins
	bytes    int64 // of the body
	hijacked bool
}

// record returns a writer that notes in q what is answered through it. Programs ask writers for more than http.ResponseWriter by type assertion, and
// some answer differently, or panic, when it is missing: chunks need http.Flusher, websockets http.Hijacker, sendfile io.ReaderFrom. There is one
// type for each kind of writer that net/http has; of any other, http.ResponseController finds the rest through Unwrap.
func (q *Request) record(w http.ResponseWriter) http.ResponseWriter {
	r := &q.answer
	r.ResponseWriter = w
	_, flushes := w.(http.Flusher)
	_, hijacks := w.(http.Hijacker)
	_, reads := w.(io.ReaderFrom)
	_, pushes := w.(http.Pusher)
	_, notifies := w.(closeNotifier)
	switch {
	case flushes && hijacks && reads && notifies:
		return http1{hijacker{flusher{r}}}
	case flushes && hijacks:
		return hijacker{flusher{r}}
	case flushes && pushes && notifies:
		return http2{flusher{r}}
	case flushes:
		return flusher{r}
	}
	return r
}

// Unwrap leads http.ResponseController to the writer below.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// begin notes that the answer has begun without a status of its own.
func (r *recorder) begin() {
	if r.status == 0 {
		r.status = http.StatusOK
	}
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) { // other 1xx are not the answer yet
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	r.begin()
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

func (r *recorder) WriteString(s string) (int, error) {
	r.begin()
	n, err := io.WriteString(r.ResponseWriter, s)
	r.bytes += int64(n)
	return n, err
}

// end settles the status when the handler has returned, or panicked.
func (r *recorder) end(returned bool) {
	switch {
	case r.hijacked:
		r.status = http.StatusSwitchingProtocols // what a handler says that takes the connection over
	case r.status == 0 && returned:
		r.status = http.StatusOK // net/http writes it when the handler has written nothing
	case r.status == 0:
		r.status = http.StatusInternalServerError // a panic cuts the connection
	}
}

type flusher struct{ *recorder }

func (f flusher) Flush() { _ = f.FlushError() } // http.Flusher has no place for an error

func (f flusher) FlushError() error {
	f.begin()
	return http.NewResponseController(f.ResponseWriter).Flush()
}

type hijacker struct{ flusher }

func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(h.ResponseWriter).Hijack()
	h.hijacked = err == nil
	return conn, buffered, err
}

// http1 is like the writer of HTTP/1.1.
type http1 struct{ hijacker }

func (w http1) ReadFrom(src io.Reader) (int64, error) {
	w.begin()
	n, err := w.ResponseWriter.(io.ReaderFrom).ReadFrom(src)
	w.bytes += n
	return n, err
}

func (w http1) CloseNotify() <-chan bool { return w.ResponseWriter.(closeNotifier).CloseNotify() }

// http2 is like the writer of HTTP/2.
type http2 struct{ flusher }

func (w http2) Push(target string, opts *http.PushOptions) error {
	return w.ResponseWriter.(http.Pusher).Push(target, opts)
}

func (w http2) CloseNotify() <-chan bool { return w.ResponseWriter.(closeNotifier).CloseNotify() }

// closeNotifier is http.CloseNotifier, which is deprecated and still asked for: gin panics without it behind a reverse proxy.
type closeNotifier interface{ CloseNotify() <-chan bool }
