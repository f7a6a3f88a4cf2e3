// Package repository holds tests of the files around the code: settings of linters, the build, and how the service is
// shipped. They need nothing but Go, so that a rule that is lost fails `make test` and not only the CI of one place.
package repository
