package app

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// resident returns the memory of this process that is really there, in bytes; false where the system does not say.
func resident(t *testing.T) (int, bool) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0, false
	}
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(b))[1])
	if err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize(), true
}

// The ballast moves the collector's next goal and takes no memory.
func TestBallast(t *testing.T) {
	before, known := resident(t)
	a := &App{}
	if err := a.holdBallast(t.Context()); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.NextGC < 2*ballastBytes {
		t.Errorf("the next collection comes at %d bytes", m.NextGC)
	}
	if after, _ := resident(t); known && after-before > ballastBytes/2 {
		t.Errorf("the ballast takes %d bytes of memory", after-before)
	}
	runtime.KeepAlive(a)
}
