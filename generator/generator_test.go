package generator

import (
	"testing"

	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/templates"
)

// quickstart is the service that most people get.
var quickstart = spec.Spec{Name: "orders", Module: "example.com/orders", Database: "sqlite", Auth: "session", CI: spec.None, Deploy: []string{}}

// Planning is most of a run: reading manifests, rendering, digests. The process as a whole is measured in e2e.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		g, err := From(templates.FS)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := g.New(quickstart, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFrom(b *testing.B) {
	for b.Loop() {
		if _, err := From(templates.FS); err != nil {
			b.Fatal(err)
		}
	}
}
