package merge

import (
	"slices"
	"sort"
	"strings"
)

// patience is the difference between two texts, found from the lines that each has exactly once: it does not take one closing brace for
// another. Where there are no such lines, it is what changes finds.
func patience(base, text string) []change {
	p := &pairing{a: split(base), b: split(text)}
	p.compare(0, len(p.a), 0, len(p.b))
	return p.out
}

type pairing struct {
	a, b []string
	out  []change
}

func (p *pairing) compare(alo, ahi, blo, bhi int) {
	for alo < ahi && blo < bhi && p.a[alo] == p.b[blo] {
		alo, blo = alo+1, blo+1
	}
	for alo < ahi && blo < bhi && p.a[ahi-1] == p.b[bhi-1] {
		ahi, bhi = ahi-1, bhi-1
	}
	if alo == ahi && blo == bhi {
		return
	}
	pairs := p.unique(alo, ahi, blo, bhi)
	if alo == ahi || blo == bhi || len(pairs) == 0 {
		for _, c := range changes(strings.Join(p.a[alo:ahi], ""), strings.Join(p.b[blo:bhi], "")) {
			p.out = append(p.out, change{alo + c.lo, alo + c.hi, c.text})
		}
		return
	}
	for _, pair := range pairs {
		p.compare(alo, pair[0], blo, pair[1])
		alo, blo = pair[0]+1, pair[1]+1
	}
	p.compare(alo, ahi, blo, bhi)
}

// unique pairs the lines that both stretches have exactly once, as many as keep their order in both.
func (p *pairing) unique(alo, ahi, blo, bhi int) [][2]int {
	const several = -1
	at := map[string]int{}
	for i := blo; i < bhi; i++ {
		if _, twice := at[p.b[i]]; twice {
			at[p.b[i]] = several
		} else {
			at[p.b[i]] = i
		}
	}
	count := map[string]int{}
	for _, line := range p.a[alo:ahi] {
		count[line]++
	}
	// The longest increasing subsequence of positions in b, by patience sorting.
	type card struct {
		pair [2]int
		left *card
	}
	var piles []*card
	for i := alo; i < ahi; i++ {
		j, ok := at[p.a[i]]
		if !ok || j == several || count[p.a[i]] > 1 {
			continue
		}
		n := sort.Search(len(piles), func(k int) bool { return piles[k].pair[1] >= j })
		c := &card{pair: [2]int{i, j}}
		if n > 0 {
			c.left = piles[n-1]
		}
		if n == len(piles) {
			piles = append(piles, c)
		} else {
			piles[n] = c
		}
	}
	var out [][2]int
	if len(piles) > 0 {
		for c := piles[len(piles)-1]; c != nil; c = c.left {
			out = append(out, c.pair)
		}
	}
	slices.Reverse(out)
	return out
}
