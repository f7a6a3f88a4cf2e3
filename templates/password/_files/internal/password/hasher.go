package password

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"

	"example.com/app/internal/keyring"
	"example.com/app/internal/problem"
)

// current is what new hashes are made with: the first choice of the OWASP password storage sheet (ASVS 5.0.0 V11.4.2).
// 19 MiB for about 25 ms makes graphics cards a poor buy for guessing.
var current = params{memory: 19456, passes: 2, lanes: 1}

const (
	saltSize = 16
	tagSize  = 32

	// maxWait is how long a request may wait for its turn. Longer than a burst of honest logins takes, shorter than a
	// person's patience; whoever is still waiting is told to come back (ASVS 5.0.0 V15.1.3).
	maxWait = 2 * time.Second

	// bcryptLimit is where bcrypt stops reading. A longer password never matches: it would match with any ending.
	bcryptLimit = 72
	// bcryptMaxCost keeps a row of an import from holding a processor for minutes.
	bcryptMaxCost = 14
)

// A Hash is what is kept of a password.
type Hash struct {
	Text string // PHC string of argon2id; a row that came from another system may hold bcrypt
	Key  string // id of the key that the password went through; empty for bcrypt
}

// A Hasher makes and checks hashes, a few at a time: each takes 19 MiB and a processor, and whoever can ask for a login
// can ask for a thousand (CWE-400).
type Hasher struct {
	ring   keyring.Ring
	slots  chan struct{}
	wait   time.Duration
	runs   atomic.Uint64
	derive func(secret, salt []byte, p params, size uint32) []byte
	decoy  Hash
}

// NewHasher returns a Hasher that works on as many hashes at once as half the processors, and two at least: the other
// half answers everybody else.
func NewHasher(ring keyring.Ring) *Hasher {
	return &Hasher{
		ring:   ring,
		slots:  make(chan struct{}, max(2, runtime.GOMAXPROCS(0)/2)),
		wait:   maxWait,
		derive: argon2id,
		// Of no password: the tag is random. Checking against it is as much work as against any other.
		decoy: Hash{Text: encoded{params: current, salt: random(saltSize), tag: random(tagSize)}.String(), Key: ring.Newest().ID},
	}
}

func argon2id(secret, salt []byte, p params, size uint32) []byte {
	return argon2.IDKey(secret, salt, p.passes, p.memory, p.lanes, size)
}

// Runs is how many times argon2id has run.
func (h *Hasher) Runs() uint64 { return h.runs.Load() }

// Hash returns the hash of a new password. It waits for its turn, and answers 503 if that takes too long.
func (h *Hasher) Hash(ctx context.Context, plain string) (Hash, error) {
	key := h.ring.Newest()
	salt := random(saltSize)
	var tag []byte
	err := h.inTurn(ctx, func() { tag = h.run(key, plain, salt, current, tagSize) })
	if err != nil {
		return Hash{}, err
	}
	return Hash{Text: encoded{params: current, salt: salt, tag: tag}.String(), Key: key.ID}, nil
}

// Verify reports whether plain is the password of stored, and whether it should be hashed anew: because it went through
// an older key, weaker parameters or bcrypt. The error says that we could not tell.
func (h *Hasher) Verify(ctx context.Context, plain string, stored Hash) (ok, stale bool, err error) {
	if strings.HasPrefix(stored.Text, "$2") {
		ok, err = h.verifyBcrypt(ctx, plain, stored.Text)
		return ok, ok, err
	}
	e, err := parse(stored.Text)
	if err != nil {
		return false, false, err
	}
	key, known := h.ring.Find(stored.Key)
	if !known {
		// The key was taken away, and with it the way in. The work is done all the same, so that the time tells nobody.
		return false, false, h.Pretend(ctx, plain)
	}
	err = h.inTurn(ctx, func() {
		ok = subtle.ConstantTimeCompare(e.tag, h.run(key, plain, e.salt, e.params, uint32(len(e.tag)))) == 1 //nolint:gosec // parse bounds the tag
	})
	return ok, ok && (key.ID != h.ring.Newest().ID || e.params != current), err
}

// Pretend does the work of one Verify for an account that does not exist or must not be entered: without it, the time
// of the answer would say which addresses have accounts (CWE-208).
func (h *Hasher) Pretend(ctx context.Context, plain string) error {
	_, _, err := h.Verify(ctx, plain, h.decoy)
	return err
}

// verifyBcrypt checks a hash of another system, which had the password as it was typed.
func (h *Hasher) verifyBcrypt(ctx context.Context, plain, stored string) (ok bool, err error) {
	cost, err := bcrypt.Cost([]byte(stored))
	if err != nil || cost > bcryptMaxCost {
		return false, errors.New("password: stored bcrypt hash is malformed or too costly")
	}
	err = h.inTurn(ctx, func() {
		ok = bcrypt.CompareHashAndPassword([]byte(stored), []byte(plain)) == nil && len(plain) <= bcryptLimit
	})
	return ok, err
}

// run derives the tag. The HMAC binds the hash to a key outside the database and gives argon2id the same short input
// for any password, so that nothing is cut off.
func (h *Hasher) run(key keyring.Key, plain string, salt []byte, p params, size uint32) []byte {
	h.runs.Add(1)
	mac := hmac.New(sha256.New, key.Bytes)
	mac.Write([]byte(Normalize(plain)))
	return h.derive(mac.Sum(nil), salt, p, size)
}

// inTurn runs work in one of the slots.
func (h *Hasher) inTurn(ctx context.Context, work func()) error {
	if err := ctx.Err(); err != nil {
		return err // select would toss a coin
	}
	late := time.NewTimer(h.wait)
	defer late.Stop()
	select {
	case h.slots <- struct{}{}:
	case <-late.C:
		return fmt.Errorf("password: every slot is taken: %w", problem.Unavailable)
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-h.slots }()
	work()
	return nil
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: the runtime ends the program first
	return b
}
