// Package cspreport takes what browsers report about our policy: that a page tried something which it does not allow, which is how
// an injected script shows itself (ASVS 5.0.0 V3.4.7).
//
// Anybody can send a report, so little is read, little is kept and none of it is trusted: a directive's name and the host that was
// blocked. Paths and queries are dropped, because they carry what the user was doing.
package cspreport

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"example.com/app/internal/bodylimit"
	"example.com/app/internal/clientip"
	"example.com/app/internal/config"
	"example.com/app/internal/event"
	"example.com/app/internal/metrics"
	"example.com/app/internal/problem"
	"example.com/app/internal/ratelimit"
)

const (
	maxBytes   = 16 << 10 // a browser sends a few hundred bytes a violation
	maxReports = 10       // of one request that become events
)

// rate is what one page that is broken in many places sends, and far less than what would flood the log.
var rate = config.Rate{Requests: 10, Window: time.Minute, Burst: 10}

// violation is what both formats say, each under its own names.
type violation struct {
	Directive       string `json:"effectiveDirective"`
	Blocked         string `json:"blockedURL"`
	LegacyDirective string `json:"effective-directive"`
	Violated        string `json:"violated-directive"` // what older browsers call it
	LegacyBlocked   string `json:"blocked-uri"`
}

// Handler answers reports with 204.
func Handler() problem.Handler {
	limiter := ratelimit.New[ratelimit.Address]("csp-report", rate)
	return bodylimit.At(maxBytes, func(w http.ResponseWriter, r *http.Request) error {
		res := limiter.Allow(ratelimit.AddressOf(clientip.From(r.Context())))
		limiter.Announce(w.Header(), res)
		if !res.Allowed {
			metrics.From(r.Context()).RateLimited("csp-report")
			return ratelimit.Exceeded(res) // no event: a broken page is not an attack, and the log line has the status
		}
		found, err := read(r)
		if err != nil {
			return err
		}
		for _, v := range found[:min(len(found), maxReports)] {
			event.Log(r.Context(), event.CSPViolation, slog.String("directive", directive(v)), slog.String("blocked", blocked(v)))
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	})
}

// read understands what report-uri and report-to send.
func read(r *http.Request) ([]violation, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, problem.MediaType
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, errors.Join(problem.From(err), err)
	}
	switch media {
	case "application/csp-report":
		var report struct {
			Report violation `json:"csp-report"`
		}
		if json.Unmarshal(body, &report) != nil {
			return nil, problem.BadRequest
		}
		return []violation{report.Report}, nil
	case "application/reports+json":
		var reports []struct {
			Type string    `json:"type"`
			Body violation `json:"body"`
		}
		if json.Unmarshal(body, &reports) != nil {
			return nil, problem.BadRequest
		}
		var found []violation
		for _, report := range reports {
			if report.Type == "csp-violation" {
				found = append(found, report.Body)
			}
		}
		return found, nil
	}
	return nil, problem.MediaType
}

var directiveName = regexp.MustCompile(`^[a-z-]{1,40}$`)

func directive(v violation) string {
	for _, name := range []string{v.Directive, v.LegacyDirective, v.Violated} {
		if directiveName.MatchString(name) {
			return name
		}
	}
	return "unknown"
}

// blocked returns the scheme and host of what was blocked, or the word for what has none, such as inline and eval.
func blocked(v violation) string {
	target := v.Blocked
	if target == "" {
		target = v.LegacyBlocked
	}
	u, err := url.Parse(target)
	switch {
	case err != nil || len(u.Host) > 255:
		return "unknown"
	case u.Host != "":
		return u.Scheme + "://" + u.Host
	case directiveName.MatchString(u.Path):
		return u.Path
	case directiveName.MatchString(u.Scheme):
		return u.Scheme + ":" // data: and blob: carry content
	}
	return "unknown"
}
