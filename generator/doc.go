// Package generator makes hardened Go services. This is the map.
//
// A run is a value:
//
//	ask (wizard | flags | preset | answers) → Spec → resolve → render → Plan → apply
//
// The Plan that --dry-run prints is the very value that apply executes: nothing is decided twice.
//
//	cli                the command line: flags only parse, run only acts
//	internal/wizard    asks a person
//	internal/spec      what was asked for
//	internal/component the folders of templates/, and which of them a Spec asks for
//	internal/render    selection → files; bytes to bytes
//	internal/lock      what was written, with digests
//	internal/plan      all that will be done; one Step a file
//	internal/apply     the only writer
//	internal/lint      judges component folders
//	internal/problem   what is wrong with an input, all at once
//	internal/tree      files as values
//
// Arrows point down only, and a test enforces them.
package generator
