package accounts_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/app/internal/accounts"
	"example.com/app/internal/accounts/accountstest"
	"example.com/app/internal/problem"
)

func TestCanonical(t *testing.T) {
	long := strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 61)+".", 3)
	tests := []struct{ name, address, want string }{ // no want: refused
		{"plain", "ann@example.com", "ann@example.com"},
		{"domain in capitals", "Ann@EXAMPLE.Com", "Ann@example.com"},
		{"space around", " ann@example.com\n", "ann@example.com"},
		{"tag and dots stay", "a.n.n+tag@example.com", "a.n.n+tag@example.com"},
		{"254 characters", long + "com", long + "com"},
		{"255 characters", long + "info", ""},
		{"65 before the @", strings.Repeat("a", 65) + "@example.com", ""},
		{"domain in punycode", "ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"},
		{"domain with other letters", "ann@bücher.example", ""},
		{"name with a letter that looks like another", "аnn@example.com", ""},
		{"no dot in the domain", "ann@localhost", ""},
		{"two dots", "ann@example..com", ""},
		{"hyphen at the end of a label", "ann@example-.com", ""},
		{"underscore in the domain", "ann@ex_ample.com", ""},
		{"address literal", "ann@[192.0.2.1]", ""},
		{"display name", "Ann <ann@example.com>", ""},
		{"comment", "ann@example.com (Ann)", ""},
		{"quotes", `"ann"@example.com`, ""},
		{"line break inside", "ann@example.com\r\nBcc: bob@example.com", ""},
		{"two addresses", "ann@example.com, bob@example.com", ""},
		{"no @", "ann", ""},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		if got, ok := accounts.Canonical(tt.address); got != tt.want && ok || ok != (tt.want != "") {
			t.Errorf("%s: %q, %v; want %q", tt.name, got, ok, tt.want)
		}
	}
}

// broken returns pointer and code of every rule that a registration breaks.
func broken(t *testing.T, f *accountstest.Fixture, r accounts.Registration) []string {
	t.Helper()
	_, err := f.Register(context.Background(), r, accountstest.Address(1))
	var p problem.Problem
	if err == nil {
		return nil
	}
	if !errors.As(err, &p) || p.Status != 422 {
		t.Fatalf("%+v: %v", r, err)
	}
	var all []string
	for _, e := range p.Errors {
		all = append(all, e.Pointer+" "+e.Code)
	}
	return all
}

func TestRegistrationRules(t *testing.T) {
	tests := []struct {
		name   string
		change func(*accounts.Registration)
		want   []string
	}{
		{"username of 2", func(r *accounts.Registration) { r.Username = "ab" }, []string{"/username length"}},
		{"username of 31", func(r *accounts.Registration) { r.Username = strings.Repeat("a", 31) }, []string{"/username length"}},
		{"username with a hyphen", func(r *accounts.Registration) { r.Username = "ann-miller" }, []string{"/username characters"}},
		{"username with a letter that looks like another", func(r *accounts.Registration) { r.Username = "аnna" }, []string{"/username characters"}},
		{"reserved username", func(r *accounts.Registration) { r.Username = "_Admin_" }, []string{"/username reserved"}},
		{"no date", func(r *accounts.Registration) { r.BirthDate = "31.12.1990" }, []string{"/birth_date date"}},
		{"no such day", func(r *accounts.Registration) { r.BirthDate = "1990-02-30" }, []string{"/birth_date date"}},
		{"century before last", func(r *accounts.Registration) { r.BirthDate = "1899-12-31" }, []string{"/birth_date range"}},
		{"tomorrow", func(r *accounts.Registration) { r.BirthDate = "2026-03-15" }, []string{"/birth_date range"}},
		{"password is the address", func(r *accounts.Registration) { r.Password = r.Email }, []string{"/password context-word"}},
		{"nothing at all", func(r *accounts.Registration) { *r = accounts.Registration{} },
			[]string{"/email email", "/username length", "/password too-short", "/birth_date date"}},
	}
	f := accountstest.New(t)
	for _, tt := range tests {
		r := accounts.Registration{Email: "ann.miller@example.com", Username: "ann_miller", Password: accountstest.Password, BirthDate: "1990-12-31"}
		tt.change(&r)
		got := slices.DeleteFunc(broken(t, f, r), func(s string) bool { return s == "/password composition" })
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if f.Passwords.Runs() != 0 {
		t.Error("a refused registration cost a hash")
	}
}

// Somebody turns 13 on the day itself, whatever the clock says of hours; who is born on 29 February turns 13 on 1 March.
func TestAge(t *testing.T) {
	tests := []struct {
		today, born string
		old         bool
	}{
		{"2026-03-14", "2013-03-14", true},
		{"2026-03-14", "2013-03-15", false},
		{"2026-03-14", "2013-12-31", false}, // the difference of years alone says 13
		{"2026-01-01", "2013-01-01", true},
		{"2025-12-31", "2013-01-01", false},
		{"2025-02-28", "2012-02-29", false},
		{"2025-03-01", "2012-02-29", true},
		{"2026-03-14", "1900-01-01", true},
	}
	for _, tt := range tests {
		f := accountstest.New(t)
		today, err := time.Parse(time.DateOnly, tt.today)
		if err != nil {
			t.Fatal(err)
		}
		f.Clock.Set(today.Add(23*time.Hour + 59*time.Minute))
		got := broken(t, f, accounts.Registration{Email: "no address", Username: "ann", Password: accountstest.Password, BirthDate: tt.born})
		if slices.Contains(got, "/birth_date age") == tt.old || slices.Contains(got, "/birth_date range") {
			t.Errorf("born %s, on %s: %v", tt.born, tt.today, got)
		}
	}
}
