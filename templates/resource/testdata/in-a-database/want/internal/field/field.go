// Package field has what the fields of resources share: what a request may say about one, and the rules that its value keeps.
//
// A rule turns what JSON brought into what is kept. What it says about a value that it does not take never repeats the value.
// Text is kept as it came: what makes it safe is the encoding where it is shown, not a filter where it enters (ASVS 5.0.0 V1.1.2).
package field

import (
	"encoding/json"

	"example.com/orders/internal/request"
)

// An Optional is what a request says about a field that may be without a value: nothing, null or a value.
type Optional[T any] struct {
	Given bool
	Value *T // nil: null
}

// UnmarshalJSON is called for null too, and not at all for a field that the request does not have.
func (o *Optional[T]) UnmarshalJSON(b []byte) error {
	*o = Optional[T]{Given: true}
	return json.Unmarshal(b, &o.Value)
}

// A Rule returns what is kept of a value, or the stable code of what is wrong with it and a sentence for people.
type Rule[In, Out any] func(In) (kept Out, code, detail string)

// Check returns what rule makes of the value that a request gives for a field, nil if it gives none.
func Check[In, Out any](e *request.Errors, pointer string, given *In, rule Rule[In, Out]) *Out {
	if given == nil {
		return nil
	}
	kept, code, detail := rule(*given)
	e.Check(code == "", pointer, code, detail)
	return &kept
}

// CheckOptional is Check for a field that null takes the value from.
func CheckOptional[In, Out any](e *request.Errors, pointer string, given Optional[In], rule Rule[In, Out]) Optional[Out] {
	return Optional[Out]{Given: given.Given, Value: Check(e, pointer, given.Value, rule)}
}

// Set changes what to points to, if there is a change.
func Set[T any](to, change *T) {
	if change != nil {
		*to = *change
	}
}

// SetOptional is Set for a field that may be without a value.
func SetOptional[T any](to **T, change Optional[T]) {
	if change.Given {
		*to = change.Value
	}
}

// Default returns what is given, else the value.
func Default[T any](given *T, value T) *T {
	if given == nil {
		return &value
	}
	return given
}

// Same reports whether two fields both have a value, and the same one.
func Same[T comparable](a, b *T) bool { return a != nil && b != nil && *a == *b }
