package guard

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"
)

// served is what all handlers of this package have answered. There is one, because there is one listener for it, however many servers the program has.
var served = &counters{answers: map[answerKind]uint64{}}

// listening makes sure that the listener for metrics is opened once.
var listening sync.Once

// counters is what operators alert on. Labels are bounded: nothing that a client types becomes one (CWE-770).
type counters struct {
	sync.Mutex
	inFlight int64
	answers  map[answerKind]uint64
	took     [len(buckets) + 1]uint64 // by the first bucket that holds the time; the last one is for what took longer than all
	seconds  float64
}

type answerKind struct {
	method string
	status int
}

// buckets are the bounds of the histogram, in seconds.
var buckets = [...]float64{.005, .025, .1, .25, .5, 1, 2.5, 5, 10, 30}

// metrics counts every request. The numbers are served for Prometheus on a listener of their own, ADMIN_ADDR, and never on the public one
// (ASVS 5.0.0 V13.4.5). They are written here and not by a library, because go.mod is not ours to add to.
func (g *Guard) metrics() link {
	addr := g.config.MetricsAddr
	return func(next http.Handler) http.Handler {
		if addr != "off" {
			listening.Do(func() {
				if at, err := serveMetrics(addr); err != nil {
					slog.Error("metrics are not served", "cause", err) // not worth refusing requests for: two copies may run on one machine
				} else {
					slog.Info("metrics are served", "address", at.String())
				}
			})
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			q := From(r.Context())
			served.begin()
			returned := false
			defer func() {
				q.answer.end(returned)
				served.end(answerKind{q.Method, q.Status()}, time.Since(q.Began))
			}()
			next.ServeHTTP(w, r)
			returned = true
		})
	}
}

// parseMetricsAddr reads ADMIN_ADDR.
func parseMetricsAddr(text string) (string, error) {
	if _, _, err := net.SplitHostPort(text); err != nil && text != "off" {
		return "", errors.New("want an address such as 127.0.0.1:9090, or off")
	}
	return text, nil
}

func (c *counters) begin() {
	c.Lock()
	defer c.Unlock()
	c.inFlight++
}

func (c *counters) end(kind answerKind, took time.Duration) {
	c.Lock()
	defer c.Unlock()
	c.inFlight--
	c.answers[kind]++
	c.seconds += took.Seconds()
	i := 0
	for i < len(buckets) && took.Seconds() > buckets[i] {
		i++
	}
	c.took[i]++
}

// text writes the counters in the text format of Prometheus, version 0.0.4.
func (c *counters) text() []byte {
	c.Lock()
	defer c.Unlock()
	var b bytes.Buffer
	b.WriteString("# HELP http_requests_total Requests answered, by method and status.\n# TYPE http_requests_total counter\n")
	var lines []string
	for kind, n := range c.answers {
		lines = append(lines, fmt.Sprintf("http_requests_total{method=%q,status=\"%d\"} %d\n", kind.method, kind.status, n))
	}
	slices.Sort(lines)
	for _, line := range lines {
		b.WriteString(line)
	}
	b.WriteString("# HELP http_requests_in_flight Requests that are being answered.\n# TYPE http_requests_in_flight gauge\n")
	fmt.Fprintf(&b, "http_requests_in_flight %d\n", c.inFlight)
	b.WriteString("# HELP http_request_duration_seconds Time until the handler returned.\n# TYPE http_request_duration_seconds histogram\n")
	total := uint64(0)
	for i, n := range c.took {
		total += n
		bound := "+Inf"
		if i < len(buckets) {
			bound = strconv.FormatFloat(buckets[i], 'g', -1, 64)
		}
		fmt.Fprintf(&b, "http_request_duration_seconds_bucket{le=%q} %d\n", bound, total)
	}
	fmt.Fprintf(&b, "http_request_duration_seconds_sum %s\nhttp_request_duration_seconds_count %d\n", strconv.FormatFloat(c.seconds, 'g', -1, 64), total)
	return b.Bytes()
}

// ServeHTTP answers GET /metrics to who asks by an address or as localhost. A page that was pointed at this machine under a name of its own (DNS rebinding)
// sends that name.
func (c *counters) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if _, err := netip.ParseAddr(host); err != nil && host != "localhost" || r.URL.Path != "/metrics" || r.Method != http.MethodGet {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(c.text()) //nolint:gosec // plain text, not a page
}

// serveMetrics serves the counters in the background until the program ends.
func serveMetrics(addr string) (net.Addr, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: served, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 8 << 10}
	go func() { slog.Error("metrics are no longer served", "cause", server.Serve(listener)) }()
	return listener.Addr(), nil
}
