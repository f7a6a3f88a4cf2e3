# make          builds ./hardwright
# make test     everything CI runs: installs what is missing (as root on Debian), then all tests, against real parts
# make quick    the tests that need nothing but Go
# make lint     judges all components
# make pin      resolves the modules of all components together again (needs the network)
# make laws     tries the laws of add and remove on 10 000 random services; takes about an hour
# make bench    prints the tables of the README; needs wrk, node and npm

GO ?= go

.PHONY: all test quick lint pin laws bench setup

all:
	$(GO) build -o hardwright .

setup:
	./e2e/setup.sh

test: setup
	@test -z "$$(gofmt -l main.go generator e2e templates/*.go)" || { gofmt -l main.go generator e2e templates/*.go; exit 1; }
	$(GO) vet ./...
	$(GO) mod tidy -diff
	$(GO) test ./generator/... ./templates/... ./presets/...
	$(GO) test -count=1 -p 1 -timeout 60m ./e2e/...
	cd e2e/checkers && $(GO) vet ./... && $(GO) test -count=1 -timeout 60m ./...

quick:
	$(GO) test -short ./generator/... ./templates/... ./presets/...

lint:
	$(GO) run . lint

pin:
	$(GO) run ./generator/internal/pin

laws:
	HARDWRIGHT_CASES=10000 $(GO) test -count=1 -timeout 10h -run 'Confluence|Inverse|Respect' ./generator

bench:
	$(GO) run ./e2e/bench
