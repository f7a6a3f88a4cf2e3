package spec

import (
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/mod/module"

	"github.com/hardwright/hardwright/generator/internal/problem"
)

// NamePattern is what a service may be called. It is the folder, the command and part of host names.
const NamePattern = `^[a-z][a-z0-9-]{0,38}$`

var name = regexp.MustCompile(NamePattern)

// devices are names that no file may have on Windows, with any ending.
var devices = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])$`)

// CheckName says what is wrong with a service's name.
func CheckName(s string) *problem.Problem {
	switch {
	case !name.MatchString(s):
		return &problem.Problem{Subject: "--name", Message: "illegal name " + quoted(s),
			Hint: "a lower-case letter, then at most 38 lower-case letters, digits and hyphens"}
	case devices.MatchString(s):
		return &problem.Problem{Subject: "--name", Message: s + " is a device on Windows, where nobody could check the service out"}
	case s == "vendor" || s == "internal" || s == "testdata":
		return &problem.Problem{Subject: "--name", Message: s + " means something else to the Go tool"}
	}
	return nil
}

// CheckModule says what is wrong with a module path.
func CheckModule(s string) *problem.Problem {
	if err := module.CheckImportPath(s); err != nil {
		return &problem.Problem{Subject: "--module", Message: "illegal module path " + quoted(s) + ": " + reason(err),
			Hint: "a path such as example.com/orders"}
	}
	if _, _, ok := module.SplitPathVersion(s); !ok {
		return &problem.Problem{Subject: "--module", Message: "illegal module path " + quoted(s) + ": bad version ending",
			Hint: "a path such as example.com/orders or example.com/orders/v2"}
	}
	first, _, _ := strings.Cut(s, "/")
	if !strings.Contains(first, ".") {
		return &problem.Problem{Subject: "--module", Message: "illegal module path " + quoted(s) + ": its first element has no dot, like a package of the standard library",
			Hint: "--module example.com/" + s}
	}
	for _, e := range strings.Split(s, "/") {
		if e == "internal" || e == "vendor" || e == "testdata" {
			return &problem.Problem{Subject: "--module", Message: "illegal module path " + quoted(s) + ": " + e + " means something else to the Go tool"}
		}
	}
	return nil
}

// CheckContact says what is wrong with a security contact (RFC 9116 §2.5.3: a URI; web addresses are https).
func CheckContact(s string) *problem.Problem {
	bad := func(why string) *problem.Problem {
		return &problem.Problem{Subject: "--contact", Message: "illegal contact " + quoted(s) + ": " + why,
			Hint: "mailto:security@example.com or https://example.com/security"}
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"'`<>\\{}|^$", r) }) {
		return bad("a character that no URI may hold")
	}
	u, err := url.Parse(s)
	if err != nil {
		return bad("not a URI")
	}
	switch u.Scheme {
	case "mailto":
		local, host, ok := strings.Cut(u.Opaque, "@")
		if !ok || local == "" || host == "" || strings.Contains(host, "@") || u.RawQuery != "" {
			return bad("want one address")
		}
	case "https":
		if u.Hostname() == "" || u.User != nil {
			return bad("want a host and no user")
		}
	default:
		return bad("want mailto: or https:")
	}
	return nil
}

// Check judges what no component has a say in: name, module and contact. A name or module that is missing is a problem.
func Check(s Spec) problem.List {
	var out problem.List
	for _, p := range []*problem.Problem{CheckName(s.Name), CheckModule(s.Module)} {
		if p != nil {
			out = append(out, *p)
		}
	}
	if s.Contact != "" {
		if p := CheckContact(s.Contact); p != nil {
			out = append(out, *p)
		}
	}
	return out
}
