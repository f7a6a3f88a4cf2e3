package app

import "context"

// ballastBytes is how much the heap seems to hold at least. Go collects when the heap has doubled: with the few megabytes that live
// here, and a few kilobytes a request, that is a hundred times a second under load, each with a walk over every connection's stack.
// Nobody writes to the ballast, so that it takes addresses and no memory; the price is as much garbage again before a collection.
const ballastBytes = 16 << 20

// holdBallast makes the ballast. GOGC would do the same in proportion to the heap, and password hashing would then multiply it.
func (a *App) holdBallast(context.Context) error {
	a.ballast = make([]byte, ballastBytes)
	return nil
}
