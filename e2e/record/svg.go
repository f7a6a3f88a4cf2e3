package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"github.com/hardwright/hardwright/e2e/wizard/screen"
)

// Sizes in pixels. The width of a character is set by textLength, so that columns stand under
// each other in whatever font the reader has.
const (
	charWidth  = 8.4
	lineHeight = 19
	margin     = 16
	bar        = 28
)

// colors are those of the terminal that the picture shows.
var colors = map[int]string{0: "#d0d7de", 31: "#ff7b72", 32: "#7ee787", 36: "#79c0ff"}

// svg draws the frames one after the other, for ever. Where nothing moves, by choice or for want of
// CSS, the summary is shown.
func svg(frames []frame) []byte {
	var b bytes.Buffer
	width, height := int(2*margin+cols*charWidth), bar+2*margin+rows*lineHeight
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-labelledby="title">`+"\n", width, height, width, height)
	fmt.Fprintln(&b, `<title id="title">hardwright new asks for a service's name, module, database, authentication, deployment, CI, contact and extras, shows a summary and writes it</title>`)
	var whole time.Duration
	for _, f := range frames {
		whole += f.stay
	}
	fmt.Fprintln(&b, `<style>`)
	fmt.Fprintln(&b, `text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; fill: `+colors[0]+` }`)
	fmt.Fprintln(&b, `.b { font-weight: 700 } .f { fill-opacity: .62 } .r { fill: #0d1117 } .c31 { fill: `+colors[31]+` } .c32 { fill: `+colors[32]+` } .c36 { fill: `+colors[36]+` }`)
	fmt.Fprintln(&b, `.frame { visibility: hidden } .still { visibility: visible }`)
	fmt.Fprintln(&b, `@media (prefers-reduced-motion: no-preference) {`)
	fmt.Fprintf(&b, ".frame { animation: %.1fs step-end infinite }\n", whole.Seconds())
	var at time.Duration
	for i, f := range frames {
		from, to := percent(at, whole), percent(at+f.stay, whole)
		at += f.stay
		fmt.Fprintf(&b, "#f%d { animation-name: k%d } @keyframes k%d { 0%% { visibility: %s }", i, i, i, map[bool]string{true: "visible", false: "hidden"}[i == 0])
		if i > 0 {
			fmt.Fprintf(&b, " %s { visibility: visible }", from)
		}
		fmt.Fprintf(&b, " %s { visibility: hidden } }\n", to)
	}
	fmt.Fprintln(&b, "}\n</style>")
	fmt.Fprintf(&b, `<rect width="%d" height="%d" rx="8" fill="#0d1117"/>`+"\n", width, height)
	for i, c := range []string{"#ff5f57", "#febc2e", "#28c840"} {
		fmt.Fprintf(&b, `<circle cx="%d" cy="%d" r="5" fill="%s"/>`+"\n", margin+6+18*i, bar/2+4, c)
	}
	still := len(frames) - 2
	for i, f := range frames {
		class := "frame"
		if i == still {
			class += " still"
		}
		fmt.Fprintf(&b, `<g id="f%d" class="%s">`+"\n", i, class)
		for r, row := range f.cells {
			drawRow(&b, r, row)
		}
		fmt.Fprintln(&b, "</g>")
	}
	fmt.Fprintln(&b, "</svg>")
	return b.Bytes()
}

func percent(at, whole time.Duration) string {
	return fmt.Sprintf("%.3f%%", 100*at.Seconds()/whole.Seconds())
}

// drawRow draws a line of the screen, a run of one style at a time. A run ends at two spaces too:
// not every reader of SVG keeps them.
func drawRow(b *bytes.Buffer, r int, row []screen.Cell) {
	y := float64(bar + margin + r*lineHeight)
	gap := func(i int) bool { return i+1 < len(row) && row[i].Rune == ' ' && row[i+1].Rune == ' ' }
	for from := 0; from < len(row); {
		to := from + 1
		for to < len(row) && row[to].Style == row[from].Style && (row[from].Reverse || !gap(to) || gap(to-1)) {
			to++
		}
		var text strings.Builder
		for _, c := range row[from:to] {
			text.WriteRune(c.Rune)
		}
		drawRun(b, from, y, text.String(), row[from].Style)
		from = to
	}
}

func drawRun(b *bytes.Buffer, col int, y float64, text string, s screen.Style) {
	n := len([]rune(text))
	x := margin + float64(col)*charWidth
	if s.Reverse {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="%s"/>`+"\n", x, y, float64(n)*charWidth, lineHeight, colors[s.Color])
	}
	lead := n - len([]rune(strings.TrimLeft(text, " ")))
	text = strings.Trim(text, " ")
	if text == "" {
		return
	}
	var class []string
	for _, c := range []struct {
		on   bool
		name string
	}{{s.Bold, "b"}, {s.Faint, "f"}, {s.Reverse, "r"}, {s.Color != 0 && !s.Reverse, fmt.Sprintf("c%d", s.Color)}} {
		if c.on {
			class = append(class, c.name)
		}
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" textLength="%.1f"`, x+float64(lead)*charWidth, y+lineHeight-5, float64(len([]rune(text)))*charWidth)
	if len(class) > 0 {
		fmt.Fprintf(b, ` class="%s"`, strings.Join(class, " "))
	}
	b.WriteString(">")
	xml.EscapeText(b, []byte(text))
	b.WriteString("</text>\n")
}
