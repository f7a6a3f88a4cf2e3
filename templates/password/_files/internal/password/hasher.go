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

	// maxWait is how long a request may wait for a slot: longer than a burst of honest logins takes, shorter than a person's
	// patience. After that the answer is 503 (ASVS 5.0.0 V15.1.3).
	maxWait = 2 * time.Second

	// bcryptLimit is where bcrypt stops reading. A longer password never matches: it would match with any ending.
	bcryptLimit = 72
	// bcryptMaxCost keeps a row of an import from holding a processor for minutes.
	bcryptMaxCost = 14
)

// ErrNoKey says that a password cannot be checked, because the key that it went through is not in the ring.
var ErrNoKey = errors.New("password: the key of a stored hash is not in PASSWORD_PEPPER")

// A Hash is what is stored of a password.
type Hash struct {
	Text string // PHC string of argon2id; a row that came from another system may hold bcrypt
	Key  string // id of the key that the password went through; empty for bcrypt
}

// A Hasher makes and checks hashes, a few at a time: each takes 19 MiB and a processor, and a client that can send one login
// can send a thousand (CWE-400).
type Hasher struct {
	ring    keyring.Ring
	slots   chan struct{}
	general chan struct{} // how many of the slots are not reserved, see WithReserve
	wait    time.Duration
	derive  func(secret, salt []byte, p params, size uint32) []byte
	decoy   Hash
}

// NewHasher returns a Hasher that works on as many hashes at once as half the processors, but at least two: the other half is
// for all other requests. Half of these slots are reserved.
func NewHasher(ring keyring.Ring) *Hasher {
	slots := max(2, runtime.GOMAXPROCS(0)/2)
	return &Hasher{
		ring:    ring,
		slots:   make(chan struct{}, slots),
		general: make(chan struct{}, slots/2),
		wait:    maxWait,
		derive:  argon2id,
		// Of no password: the tag is random. Checking against it is as much work as against any other.
		decoy: Hash{Text: encoded{params: current, salt: random(saltSize), tag: random(tagSize)}.String(), Key: ring.Newest().ID},
	}
}

func argon2id(secret, salt []byte, p params, size uint32) []byte {
	return argon2.IDKey(secret, salt, p.passes, p.memory, p.lanes, size)
}

type reserveKey struct{}

// WithReserve returns a context for a caller who has signed in from the same address before. It may use the reserved slots too,
// so that a flood of strangers does not keep users out.
func WithReserve(ctx context.Context) context.Context {
	return context.WithValue(ctx, reserveKey{}, true)
}

// Hash returns the hash of a new password. It waits for a slot; if that takes too long the error is a 503.
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

// Verify reports whether plain is the password of stored, and whether it should be hashed again: because it went through
// an older key, weaker parameters or bcrypt. If it cannot tell, it returns an error: ErrNoKey, a 503, or for a malformed hash.
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
		if err := h.Pretend(ctx, plain); err != nil { // the same work, so that the time reveals nothing
			return false, false, err
		}
		return false, false, ErrNoKey
	}
	err = h.inTurn(ctx, func() {
		ok = subtle.ConstantTimeCompare(e.tag, h.run(key, plain, e.salt, e.params, uint32(len(e.tag)))) == 1 //nolint:gosec // parse bounds the tag
	})
	return ok, ok && (key.ID != h.ring.Newest().ID || e.params != current), err
}

// Pretend does the work of one Verify for an account that does not exist: without it, the time of the answer would reveal
// which addresses have accounts (CWE-208).
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
	mac := hmac.New(sha256.New, key.Bytes)
	mac.Write([]byte(Normalize(plain)))
	return h.derive(mac.Sum(nil), salt, p, size)
}

// inTurn runs work in one of the slots.
func (h *Hasher) inTurn(ctx context.Context, work func()) error {
	if err := ctx.Err(); err != nil {
		return err // select picks at random
	}
	late := time.NewTimer(h.wait)
	defer late.Stop()
	needed := []chan struct{}{h.general, h.slots}
	if ctx.Value(reserveKey{}) != nil {
		needed = needed[1:]
	}
	for _, slots := range needed {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
		case <-late.C:
			return fmt.Errorf("password: every slot is taken: %w", problem.Unavailable)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	work()
	return nil
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: the runtime ends the program first
	return b
}
