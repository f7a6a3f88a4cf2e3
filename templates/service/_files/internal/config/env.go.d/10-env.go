package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// env reads settings and collects what is wrong with them.
type env struct {
	getenv   func(string) string
	files    []string
	problems []string
}

// Errorf records a problem. It must not carry a value: the report ends up in logs.
func (e *env) errorf(name, format string, args ...any) {
	e.problems = append(e.problems, name+": "+fmt.Sprintf(format, args...))
}

func (e *env) err() error {
	if len(e.problems) == 0 {
		return nil
	}
	slices.Sort(e.problems)
	return errors.New(strings.Join(slices.Compact(e.problems), "\n"))
}

func (e *env) text(name, fallback string) string {
	if v := e.getenv(name); v != "" {
		return v
	}
	return fallback
}

func (e *env) boolean(name, fallback string) bool {
	switch e.text(name, fallback) {
	case "true", "1":
		return true
	case "false", "0", "":
		return false
	}
	e.errorf(name, "want true or false")
	return false
}

func (e *env) duration(name, fallback string) time.Duration {
	v := e.text(name, fallback)
	d, err := time.ParseDuration(v)
	if err != nil || d < 0 {
		e.errorf(name, "want a duration such as 15m or 1h30m")
	}
	return d
}

func (e *env) positive(name, fallback string) int {
	n, err := strconv.Atoi(e.text(name, fallback))
	if err != nil || n <= 0 {
		e.errorf(name, "want a whole number above 0")
	}
	return n
}

func (e *env) address(name, fallback string) string {
	v := e.text(name, fallback)
	if v == "" {
		return ""
	}
	_, port, err := net.SplitHostPort(v)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		e.errorf(name, "want host:port")
	}
	return v
}

// webURL reads an absolute http or https URL without user, query or fragment.
func (e *env) webURL(name, fallback string) *url.URL {
	v := e.text(name, fallback)
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "http" && u.Scheme != "https" {
		e.errorf(name, "want an absolute http or https URL")
		return nil
	}
	return u
}

// list reads comma-separated words.
func (e *env) list(name, fallback string) []string {
	var words []string
	for w := range strings.SplitSeq(e.text(name, fallback), ",") {
		if w = strings.TrimSpace(w); w != "" {
			words = append(words, w)
		}
	}
	return words
}

func (e *env) level(name, fallback string) slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(e.text(name, fallback))); err != nil {
		e.errorf(name, "want debug, info, warn or error")
	}
	return l
}
