package request

import (
	"net/http"
	"strconv"
	"strings"

	"example.com/app/internal/problem"
)

// Changed answers a request whose If-Match names another version than the resource has.
var Changed = problem.Problem{Slug: "changed", Title: "The resource does not have the version in If-Match", Status: http.StatusPreconditionFailed}

// ETag is the entity tag of a version, which counts from 1.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// IfMatch returns the version that r requires, 0 for any. If-Match holds one entity tag of ours, or * (RFC 9110 section 13.1.1); any
// other value matches no version.
func IfMatch(r *http.Request) (int64, error) {
	tag := strings.Join(r.Header.Values("If-Match"), ",")
	if tag == "" || tag == "*" {
		return 0, nil
	}
	version, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
	if err != nil || version < 1 || ETag(version) != tag {
		return 0, Changed
	}
	return version, nil
}
