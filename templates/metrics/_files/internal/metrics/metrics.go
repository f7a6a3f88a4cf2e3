// Package metrics counts what operators alert on, for Prometheus on the admin listener.
//
// Labels are bounded: routes are patterns, events are a closed list, and nothing that a client types becomes a label
// (CWE-770: a series for each path would be a way to use up memory).
package metrics

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is the service's registry. Its methods may be called on a nil *Metrics, which counts nothing.
type Metrics struct {
	registry    *prometheus.Registry
	requests    *prometheus.CounterVec
	duration    *prometheus.HistogramVec
	events      *prometheus.CounterVec
	limited     *prometheus.CounterVec
	authFailed  *prometheus.CounterVec
	connections prometheus.Counter
}

// New returns a registry with the service's metrics and those of the Go runtime and the process.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_requests_total", Help: "Requests answered, by route pattern and status.",
		}, []string{"route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "http_request_duration_seconds", Help: "Time until the handler returned, by route pattern.",
			Buckets: []float64{.001, .005, .025, .1, .25, .5, 1, 2.5, 10}, // the last is the deadline of the chain
		}, []string{"route"}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "security_events_total", Help: "Security events, by the name that the log line has.",
		}, []string{"event"}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rate_limited_total", Help: "Requests refused with 429, by the limit that was reached.",
		}, []string{"policy"}),
		authFailed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "auth_failures_total", Help: "Credentials that were refused, by their kind.",
		}, []string{"kind"}),
		connections: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "connections_refused_total", Help: "Connections closed because their peer already had its share.",
		}),
	}
	m.registry.MustRegister(m.requests, m.duration, m.events, m.limited, m.authFailed, m.connections,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the metrics; it belongs on the admin listener (ASVS 5.0.0 V13.4.5).
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Served counts one request. Route is a pattern, empty if the request was refused before one was found.
func (m *Metrics) Served(route string, status int, took time.Duration) {
	if m == nil {
		return
	}
	m.requests.WithLabelValues(route, code(status)).Inc()
	m.duration.WithLabelValues(route).Observe(took.Seconds())
}

// code is the label of a status. The frequent ones are spelled out, which saves an allocation for each request.
func code(status int) string {
	switch status {
	case http.StatusOK:
		return "200"
	case http.StatusNoContent:
		return "204"
	case http.StatusUnauthorized:
		return "401"
	case http.StatusTooManyRequests:
		return "429"
	}
	return strconv.Itoa(status)
}

// Event counts one security event; event.Log calls it.
func (m *Metrics) Event(name string) {
	if m != nil {
		m.events.WithLabelValues(name).Inc()
	}
}

// RateLimited counts one refusal with 429 by the limit of that name, a constant.
func (m *Metrics) RateLimited(policy string) {
	if m != nil {
		m.limited.WithLabelValues(policy).Inc()
	}
}

// AuthFailed counts refused credentials of one kind: a constant such as password, session, token, key.
func (m *Metrics) AuthFailed(kind string) {
	if m != nil {
		m.authFailed.WithLabelValues(kind).Inc()
	}
}

// ConnectionRefused counts one connection beyond a peer's share.
func (m *Metrics) ConnectionRefused() {
	if m != nil {
		m.connections.Inc()
	}
}

type key struct{}

// Into returns a context that carries m.
func Into(ctx context.Context, m *Metrics) context.Context {
	return context.WithValue(ctx, key{}, m)
}

// From returns the context's metrics; nil, which counts nothing, if there are none.
func From(ctx context.Context) *Metrics {
	m, _ := ctx.Value(key{}).(*Metrics)
	return m
}
