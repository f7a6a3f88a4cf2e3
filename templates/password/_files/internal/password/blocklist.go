package password

import (
	"strings"
	"sync"
	"time"
	"unicode"
)

// The list of common passwords is computed: from walks over the keyboard, repetitions, common words alone, doubled and in
// pairs. It is no copy of a corpus of breached passwords, and docs/security/accounts.md says what that leaves open.

// walks are what fingers do on keyboards; each goes round and both ways.
var walks = []string{
	"1234567890",
	"abcdefghijklmnopqrstuvwxyz",
	"qwertyuiop",
	"asdfghjkl",
	"zxcvbnm",
	"qwertyuiopasdfghjklzxcvbnm",
	"1234567890qwertyuiopasdfghjklzxcvbnm",
	"qwertzuiopasdfghjklyxcvbnm",
	"azertyuiopqsdfghjklmwxcvbn",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
	"1q2w3e4r5t6y7u8i9o0p",
	"q1w2e3r4t5y6u7i8o9p0",
	"a1b2c3d4e5f6g7h8i9j0",
	"abc123",
	"147258369",
	"0123456789abcdef",
}

// words are what people build passwords of.
var words = strings.Fields(`
	abc123 access account admin administrator amanda andrew angel apple april arsenal august autumn baby banana barcelona
	baseball basketball batman beautiful berlin blink182 bubbles buster butterfly changeme charlie cheese chelsea chocolate
	company computer cookie daniel database december default diamond dragon eagle earth elephant english family february flower
	football forever freedom friday friend friends ginger google guest hannah happy harley heaven hello helloworld hockey hunter
	iloveyou internet january jasmine jennifer jessica jordan joshua july june justin killer knight letmein liverpool login london
	love lovely lucky manager march maggie master matrix matthew merlin michael michelle monday monkey monster mustang naruto
	nicole ninja november october office orange passw0rd password people pepper phoenix pokemon princess purple qwerty rainbow
	ranger robert root samsung saturday secret server service shadow silver snoopy soccer spring starwars summer sunday
	sunflower sunshine superman supervisor system temp temporary test tester testing thomas thursday tigger trustno1 tuesday
	user username vanilla wednesday welcome whatever william windows winter yellow zaq12wsx`)

// longest is the length up to which walks and repetitions are listed; nobody types more of them by habit.
const longest = 24

// list is built when the first password is set, not at the start.
var list = sync.OnceValue(func() map[string]struct{} {
	l := map[string]struct{}{}
	add := func(s string) { l[s] = struct{}{} }
	repeat := func(unit string) {
		for n := MinLength; n <= longest; n++ {
			add(strings.Repeat(unit, n/len(unit)+1)[:n])
		}
	}
	for c := '!'; c <= '~'; c++ {
		repeat(strings.ToLower(string(c)))
	}
	for _, w := range walks {
		for _, way := range []string{w, backwards(w)} {
			for i := range way {
				turned := way[i:] + way[:i]
				repeat(turned)
				for n := 2; n <= 4; n++ {
					repeat(turned[:n])
				}
			}
		}
	}
	for _, a := range words {
		for n := 1; n <= 4; n++ {
			add(strings.Repeat(a, n))
		}
		for _, b := range words {
			add(a + b)
		}
	}
	return l
})

// listed reports whether plain as a whole is common, however it is dressed up: in capitals, with separators, with
// digits for letters, with an ending that somebody added to please a rule.
func listed(plain string) bool {
	l := list()
	for _, form := range forms(fold(plain)) {
		if _, ok := l[form]; ok {
			return true
		}
	}
	return false
}

// forms are what is looked up for a folded password.
func forms(s string) []string {
	joined := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("-_.,+/:;|", r) {
			return -1
		}
		return r
	}, s)
	all := []string{s, joined}
	if core, ending := withoutEnding(joined); habitual(ending) {
		all = append(all, core)
	}
	for _, form := range all {
		all = append(all, leet.Replace(form))
	}
	if half := len(joined) / 2; joined[:half] == joined[half:] && date(joined[:half]) {
		all = append(all, "password") // a date twice is as good as listed
	}
	return all
}

var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// withoutEnding cuts off digits and punctuation at the end.
func withoutEnding(s string) (core, ending string) {
	core = strings.TrimRightFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	return core, s[len(core):]
}

// habitual reports whether people add ending without thinking: up to four characters, a date, a count.
func habitual(ending string) bool {
	digits := strings.TrimRightFunc(ending, func(r rune) bool { return !unicode.IsDigit(r) })
	return len(ending) <= 4 || date(digits) || strings.Contains("12345678901234567890", digits)
}

// date reports whether s is a day in one of the three orders of digits, or a year.
func date(s string) bool {
	for _, layout := range []string{"20060102", "02012006", "01022006", "2006"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1900 && t.Year() < 2100 {
			return true
		}
	}
	return false
}

func backwards(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
