package guard

import (
	"context"
	"net/netip"
	"testing"
	"time"
)

// minute returns a budget whose minute ends when the test says so, and what it has told.
func minute(t *testing.T) (b *budget, end func(), told *[]summary) {
	t.Helper()
	told = &[]summary{}
	b = newBudget(func(s summary) { *told = append(*told, s) })
	var settle func()
	b.after = func(d time.Duration, f func()) {
		if d != time.Minute || settle != nil {
			t.Errorf("a minute of %v begins, another still runs: %v", d, settle != nil)
		}
		settle = f
	}
	return b, func() {
		f := settle
		settle = nil
		f()
	}, told
}

// A client that is refused again and again writes a few lines and a summary, no matter what others do.
func TestBudgetOfAClient(t *testing.T) {
	b, end, told := minute(t)
	loud, quiet := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for round := 0; round < 2; round++ {
		written := 0
		for i := 0; i < 1000; i++ {
			if b.spend(loud) {
				written++
			}
		}
		if written != linesPerClient {
			t.Errorf("%d lines, want %d", written, linesPerClient)
		}
		if !b.spend(quiet) {
			t.Error("another client has no line")
		}
		*told = nil
		end()
		if len(*told) != 1 || (*told)[0].client != loud || (*told)[0].count != 1000-linesPerClient {
			t.Errorf("told %+v", *told)
		}
	}
}

// Many clients share a budget, and the summary of a minute is short.
func TestBudgetOfAll(t *testing.T) {
	b, end, told := minute(t)
	written, refused := 0, 0
	for i := 0; i < 2*maxTracked; i++ {
		a := netip.AddrFrom4([4]byte{10, byte(i >> 16 & 0xff), byte(i >> 8 & 0xff), byte(i & 0xff)})
		refused++
		if b.spend(a) {
			written++
		}
	}
	if written != linesPerMinute {
		t.Errorf("%d lines, want %d", written, linesPerMinute)
	}
	if len(b.clients) > maxTracked {
		t.Errorf("%d clients are remembered", len(b.clients))
	}
	end()
	if len(*told) != summaries+1 {
		t.Errorf("%d summaries, want %d", len(*told), summaries+1)
	}
	for _, s := range *told {
		refused -= s.count
	}
	if last := (*told)[len(*told)-1]; last.client.IsValid() || refused != written {
		t.Errorf("%d refusals are not accounted for; the last summary is of %v", refused-written, last.client)
	}
}

// Refusals that are not written are still told, to be counted.
func TestRefusalsBecomeQuiet(t *testing.T) {
	var log seen
	g := New(Config{Notice: log.notice})
	q := Request{Client: netip.MustParseAddr("192.0.2.1")}
	for i := 0; i < linesPerClient+5; i++ {
		w, r := request()
		g.refuse(w, r.WithContext(With(context.Background(), q)), Refusal{Reason: "test", Title: "Test", Status: 418})
	}
	quiet := 0
	for _, n := range log.of(Refused) {
		if n.Quiet {
			quiet++
		}
	}
	if len(log.notices) != linesPerClient+5 || quiet != 5 {
		t.Errorf("%d notices, %d of them quiet", len(log.notices), quiet)
	}
}
