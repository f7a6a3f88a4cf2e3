package config

import (
	"net/url"
	"strings"
)

// origins reads comma-separated origins: scheme and host, nothing else. There is no wildcard, and null is what any sandboxed frame
// calls itself (ASVS 5.0.0 V3.4.2).
func (e *env) origins(name, fallback string) []string {
	list := e.list(name, fallback)
	for i, o := range list {
		u, err := url.Parse(o)
		secure := err == nil && (u.Scheme == "https" || u.Scheme == "http" && LocalHost(u.Hostname()))
		if !secure || u.Host == "" || strings.Contains(u.Host, "*") || o != u.Scheme+"://"+u.Host {
			e.errorf(name, "want exact origins such as https://app.example.com; http only for this machine")
			return nil
		}
		list[i] = strings.ToLower(o)
	}
	return list
}
