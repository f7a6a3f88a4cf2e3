package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/e2e/wizard/screen"
)

// The picture is of the wizard as it is: the same questions in the same order, and the same summary, but for the number of files.
func TestThePictureIsUpToDate(t *testing.T) {
	frames, err := record("../..")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../docs/wizard.svg")
	if err != nil {
		t.Fatal(err)
	}
	if a, b := bold(t, svg(frames)), bold(t, got); a != b {
		t.Errorf("docs/wizard.svg shows\n%s\nthe program shows\n%s\nhint: go run ./e2e/record", b, a)
	}
}

// bold is what the picture shows in bold: titles, and the choices under the cursor.
func bold(t *testing.T, svg []byte) string {
	t.Helper()
	var lines []string
	d := xml.NewDecoder(strings.NewReader(string(svg)))
	in := false
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			in = false
			for _, a := range tok.Attr {
				in = in || tok.Name.Local == "text" && a.Name.Local == "class" && strings.HasPrefix(a.Value, "b")
			}
		case xml.CharData:
			if in {
				lines = append(lines, strings.Map(func(r rune) rune {
					if r >= '0' && r <= '9' {
						return -1
					}
					return r
				}, string(tok)))
			}
		case xml.EndElement:
			in = false
		}
	}
	if len(lines) < 20 {
		t.Fatalf("only %q are bold", lines)
	}
	return strings.Join(lines, "\n")
}

// What a program draws cannot become markup.
func TestEscapes(t *testing.T) {
	s := screen.New(cols, rows)
	io.WriteString(s, `<script>&"</script>`)
	out := string(svg([]frame{{cells: s.Cells()}, {cells: s.Cells()}}))
	if strings.Contains(out, "<script") || !strings.Contains(out, "&lt;script&gt;&amp;") {
		t.Error(out)
	}
}
