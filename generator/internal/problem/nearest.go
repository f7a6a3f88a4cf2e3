package problem

// Nearest returns the word of list that is at most two edits from s, or nothing.
func Nearest(s string, list []string) string {
	best, at := "", 3
	for _, each := range list {
		if d := distance(s, each); d < at {
			best, at = each, d
		}
	}
	return best
}

// distance counts the insertions, deletions and swaps of a letter between a and b.
func distance(a, b string) int {
	if len(a) > 64 {
		return 64 // a word that long is nobody's slip of the finger
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			last, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, last+cost)
		}
	}
	return row[len(b)]
}
