# make          builds ./hardwright
# make test     everything CI runs: installs what is missing (as root on Debian), then all tests, against real parts
# make quick    the tests that need nothing but Go
# make lint     judges all components
# make pin      resolves the modules of all components together again (needs the network)
# make bench    the tables of the README

GO ?= go

.PHONY: all test quick lint pin bench setup

all:
	$(GO) build -o hardwright .

setup:
	./e2e/setup.sh

test: setup
	@test -z "$$(gofmt -l main.go generator e2e templates/*.go)" || { gofmt -l main.go generator e2e templates/*.go; exit 1; }
	$(GO) vet ./...
	$(GO) mod tidy -diff
	$(GO) test -timeout 60m ./...
	cd e2e/checkers && $(GO) vet ./... && $(GO) test -timeout 60m ./...

quick:
	$(GO) test -short ./generator/... ./templates/... ./presets/...

lint:
	$(GO) run . lint

pin:
	$(GO) run ./generator/internal/pin

bench:
	$(GO) test -run '^$$' -bench . ./generator/... ./e2e/bench/...
