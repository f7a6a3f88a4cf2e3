package render

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

// A template that never ends, or fills the memory, stops soon, with its own file and line.
func TestBombs(t *testing.T) {
	double := `{{$x := "aaaaaaaa"}}{{range 60}}{{$x = printf "%s%s" $x $x}}{{end}}`
	lists := `{{$x := list 1 2}}{{range 60}}{{$x = list $x $x}}{{end}}`
	many := `{{$x := repeat 60000 "a"}}{{range 6}}{{$x = printf "%s%s" $x $x}}{{end}}`
	nest := strings.Repeat("{{range 100}}", 9) + strings.Repeat("{{end}}", 9)
	tests := []struct{ name, text, want string }{
		{"a range without end", `{{range 1000000000000}}{{end}}`, "more work"},
		{"ranges in ranges", nest, "more work"},
		{"ranges in ranges that call", strings.Repeat("{{range 1000}}", 4) + `{{lower "a"}}` + strings.Repeat("{{end}}", 4), "more work"},
		{"a template that calls itself", `{{define "a"}}{{template "a"}}{{end}}{{template "a"}}`, "x:1"},
		{"templates that call two others", `{{define "a"}}{{template "b"}}{{template "b"}}{{end}}{{define "b"}}{{template "c"}}{{template "c"}}{{end}}` +
			`{{define "c"}}{{range 2000}}{{range 2000}}{{end}}{{end}}{{end}}{{template "a"}}`, "more work"},
		{"a text that doubles", double, "value of more than"},
		{"a list that doubles", lists, "value of more than"},
		{"a list that doubles, printed", lists + `{{$x}}`, "value of more than"},
		{"huge output", `{{range 1000}}` + `{{repeat 60000 "a"}}` + `{{end}}`, "writes more than"},
		{"a huge repeat", `{{repeat 1000000000 "ab"}}`, "repeat"},
		{"a wide verb", `{{printf "%1000000000d" 1}}`, "width"},
		{"a wide verb by star", `{{printf "%*d" 1000000000 1}}`, "width"},
		{"a wide verb behind flags", `{{printf "%[1]-1000000000d" 1}}`, "width"},
		{"a precise verb", `{{printf "%.100000000f" 1.0}}`, "width"},
		{"one argument often", many + `{{printf "` + strings.Repeat("%[1]s", 10000) + `" $x}}`, "value of more than"},
		{"a replacement of every letter", many + `{{replace "a" $x $x}}`, "value of more than"},
		{"a replacement of nothing", many + `{{replace "" $x $x}}`, "value of more than"},
		{"a separator", many + `{{join $x (splitList "a" $x)}}`, "value of more than"},
		{"indent", `{{$x := repeat 60000 "\n"}}{{indent 200 $x}}`, "value of more than"},
		{"all against all", `{{$x := splitList "" (repeat 60000 "a")}}{{uniq $x}}`, "more work"},
		{"steps given back", `{{range 1000000000000}}{{step -1000}}{{end}}`, "more work"},
		{"garbage", `{{range 5000}}{{$x := repeat 60000 "a"}}{{end}}`, "values of more than"},
		{"nested without end", strings.Repeat("{{if 1}}", maxSource/8+1), "a template of more than"},
		{"nested deep", strings.Repeat("{{if 1}}", 30_000), "x:"},
		{"parentheses", "{{" + strings.Repeat("(", 200_000), "x:1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			out, p := NewMachine(Functions()).Execute("x", tt.text, nil)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if p == nil {
				t.Fatalf("%d bytes and no problem", len(out))
			}
			if !strings.Contains(p.String(), tt.want) {
				t.Errorf("%s", p.String()[:min(400, len(p.String()))])
			}
			if took > time.Minute {
				t.Errorf("took %v", took)
			}
			if made := after.TotalAlloc - before.TotalAlloc; made > 1<<30 {
				t.Errorf("made %d MB", made>>20)
			}
			t.Log(took, (after.TotalAlloc-before.TotalAlloc)>>20, "MB")
		})
	}
}

// What is heavy and honest passes, and each execution begins anew.
func TestHonestWork(t *testing.T) {
	m := NewMachine(Functions())
	for range 3 {
		out, p := m.Execute("x", `{{range $i := 20000}}{{printf "%05d" $i | lower}}{{"\n"}}{{end}}`, nil)
		if p != nil || len(out) != 6*20000 {
			t.Fatalf("%v, %d bytes", p, len(out))
		}
	}
}

// Many templates, each within its bounds, are not without bounds together.
func TestManyHeavyTemplates(t *testing.T) {
	for name, text := range map[string]string{
		"work":    `{{range 900000}}{{end}}`,
		"garbage": `{{range 900}}{{$x := repeat 60000 "a"}}{{end}}`,
	} {
		m := NewMachine(Functions())
		n := 0
		for ; n < 100; n++ {
			if _, p := m.Execute("x", text, nil); p != nil {
				if !strings.Contains(p.Message, "more work than those of one run may") {
					t.Errorf("%s: %s", name, p)
				}
				break
			}
		}
		if n < 3 || n > 10 {
			t.Errorf("%s: the end came after %d", name, n)
		}
	}
}
