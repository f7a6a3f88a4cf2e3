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

// record returns a writer that remembers what is answered through it. If w is such a writer already, its memory is shared.
func record(w http.ResponseWriter) (http.ResponseWriter, *recorder) {
	if known, is := w.(interface{ recorded() *recorder }); is {
		return w, known.recorded()
	}
	r := &recorder{ResponseWriter: w}
	return r.like(w), r
}

// like offers what w offers beyond http.ResponseWriter. Programs ask for it by type assertion, and some answer differently, or panic, when it is not
// there: chunks for http.Flusher, websockets for http.Hijacker, sendfile for io.ReaderFrom. There is one type for each kind of writer that net/http has;
// of any other, http.ResponseController finds through Unwrap what is missing here.
func (r *recorder) like(w http.ResponseWriter) http.ResponseWriter {
	_, flushes := w.(http.Flusher)
	_, hijacks := w.(http.Hijacker)
	_, reads := w.(io.ReaderFrom)
	_, pushes := w.(http.Pusher)
	_, notifies := w.(closeNotifier)
	switch {
	case flushes && hijacks && reads && notifies: // HTTP/1.1
		return struct {
			*recorder
			flusher
			hijacker
			reader
			closeNotifier
		}{r, flusher{r}, hijacker{r}, reader{r}, w.(closeNotifier)}
	case flushes && hijacks:
		return struct {
			*recorder
			flusher
			hijacker
		}{r, flusher{r}, hijacker{r}}
	case flushes && pushes && notifies: // HTTP/2
		return struct {
			*recorder
			flusher
			http.Pusher
			closeNotifier
		}{r, flusher{r}, w.(http.Pusher), w.(closeNotifier)}
	case flushes:
		return struct {
			*recorder
			flusher
		}{r, flusher{r}}
	}
	return r
}

// closeNotifier is http.CloseNotifier, which is deprecated and still asked for: gin panics without it behind a reverse proxy.
type closeNotifier interface{ CloseNotify() <-chan bool }

func (r *recorder) recorded() *recorder { return r }

// Unwrap leads http.ResponseController to the rest.
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

type flusher struct{ to *recorder }

func (f flusher) Flush() { _ = f.FlushError() } // http.Flusher has no place for an error

func (f flusher) FlushError() error {
	f.to.begin()
	return http.NewResponseController(f.to.ResponseWriter).Flush()
}

type hijacker struct{ to *recorder }

func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(h.to.ResponseWriter).Hijack()
	h.to.hijacked = err == nil
	return conn, buffered, err
}

type reader struct{ to *recorder }

func (r reader) ReadFrom(src io.Reader) (int64, error) {
	r.to.begin()
	n, err := r.to.ResponseWriter.(io.ReaderFrom).ReadFrom(src)
	r.to.bytes += n
	return n, err
}
