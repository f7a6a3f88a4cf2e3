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

// alike returns what two answers must have in common to tell nothing apart: everything but the request's id and the date.
func alike(res *response) string {
	h := res.Header.Clone()
	for _, name := range []string{"Date", "X-Request-Id", "Ratelimit"} { // the last is about the address, and counts down
		h.Del(name)
	}
	var b strings.Builder
	_ = h.Write(&b) // a Builder never fails
	return strconv.Itoa(res.Status) + "\n" + b.String() + instance.ReplaceAllString(string(res.Body), "urn:uuid:")
}

// A login that fails says the same for an account that exists, one that does not and one that is closed (A9).
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
	for name, c := range map[string]*client{"unknown": unknown, "closed": closed, "closed, with the right password": rightSecret} {
		if got := alike(c.login()); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// After five failures an account is closed to addresses it does not know, whether it exists or not; where its owner signed in before,
// the owner still gets in; and after the window everybody does (A10, I2).
func TestGuessing(t *testing.T) {
	t.Parallel()
	s := start(t)
	known, unknown := s.client(t).register(), s.client(t)
	unknown.email, unknown.secret = "nobody-"+known.email, known.secret
	home := known.as(t)
	home.login().want(200)

	refusals := map[string]string{}
	for name, victim := range map[string]*client{"known": known, "unknown": unknown} {
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
	if refusals["known"] != refusals["unknown"] {
		t.Errorf("the refusal tells who exists:\n%s\n%s", refusals["known"], refusals["unknown"])
	}
	if n := len(s.events(t, "authn_login_fail_max")); n != 2 {
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

// One address that goes through many accounts is stopped too, but not where it is known (A10).
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

// Many guesses at once are not more than a few (A10).
func TestGuessesAtOnce(t *testing.T) {
	t.Parallel()
	s := shared(t)
	ann := s.client(t).register()
	statuses := make([]int, 30)
	var wg sync.WaitGroup
	for i := range statuses {
		c := ann.as(t)
		c.secret = "guess " + c.secret
		wg.Go(func() { statuses[i] = c.login().Status })
	}
	wg.Wait()
	judged := 0
	for _, status := range statuses {
		switch status {
		case 401:
			judged++
		case 429:
		default:
			t.Errorf("status %d", status)
		}
	}
	if judged != 5 {
		t.Errorf("%d guesses were judged: %v", judged, statuses)
	}
}

// Registration has to tell that an address is taken, and so an address of the network may ask a few times only (A9, I2).
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

// Of fifty registrations of one e-mail address at once, one wins (H10).
func TestRegistrationsAtOnce(t *testing.T) {
	t.Parallel()
	s := shared(t)
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
	if count[201] != 1 || count[201]+count[409]+count[503] != 50 { // 503: no turn at the hashes
		t.Errorf("statuses %v", count)
	}
	var rows int
	if err := s.openDatabase(t).QueryRow(`SELECT count(*) FROM users WHERE email = $1`, r["email"]).Scan(&rows); err != nil || rows != 1 {
		t.Errorf("%d rows, %v", rows, err)
	}
}

// However many ask to be let in at once, a few hashes run at a time, memory stays bounded and everything else is answered (A7).
func TestHashingIsBounded(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1000000/1s")
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
	most, probes := 0.0, 0
	for running := true; running; probes++ {
		select {
		case <-done:
			running = false
		case <-time.After(20 * time.Millisecond):
		}
		began := time.Now()
		probe.do("GET", "/livez", nil).want(200)
		if took := time.Since(began); took > time.Second {
			t.Errorf("/livez took %v", took)
		}
		most = max(most, s.metric(t, "process_resident_memory_bytes"))
	}
	if count[401]+count[503] != 100 || count[401] == 0 {
		t.Errorf("statuses %v", count)
	}
	// A hundred hashes at once would take 1.9 GB.
	if most > 512<<20 || most == 0 || probes < 5 {
		t.Errorf("up to %.0f MB, in %d probes", most/1e6, probes)
	}
}

// metric returns the value of a series: a name, with its labels as they are printed.
func (s *service) metric(t *testing.T, name string) float64 {
	t.Helper()
	res := s.client(t).do("GET", s.AdminURL+"/metrics", nil).want(200)
	for line := range strings.Lines(string(res.Body)) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			v, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}
