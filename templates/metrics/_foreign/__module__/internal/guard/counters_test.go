package guard

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// count sends one request through the metrics alone.
func count(t *testing.T, method, path string, h http.HandlerFunc) {
	t.Helper()
	defer func() { _ = recover() }()
	behind(Config{MetricsAddr: "off"}, (*Guard).metrics, h).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, nil))
}

// fresh makes the counters of the process those of one test.
func fresh(t *testing.T) {
	t.Helper()
	was := served
	served = &counters{answers: map[answerKind]uint64{}}
	t.Cleanup(func() { served = was })
}

func TestCounters(t *testing.T) {
	fresh(t)
	count(t, "GET", "/", func(http.ResponseWriter, *http.Request) {})
	count(t, "GET", "/", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTooManyRequests)
		if !strings.Contains(string(served.text()), "\nhttp_requests_in_flight 1\n") {
			t.Errorf("a request is under way:\n%s", served.text())
		}
	})
	count(t, "POST", "/", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	served.end(answerKind{"GET", 200}, 300*time.Millisecond)
	served.begin()
	for _, want := range []string{
		"# TYPE http_requests_total counter\n",
		`http_requests_total{method="GET",status="200"} 2` + "\n",
		`http_requests_total{method="GET",status="429"} 1` + "\n",
		`http_requests_total{method="POST",status="500"} 1` + "\n",
		"http_requests_in_flight 0\n",
		`http_request_duration_seconds_bucket{le="0.25"} 3` + "\n",
		`http_request_duration_seconds_bucket{le="0.5"} 4` + "\n",
		`http_request_duration_seconds_bucket{le="+Inf"} 4` + "\n",
		"http_request_duration_seconds_count 4\n",
	} {
		if got := string(served.text()); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// A thousand paths and methods that a client makes up add one series.
func TestCountersAreBounded(t *testing.T) {
	fresh(t)
	for i := 0; i < 1000; i++ {
		count(t, fmt.Sprintf("M%d", i), fmt.Sprintf("/%d", i), func(http.ResponseWriter, *http.Request) {})
	}
	if n := strings.Count(string(served.text()), "http_requests_total{"); n != 1 {
		t.Errorf("%d series", n)
	}
}

func TestMetricsListener(t *testing.T) {
	at, err := serveMetrics("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]int{"": http.StatusOK, "localhost:9090": http.StatusOK, "evil.example": http.StatusNotFound} {
		r, err := http.NewRequest("GET", "http://"+at.String()+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != want || strings.Contains(string(body), "http_requests_total") != (want == http.StatusOK) {
			t.Errorf("host %q: %d %q", host, res.StatusCode, body)
		}
	}
}
