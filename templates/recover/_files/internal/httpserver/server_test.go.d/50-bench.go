package httpserver

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"example.com/app/internal/guard"
	"example.com/app/internal/logging"
	"example.com/app/internal/metrics"
)

const (
	benchConnections = 64
	benchRequests    = 100 // of each connection in one turn
)

func answerPing(w http.ResponseWriter, _ *http.Request) error {
	w.Header()["Content-Type"] = []string{"application/json"}
	_, err := io.WriteString(w, `{"status":"ok"}`)
	return err
}

// BenchmarkChain compares the whole chain with a bare handler and with a bare handler that writes the same headers, in turns, so
// that what else the machine does hits all three. It prints the medians of the ratios; the limits are 60 % and 85 %. The client shares the
// process, which is kind to the slower ones: a separate load generator is more exact.
func BenchmarkChain(b *testing.B) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer null.Close()
	d := deps(b, null, nil, "RATE_LIMIT=1000000000/1s")
	full := guard.New(d.guarded()).Handler(mux([]Route{{"GET /api/v1/ping", Anyone, answerPing}}, ""))
	base := metrics.Into(logging.Into(context.Background(), d.Log), d.Metrics)

	serve := func(h http.Handler) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		s := &http.Server{Handler: h, ReadHeaderTimeout: readHeaderTimeout, BaseContext: func(net.Listener) context.Context { return base }}
		b.Cleanup(func() { _ = s.Close() })
		go func() { _ = s.Serve(l) }()
		return l.Addr().String()
	}
	addresses := []string{serve(full)}
	res, err := http.Get("http://" + addresses[0] + "/api/v1/ping")
	if err != nil {
		b.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 200 {
		b.Fatalf("status %d", res.StatusCode)
	}
	addresses = append(addresses,
		serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _ = answerPing(w, r) })),
		serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			for name, values := range res.Header {
				h[name] = values
			}
			_ = answerPing(w, r)
		})))

	var loads []func() time.Duration
	for _, address := range addresses {
		loads = append(loads, connect(b, address))
	}
	var ofBare, ofHeaders []float64
	for b.Loop() {
		var took [3]time.Duration
		for i, load := range loads {
			took[i] = load()
		}
		ofBare = append(ofBare, 100*took[1].Seconds()/took[0].Seconds())
		ofHeaders = append(ofHeaders, 100*took[2].Seconds()/took[0].Seconds())
	}
	slices.Sort(ofBare)
	slices.Sort(ofHeaders)
	b.ReportMetric(ofBare[len(ofBare)/2], "%of-bare")
	b.ReportMetric(ofHeaders[len(ofHeaders)/2], "%of-headers")
	b.ReportMetric(0, "ns/op") // a turn of all three means nothing by itself
}

// connect opens the connections and returns what runs one turn over all of them.
func connect(b *testing.B, address string) func() time.Duration {
	b.Helper()
	type connection struct {
		net.Conn
		answers *bufio.Reader
	}
	var all []connection
	for range benchConnections {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conn.Close() })
		all = append(all, connection{conn, bufio.NewReader(conn)})
	}
	request := []byte("GET /api/v1/ping HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	once := func(c connection) error {
		if _, err := c.Write(request); err != nil {
			return err
		}
		for {
			line, err := c.answers.ReadSlice('\n')
			if err != nil {
				return err
			}
			if len(line) == 2 { // the end of the headers
				_, err := c.answers.Discard(len(`{"status":"ok"}`))
				return err
			}
		}
	}
	return func() time.Duration {
		start := time.Now()
		var wg sync.WaitGroup
		for _, c := range all {
			wg.Go(func() {
				for range benchRequests {
					if err := once(c); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		return time.Since(start)
	}
}
