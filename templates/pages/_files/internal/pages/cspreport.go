package pages

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/app/internal/event"
	"example.com/app/internal/guard"
	"example.com/app/internal/metrics"
	"example.com/app/internal/problem"
	"example.com/app/internal/request"
)

const (
	maxReport     = 16 << 10 // bytes: Chromium sends a batch of a few reports, each with 40 characters of a sample
	maxViolations = 10       // events that one request may cause
)

// reportRate is for one client: a page that is broken in every part of it, once a minute.
var reportRate = guard.Rate{Requests: 10, Window: time.Minute, Burst: 10}

// allReportsRate is for all clients together, or a flood from many addresses would fill the log.
var allReportsRate = guard.Rate{Requests: 600, Window: time.Minute, Burst: 100}

// CSPReport takes what browsers report about violations of the content security policy, in the old form of report-uri and the new
// one of report-to (CSP level 3 section 5).
//
// Anybody can send anything here, so reports are small, limited and mostly dropped: what is kept is one event with words from a
// closed set and the origin that was blocked. URLs of pages are not kept, since they may hold what only their reader should know.
func (p *Pages) CSPReport(w http.ResponseWriter, r *http.Request) error {
	res := p.reports.Allow(guard.KeyOf(guard.From(r.Context()).Client))
	p.reports.Announce(w.Header(), res)
	if res.Allowed {
		if every := p.allReports.Allow(guard.Key{}); !every.Allowed {
			res = every
		}
	}
	if !res.Allowed {
		metrics.From(r.Context()).RateLimited("csp-report") // no event: a broken page is not an attack
		return problem.Refused(res.Refusal())
	}
	body, err := request.Bytes(r, maxReport, "application/csp-report", "application/reports+json")
	if err != nil {
		return err
	}
	violations, err := parseReport(body)
	if err != nil {
		return err
	}
	for _, v := range violations[:min(len(violations), maxViolations)] {
		event.Log(r.Context(), event.CSPViolation, slog.String("directive", v.directive), slog.String("blocked", v.blocked), slog.Bool("enforced", v.enforced))
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// A violation is what is kept of a report.
type violation struct {
	directive string
	blocked   string
	enforced  bool
}

// parseReport reads either form. Fields that are not kept differ between browsers, and are ignored.
func parseReport(body []byte) ([]violation, error) {
	var old struct {
		Report *struct {
			Effective   string `json:"effective-directive"`
			Violated    string `json:"violated-directive"`
			Blocked     string `json:"blocked-uri"`
			Disposition string `json:"disposition"`
		} `json:"csp-report"`
	}
	var batch []struct {
		Type string `json:"type"`
		Body struct {
			Effective   string `json:"effectiveDirective"`
			Blocked     string `json:"blockedURL"`
			Disposition string `json:"disposition"`
		} `json:"body"`
	}
	if !json.Valid(body) {
		return nil, problem.BadRequest
	}
	if json.Unmarshal(body, &batch) == nil {
		var found []violation
		for _, b := range batch {
			if b.Type == "csp-violation" {
				found = append(found, violation{directive(b.Body.Effective), origin(b.Body.Blocked), b.Body.Disposition != "report"})
			}
		}
		return found, nil
	}
	if json.Unmarshal(body, &old) != nil || old.Report == nil {
		return nil, problem.Invalid
	}
	name := old.Report.Effective
	if name == "" {
		name = old.Report.Violated
	}
	return []violation{{directive(name), origin(old.Report.Blocked), old.Report.Disposition != "report"}}, nil
}

// directives are the names of CSP level 3; browsers send one of them, or with violated-directive a whole directive that begins with one.
var directives = map[string]bool{
	"base-uri": true, "child-src": true, "connect-src": true, "default-src": true, "font-src": true, "form-action": true, "frame-ancestors": true, "frame-src": true,
	"img-src": true, "manifest-src": true, "media-src": true, "object-src": true, "require-trusted-types-for": true, "script-src": true, "script-src-attr": true,
	"script-src-elem": true, "style-src": true, "style-src-attr": true, "style-src-elem": true, "trusted-types": true, "upgrade-insecure-requests": true, "worker-src": true,
}

func directive(s string) string {
	name, _, _ := strings.Cut(s, " ")
	if directives[name] {
		return name
	}
	return "other"
}

// keywords are what browsers send in place of a URL (CSP level 3 section 2.4).
var keywords = map[string]bool{"inline": true, "eval": true, "wasm-eval": true, "self": true, "data": true, "blob": true, "trusted-types-policy": true, "trusted-types-sink": true}

// hostCharacters are those of a name or IP address with a port, as browsers send them: ASCII, without anything that a log reader's
// terminal could act on.
const hostCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:[]"

// origin keeps the scheme and host of a URL, or a keyword.
func origin(s string) string {
	if keywords[s] {
		return s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || len(u.Host) > 255 || strings.Trim(u.Host, hostCharacters) != "" || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "ws" && u.Scheme != "wss" {
		return "other"
	}
	return u.Scheme + "://" + u.Host
}
