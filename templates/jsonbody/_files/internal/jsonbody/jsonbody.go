// Package jsonbody reads request bodies and writes response bodies as JSON.
//
// Reading is strict, because two parsers that understand one document differently are a way past the first of them
// (ASVS 5.0.0 V1.5.3, RFC 8259 section 4). encoding/json by itself takes the last of two equal names, matches names in
// any case, ignores what follows the value and repairs bad UTF-8. Here each of these is a refusal, and so are fields that
// the target does not have (V15.3.3, CWE-915) and null, which no field of ours has a meaning for.
//
// A refusal names places and reasons, never the values it found there.
package jsonbody

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
// application/json without a content coding. The error is a Problem: 400 for what is not JSON or is ambiguous, 413 for
// more than the route's limit, 415 for another type or a coding, 422 with a pointer for each field that does not fit.
func Read(r *http.Request, into any) error {
	body, err := Bytes(r, "application/json")
	if err != nil {
		return err
	}
	return Decode(body, into)
}

// Bytes returns the body of r if it was sent as one of the media types; the bytes are not looked at. It is for routes that
// take another JSON type than application/json.
func Bytes(r *http.Request, types ...string) ([]byte, error) {
	if err := mediaType(r.Header, types); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.Body) // bounded by bodylimit
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return body, nil
	case errors.As(err, &tooLarge):
		return nil, problem.TooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, fmt.Errorf("read body: %w: %w", timeout, err)
	}
	return nil, fmt.Errorf("read body: %w: %w", problem.BadRequest, err) // chunks that are none, or the client is gone
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

// Decode is Read for bytes that are there already.
func Decode(body []byte, into any) error {
	if err := check(body, into); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields() // check has found them; this stands behind it
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

// Write answers with v as JSON. <, > and & are escaped as \u003c and so on: a browser that is made to read the response as
// HTML finds no tag in it (ASVS 5.0.0 V1.2.1). What was stored comes back unchanged to whoever parses it.
func Write(w http.ResponseWriter, status int, v any) error {
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
