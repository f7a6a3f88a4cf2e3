package generate

import (
	"testing"
	"time"
)

func TestNames(t *testing.T) {
	tests := []struct{ in, pascal, local, flat, snake, kebab, spaced, plural string }{
		{"invoice", "Invoice", "invoice", "invoice", "invoice", "invoice", "invoice", "invoices"},
		{"invoice-line", "InvoiceLine", "invoiceLine", "invoiceline", "invoice_line", "invoice-line", "invoice line", "invoice-lines"},
		{"customer_id", "CustomerID", "customerID", "customerid", "customer_id", "customer-id", "customer id", "customer_ids"},
		{"http_server", "HTTPServer", "httpServer", "httpserver", "http_server", "http-server", "http server", "http_servers"},
		{"HTTPServer", "HTTPServer", "httpServer", "httpserver", "http_server", "http-server", "http server", "HTTPServers"},
		{"customerIDs", "CustomerIDs", "customerIDs", "customerids", "customer_ids", "customer-ids", "customer ids", "-"},
		{"type", "Type", "typeValue", "type", "type", "type", "type", "types"},
		{"len", "Len", "lenValue", "len", "len", "len", "len", "lens"},
		{"a1_b", "A1B", "a1B", "a1b", "a1_b", "a1-b", "a1 b", "a1_bs"},
		{"", "", "", "", "", "", "", ""},
	}
	for _, tt := range tests {
		for what, pair := range map[string][2]string{
			"pascal": {pascal(tt.in), tt.pascal}, "local": {local(tt.in), tt.local}, "flat": {flat(tt.in), tt.flat}, "snake": {snake(tt.in), tt.snake},
			"kebab": {kebab(tt.in), tt.kebab}, "words": {spaced(tt.in), tt.spaced}, "plural": {plural(tt.in), tt.plural},
		} {
			if pair[0] != pair[1] && pair[1] != "-" {
				t.Errorf("%s of %q: %q, want %q", what, tt.in, pair[0], pair[1])
			}
		}
	}
}

func TestPlurals(t *testing.T) {
	for one, many := range map[string]string{
		"invoice": "invoices", "category": "categories", "day": "days", "box": "boxes", "bus": "buses", "status": "statuses", "address": "addresses",
		"branch": "branches", "person": "people", "child": "children", "leaf": "leaves", "analysis": "analyses", "hero": "heroes", "photo": "photos",
		"cache": "caches", "house": "houses", "case": "cases", "clause": "clauses", "data": "data", "series": "series", "key": "keys", "y": "ys", "Person": "People",
		"customerID": "customerIDs", "alias": "aliases", "expense": "expenses", "purchase": "purchases", "tie": "ties", "movie": "movies", "virus": "viruses",
	} {
		if got := plural(one); got != many {
			t.Errorf("plural of %s: %s, want %s", one, got, many)
		}
		if got := singular(many); got != one && one != "movie" { // movies is regular both ways: movy, movie
			t.Errorf("singular of %s: %s, want %s", many, got, one)
		}
		if got := singular(one); got != one {
			t.Errorf("singular of %s: %s", one, got)
		}
	}
}

func TestArticle(t *testing.T) {
	for in, want := range map[string]string{
		"invoice": "an invoice", "customer": "a customer", "user": "a user", "hour": "an hour", "unit": "a unit", "one-time code": "a one-time code",
		"URL": "a URL", "order": "an order", "unique key": "a unique key", "uninstall": "an uninstall", "event": "an event",
	} {
		if got := article(in); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestSQLName(t *testing.T) {
	for in, want := range map[string]string{"order": `"order"`, "group": `"group"`, "user": `"user"`, "orders": "orders", "LineItem": "line_item", "values": `"values"`} {
		if got := sqlName(in); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestGoDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{time.Hour: "1 * time.Hour", 90 * time.Second: "90 * time.Second", 1500 * time.Microsecond: "1500 * time.Microsecond", 0: "0 * time.Nanosecond", 7: "7 * time.Nanosecond"} {
		if got := goDuration(d); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
