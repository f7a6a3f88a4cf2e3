package password

import (
	"slices"
	"strings"
	"testing"
)

func codes(broken []Rule) []string {
	var all []string
	for _, r := range broken {
		all = append(all, r.Code)
	}
	return all
}

// With the composition rule every password of this table would need all four classes; the rule has its own test.
func checkWithoutClasses(plain string, words ...string) []string {
	return slices.DeleteFunc(codes(Check(plain, words...)), func(c string) bool { return c == OneClass.Code })
}

func TestNewPasswords(t *testing.T) {
	words := []string{"orders", "ann.miller@example.com", "ann.miller", "ann_1990"}
	long := "plum tree, " + strings.Repeat("windy roof ", 13)
	tests := []struct {
		name, plain string
		want        []string
	}{
		{"14 characters", "plum tree wind", []string{"too-short"}},
		{"15 lower-case letters", "plumtreewindyro", nil},
		{"64 characters", long[:64], nil},
		{"128 characters", long[:128], nil},
		{"129 characters", long[:129], []string{"too-long"}},
		{"a megabyte", strings.Repeat("x", 1<<20), []string{"too-long"}},
		{"15 emoji", "🌵🚀🍩🎷🐙🧊🪁🎲🦉🍋🥁🧭🪐🐝🎈", nil},
		{"14 emoji", "🌵🚀🍩🎷🐙🧊🪁🎲🦉🍋🥁🧭🪐🐝", []string{"too-short"}},
		{"14 letters in 28 code points", strings.Repeat("e\u0301", 14), []string{"too-short"}},
		{"empty", "", []string{"too-short"}},
		{"spaces inside", "windy roof plums", nil},

		{"common word twice", "passwordpassword", []string{"breached-password"}},
		{"common words in capitals", "Sunshine-Dragon", []string{"breached-password"}},
		{"common word with digits for letters", "P4ssw0rdP4ssw0rd", []string{"breached-password"}},
		{"common words with an ending", "iloveyouiloveyou2024!", []string{"breached-password"}},
		{"common word and a count", "password12345678", []string{"breached-password"}},
		{"one key", "aaaaaaaaaaaaaaaa", []string{"breached-password"}},
		{"digits in order", "123456789012345", []string{"breached-password"}},
		{"alphabet backwards", "zyxwvutsrqponmlkj", []string{"breached-password"}},
		{"row of keys", "qwertyuiopasdfgh", []string{"breached-password"}},
		{"columns of keys", "1qaz2wsx3edc4rfv", []string{"breached-password"}}, // gitleaks:allow, a password that everybody knows
		{"three keys again and again", "qweqweqweqweqwe", []string{"breached-password"}},
		{"a date twice", "1990-12-31 1990-12-31", []string{"breached-password"}},
		{"a common word in something longer", "the password of windy roofs", nil},

		{"e-mail address", "ann.miller@example.com", []string{"context-word"}},
		{"name with a little around it", "!!Ann.Miller-99", []string{"context-word"}},
		{"service three times", "Orders orders ORDERS", []string{"context-word"}},
		{"username twice", "ann_1990ann_1990", []string{"context-word"}},
		{"service among other words", "orders arrive windy", nil},
	}
	for _, tt := range tests {
		if got := checkWithoutClasses(tt.plain, words...); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// Short names say nothing: they would take letters out of words that have nothing to do with them.
func TestShortWordsAreNoContext(t *testing.T) {
	if got := checkWithoutClasses("al banalalalalal!", "al"); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// The rule about classes is there only if it was asked for (A2: NIST and ASVS forbid it).
func TestComposition(t *testing.T) {
	for plain, mixed := range map[string]bool{
		"windy roof plums": false, "Windy roof plums": false, "Windy roof plums 7": true, "windy-roof-plums-7": false,
	} {
		want := composition && !mixed
		if got := slices.Contains(codes(Check(plain)), OneClass.Code); got != want {
			t.Errorf("%q: refused %v, want %v", plain, got, want)
		}
	}
}

// The list is computed; its size says that no rule of it was lost. It holds more than the 3000 entries that ASVS 5.0.0 V6.2.4
// asks for.
func TestListSize(t *testing.T) {
	if got, want := len(list()), 42158; got != want {
		t.Errorf("%d entries, want %d", got, want)
	}
}

// Details are shown to the person; numbers in them must be the ones that are enforced.
func TestDetailsSayTheLimits(t *testing.T) {
	if MinLength != 15 || MaxLength != 128 || !strings.Contains(TooShort.Detail, "15") || !strings.Contains(TooLong.Detail, "128") {
		t.Errorf("%d %q, %d %q", MinLength, TooShort.Detail, MaxLength, TooLong.Detail)
	}
}

func BenchmarkCheck(b *testing.B) {
	for b.Loop() {
		Check("windy roof plums", "ann@example.com")
	}
}
