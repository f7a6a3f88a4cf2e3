package guard

import "net/http"

// method is m if HTTP knows it, and other if a client made it up: neither log nor metrics are for clients to write into (CWE-117, CWE-770).
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return m
	}
	return "other"
}
