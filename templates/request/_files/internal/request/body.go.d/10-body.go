// Package request reads and checks what a client sends, and writes the JSON that answers it.
//
// Reading is strict, because a document that two parsers understand differently gets past the first of them (ASVS 5.0.0
// V1.5.3, RFC 8259 section 4). encoding/json by itself takes the last of two equal names, matches names in any case, ignores
// what follows the value and repairs invalid UTF-8. Here each of these is refused, and so are unknown fields (V15.3.3,
// CWE-915), null, which has no meaning for any field of ours, and unknown or repeated query parameters.
//
// A refusal names places and reasons, never the values it found there.
package request

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"

	"example.com/app/internal/problem"
)

// timeout answers a client that sends its body too slowly (RFC 9110 section 15.5.9).
var timeout = problem.Problem{Slug: "timeout", Title: "The request took too long to arrive", Status: http.StatusRequestTimeout}

// Read decodes the body of r into the struct that into points to. The body has to be one JSON object in UTF-8, sent as
// application/json without a content coding, and the URL has no query. Characters is how many the text fields hold together:
// it bounds the body, see limit.
//
// The error is a Problem: 400 for a query, for what is not JSON and for what is ambiguous, 408 for a body that arrives too
// slowly, 413 for more than the fields can hold, 415 for another type or a coding, 422 with a pointer for each field that
// does not fit.
func Read(r *http.Request, into any, characters int) error {
	if _, err := Params(r); err != nil {
		return err
	}
	body, err := Bytes(r, limit(characters), "application/json")
	if err != nil {
		return err
	}
	return Decode(body, into)
}

// limit is how many bytes of JSON a request with text fields of that many characters needs: 12 for each, which is an escaped
// surrogate pair, and 1 KiB for names, numbers and layout.
func limit(characters int) int64 { return 1<<10 + 12*int64(characters) }

// Bytes returns the body of r, up to maxBytes of it, if it was sent as one of the media types; the bytes are not looked at.
// It is for routes that accept another type than application/json.
func Bytes(r *http.Request, maxBytes int64, types ...string) ([]byte, error) {
	if err := mediaType(r.Header, types); err != nil {
		return nil, err
	}
	if r.ContentLength > maxBytes {
		return nil, problem.TooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return body, nil
	case errors.As(err, &tooLarge):
		return nil, problem.TooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, fmt.Errorf("read body: %w: %w", timeout, err)
	}
	return nil, fmt.Errorf("read body: %w: %w", problem.BadRequest, err) // malformed chunks, or the client is gone
}

// mediaType refuses all but the given types. A body with a content coding is refused and not unpacked, so that a
// small one cannot become a large one (CWE-409, ASVS 5.0.0 V5.2.3; RFC 9110 section 15.5.16 wants 415).
func mediaType(h http.Header, types []string) error {
	if len(h.Values("Content-Encoding")) > 0 || len(h.Values("Content-Type")) != 1 {
		return problem.MediaType
	}
	got, parameters, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return problem.MediaType
	}
	for name, value := range parameters {
		if name != "charset" || !strings.EqualFold(value, "utf-8") {
			return problem.MediaType
		}
	}
	for _, t := range types {
		if got == t {
			return nil
		}
	}
	return problem.MediaType
}

// Decode is Read for a body that has already been read.
func Decode(body []byte, into any) error {
	if err := check(body, into); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields() // check has found them; this is a second defense
	if err := d.Decode(into); err != nil {
		p := problem.Invalid
		var mismatch *json.UnmarshalTypeError
		if errors.As(err, &mismatch) {
			// Such as 1.5 for an int: the kinds agree, the value does not.
			pointer := ""
			if mismatch.Field != "" {
				pointer = "/" + strings.ReplaceAll(mismatch.Field, ".", "/")
			}
			p.Errors = []problem.FieldError{{Pointer: pointer, Code: "type", Detail: "has a value of another type"}}
		}
		return p
	}
	return nil
}

// Respond answers with v as JSON. <, > and & are escaped as \u003c and so on: a browser that is made to read the response as
// HTML finds no tag in it (ASVS 5.0.0 V1.2.1). Parsing the response gives back what was stored, unchanged.
func Respond(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("marshal response: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json") // RFC 8259 section 11: always UTF-8, no charset parameter
	h.Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, _ = w.Write(b) // the client is gone if this fails
	return nil
}
