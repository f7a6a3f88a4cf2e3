package attack

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

var instance = regexp.MustCompile(`urn:uuid:[0-9a-f-]{36}`)

// alike returns what two answers must have in common to reveal nothing: everything except the request id and the date.
func alike(res *response) string {
	h := res.Header.Clone()
	for _, name := range []string{"Date", "X-Request-Id", "Ratelimit"} { // the last is about the address, and counts down
		h.Del(name)
	}
	var b strings.Builder
	_ = h.Write(&b) // a Builder never fails
	return strconv.Itoa(res.Status) + "\n" + b.String() + instance.ReplaceAllString(string(res.Body), "urn:uuid:")
}

// A failed login gets the same answer for an account that exists, one that does not and one that is disabled (A9).
func TestLoginTellsNothing(t *testing.T) {
	t.Parallel()
	s := shared(t)
	known, closed, unknown := s.client(t).register(), s.client(t).register(), s.client(t)
	s.must(t, "user", "disable", closed.email)
	unknown.email, unknown.secret = "nobody-"+known.email, known.secret
	rightSecret := closed.as(t)
	known.secret, closed.secret = "not "+known.secret, "not "+closed.secret

	want := alike(known.login().want(401))
	if !strings.Contains(want, "/problems/bad-credentials") || !strings.Contains(want, "Www-Authenticate: ") {
		t.Errorf("the answer is %s", want)
	}
	odd := s.client(t)
	odd.email, odd.secret = "a\x00@example.com", known.secret
	for name, c := range map[string]*client{"unknown": unknown, "disabled": closed, "disabled, with the right password": rightSecret, "no text": odd} {
		if got := alike(c.login()); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// After five failures unknown addresses are refused, whether the account exists or not; from where its owner signed in before, the
// owner still gets in; and after the window everybody does (A10, I2).
func TestGuessing(t *testing.T) {
	t.Parallel()
	s := start(t)
	known, unknown := s.client(t).register(), s.client(t)
	unknown.email, unknown.secret = "nobody-"+known.email, known.secret
	home := known.as(t)
	home.login().want(200)

	refusals := map[string]string{}
	odd := s.client(t)
	odd.email, odd.secret = "a\x00@example.com", known.secret
	for name, victim := range map[string]*client{"known": known, "unknown": unknown, "no text": odd} {
		for i := range 5 {
			c := victim.as(t)
			c.secret = "guess " + c.secret
			if res := c.login(); res.Status != 401 {
				t.Fatalf("%s, try %d: status %d", name, i+1, res.Status)
			}
		}
		res := victim.as(t).login() // with the right password, from a new address
		wait, err := strconv.Atoi(res.Header.Get("Retry-After"))
		if res.Status != 429 || err != nil || wait < 800 || wait > 900 {
			t.Errorf("%s: status %d, Retry-After %q", name, res.Status, res.Header.Get("Retry-After"))
		}
		policy, left := strings.Join(res.Header["Ratelimit-Policy"], ", "), strings.Join(res.Header["Ratelimit"], ", ")
		if !strings.Contains(policy, `"auth";q=5;w=900`) || !strings.Contains(left, `"auth";r=0;t=`+strconv.Itoa(wait)) {
			t.Errorf("%s: RateLimit-Policy %s, RateLimit %s", name, policy, left)
		}
		res.Header.Del("Retry-After") // how long ago the guessing began
		refusals[name] = alike(res)
	}
	if refusals["known"] != refusals["unknown"] || refusals["known"] != refusals["no text"] {
		t.Errorf("the refusal reveals who exists:\n%s\n%s\n%s", refusals["known"], refusals["unknown"], refusals["no text"])
	}
	if n := len(s.events(t, "authn_login_fail_max")); n != 3 {
		t.Errorf("%d events tell of the guessing", n)
	}
	home.login().want(200)
	s.restart(t) // forgets nothing
	known.as(t).login().want(429)

	// A quarter of an hour later, as far as the database is concerned.
	if _, err := s.openDatabase(t).Exec(`UPDATE attempts SET resets_at = (SELECT min(created_at) FROM users)`); err != nil {
		t.Fatal(err)
	}
	known.as(t).login().want(200)
}

// An address that tries many accounts is refused too, but not where it is known (A10).
func TestSpraying(t *testing.T) {
	t.Parallel()
	s := start(t, "AUTH_ADDRESS_RATE_LIMIT=4/1h")
	ann, bob := s.client(t).register(), s.client(t).register()
	office := ann.as(t)
	office.login().want(200)
	for range 4 {
		office.email = "nobody-" + office.email
		office.login().want(401)
	}
	office.email, office.secret = bob.email, bob.secret
	office.login().want(429)
	office.email, office.secret = ann.email, ann.secret
	office.login().want(200)
	bob.login().want(200)
}

// Of concurrent guesses no more are checked than may fail (A10).
func TestGuessesAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1000000/1s") // not shared: these hashes would keep other tests waiting
	ann := s.client(t).register()
	statuses := make([]int, 30)
	var wg sync.WaitGroup
	for i := range statuses {
		c := ann.as(t)
		c.secret = "guess " + c.secret
		wg.Go(func() { statuses[i] = c.login().Status })
	}
	wg.Wait()
	checked := 0
	for _, status := range statuses {
		switch status {
		case 401:
			checked++
		case 429:
		default:
			t.Errorf("status %d", status)
		}
	}
	if checked != 5 {
		t.Errorf("%d guesses were checked: %v", checked, statuses)
	}
}

// Registration has to reveal that an address is taken, and so a client IP address gets a few tries only (A9, I2).
func TestRegistrationIsLimited(t *testing.T) {
	t.Parallel()
	s := shared(t)
	ann, stranger := s.client(t).register(), s.client(t)
	r := registration()
	r["email"] = ann.email
	for range 5 {
		if got := stranger.do("POST", registerPath, r).want(409).slug(); got != "account-exists" {
			t.Errorf("slug %s", got)
		}
	}
	res := stranger.do("POST", registerPath, registration()).want(429)
	if res.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	s.client(t).register()
}

// Of fifty concurrent registrations of one e-mail address, one wins (H10).
func TestRegistrationsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1000000/1s") // not shared: these hashes would keep other tests waiting
	r := registration()
	count := map[int]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 50 {
		c := s.client(t)
		wg.Go(func() {
			status := c.do("POST", registerPath, r).Status
			mu.Lock()
			defer mu.Unlock()
			count[status]++
		})
	}
	wg.Wait()
	if count[201] != 1 || count[201]+count[409]+count[503] != 50 { // 503: no slot for its hash
		t.Errorf("statuses %v", count)
	}
	var rows int
	if err := s.openDatabase(t).QueryRow(`SELECT count(*) FROM users WHERE email = $1`, r["email"]).Scan(&rows); err != nil || rows != 1 {
		t.Errorf("%d rows, %v", rows, err)
	}
}

// However many logins come at once, a few hashes run at a time, memory stays bounded and everything else is answered; users who sign in
// from where they did before get in during the flood (A7).
func TestHashingIsBounded(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1000000/1s")
	ann := s.client(t).register()
	ann.login().want(200)
	var wg sync.WaitGroup
	var mu sync.Mutex
	count := map[int]int{}
	for range 100 {
		c := s.client(t)
		r := registration()
		c.email, c.secret = r["email"].(string), r["password"].(string)
		wg.Go(func() {
			res, err := c.try("POST", loginPath, map[string]string{"email": c.email, "password": c.secret})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			count[res.Status]++
			if res.Status == http.StatusServiceUnavailable && res.Header.Get("Retry-After") == "" {
				t.Error("503 without Retry-After")
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	probe := s.client(t)
	peak := 0.0
	for running := true; running; {
		select {
		case <-done:
			running = false
		case <-time.After(20 * time.Millisecond):
		}
		probe.do("GET", "/livez", nil).want(200)
		ann.login().want(200)
		peak = max(peak, metric(t, s, "process_resident_memory_bytes"))
	}
	if count[401]+count[503] != 100 || count[401] == 0 {
		t.Errorf("statuses %v", count)
	}
	// A hundred hashes at once would take 1.9 GB.
	if peak > 512<<20 || peak == 0 {
		t.Errorf("up to %.0f MB", peak/1e6)
	}
}
