package resource

import "testing"

// Decimals are stored exactly, and are shown with all their digits.
func TestDecimal(t *testing.T) {
	rule := Decimal(2, "-10", "99999999999999.99")
	for s, want := range map[string]string{
		"0": "0.00", "0.1": "0.10", "-10": "-10.00", "-0.01": "-0.01", "12.50": "12.50", "99999999999999.99": "99999999999999.99",
		"1e3": "format", "+1": "format", "01": "format", ".5": "format", "1.": "format", "1.234": "format", "-0": "format", "-0.00": "format", "": "format", "-": "format", "1,5": "format",
		"NaN": "format", "0x1": "format", "١": "format", "99999999999999999999": "format", "1.2.3": "format", "1 ": "format", "-10.01": "range", "1.-5": "format",
	} {
		v, code, _ := rule(s)
		got := code
		if code == "" {
			got = FormatDecimal(v, 2)
		}
		if got != want {
			t.Errorf("%q gives %q, want %q", s, got, want)
		}
	}
	if got := FormatDecimal(-7, 0) + FormatDecimal(7, 4) + *FormatOptional(new(int64(-123)), 2); got != "-70.0007-1.23" || FormatOptional(nil, 2) != nil {
		t.Errorf("%q", got)
	}
}

// Every decimal has one number of units, and each number of units one decimal.
func FuzzDecimal(f *testing.F) {
	f.Add("12.50")
	f.Add("-0.01")
	f.Fuzz(func(t *testing.T, s string) {
		units, ok := parseDecimal(s, 2)
		if !ok {
			return
		}
		again, ok := parseDecimal(FormatDecimal(units, 2), 2)
		if !ok || again != units {
			t.Errorf("%q is %d, then %d, %v", s, units, again, ok)
		}
	})
}
