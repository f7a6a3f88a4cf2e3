package resource

import (
	"fmt"
	"strings"
)

// Decimal accepts a number in a string, with up to scale digits after the point, from min to max; an empty bound is none. It is
// stored as an integer, in units of the last digit, which every database stores, sorts and sums exactly. In JSON it is a string
// because most readers turn numbers into binary fractions.
func Decimal(scale int, min, max string) Rule[string, int64] {
	low, high := bound(min, scale, 1-tooLarge), bound(max, scale, tooLarge-1)
	return func(s string) (int64, string, string) {
		v, ok := parseDecimal(s, scale)
		switch {
		case !ok:
			return 0, "format", fmt.Sprintf("must be a decimal number in a string, with at most %d digits after the point", scale)
		case v < low || v > high:
			return 0, "range", fmt.Sprintf("must be from %s to %s", FormatDecimal(low, scale), FormatDecimal(high, scale))
		}
		return v, "", ""
	}
}

// bound reads a bound from our own code.
func bound(s string, scale int, none int64) int64 {
	if s == "" {
		return none
	}
	v, ok := parseDecimal(s, scale)
	if !ok {
		panic("resource: not a bound of a decimal: " + s)
	}
	return v
}

// maxDigits, before and after the point together, fit into 64 bits; tooLarge is the first number of units with more.
const (
	maxDigits = 18
	tooLarge  = 1_000_000_000_000_000_000
)

// parseDecimal reads a number of units of the last digit. Except for zeros at the end of the fraction, each number has one spelling.
func parseDecimal(s string, scale int) (units int64, ok bool) {
	digits, negative := strings.CutPrefix(s, "-")
	number, fraction, point := strings.Cut(digits, ".")
	if number == "" || number != "0" && number[0] == '0' || point && fraction == "" || len(fraction) > scale || len(number)+scale > maxDigits {
		return 0, false
	}
	for _, r := range number + fraction + strings.Repeat("0", scale-len(fraction)) {
		if r < '0' || r > '9' {
			return 0, false
		}
		units = units*10 + int64(r-'0')
	}
	if negative {
		units = -units
	}
	return units, !negative || units != 0
}

// FormatDecimal writes a number of units with all its digits, such as 12.50.
func FormatDecimal(units int64, scale int) string {
	sign := ""
	if units < 0 {
		sign, units = "-", -units
	}
	s := fmt.Sprintf("%0*d", scale+1, units)
	if scale == 0 {
		return sign + s
	}
	return sign + s[:len(s)-scale] + "." + s[len(s)-scale:]
}

// FormatOptional is FormatDecimal for a field that need not have a value.
func FormatOptional(units *int64, scale int) *string {
	if units == nil {
		return nil
	}
	return new(FormatDecimal(*units, scale))
}
