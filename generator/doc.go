// Package generator makes hardened Go services. This is the map.
//
// # A run is a value
//
//	ask (wizard | flags | preset | answers) → Spec → resolve → render → Plan → apply
//
// The Plan that --dry-run and --diff print is the very value that apply executes: nothing is decided twice.
//
// # Where things are
//
//	cli                 the command line: flags only parse, run only acts; exit codes; JSON
//	internal/lint       judges component folders, with file and line
//	internal/wizard     asks a person what a Spec lacks
//	internal/apply      the only writer, and the only one that runs git
//	internal/source     brings packs, checked, and builds a change before it is written; the only one that reaches the network or runs the go command
//	internal/generate   a generator and its inputs → files and insertions, and the plan of a run; bytes to bytes
//	internal/plan       all that will be done; one Step a file
//	internal/patch      the place where a foreign repository's server gets its handler, and the splice there; bytes to bytes
//	internal/render     a selection → files; bytes to bytes
//	internal/universe   versions and checksums → go.mod and go.sum; bytes to bytes
//	internal/lock       what was written, with digests
//	internal/merge      three versions of a file → one, by lines; bytes to bytes
//	internal/component  the folders of templates/, and which of them a Spec asks for
//	internal/spec       what was asked for
//	internal/problem    what is wrong with an input, all at once
//	internal/tree       files as values
//	internal/pin        a command for maintainers: lets the go command resolve the universe, once
//
// Arrows point down in that list only, and arrows_test.go enforces them. Nothing that a service is made by opens a connection;
// nothing but apply, source and pin starts a program.
//
// # The laws
//
// Each is a test, most of them in e2e over random legal Specs from a printed seed.
//
//	Honesty    apply does exactly what the printed Plan says; --dry-run writes nothing
//	Sameness   same Spec, same templates → the same bytes on any day, machine, locale, working directory, map order
//	Confluence new A+B = new A; add B = new B; add A, byte for byte, lock included
//	Idempotence  planning again after applying gives an empty Plan
//	Inverse    add X; remove X gives the original bytes back; a file of X edited since is a conflict
//	Respect    bytes a person wrote are never lost: kept, merged, or shown as a conflict; a file the user deleted stays deleted
//	Wholeness  killed at any moment, new leaves the target absent or complete, and the next new there removes what was left beside it;
//	           a fresh clone is as it was or complete once the next new has looked at it; any other command leaves the project as before or
//	           as after once the next one that writes has looked at it
//	Enclosure  no path, link or template can write or read outside the project root
//	Tidiness   every service builds, vets, is gofmt-clean and has an empty go mod tidy -diff, with no network and no go command
//	           at generation time
//	Vigilance  for each control, breaking it makes a test fail
package generator
