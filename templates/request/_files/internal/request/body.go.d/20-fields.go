package request

import "example.com/app/internal/problem"

// Errors collects the fields of a request that break a rule: all of them at once, without their values. The zero value is ready.
type Errors struct{ fields []problem.FieldError }

// Check records that the field at pointer breaks a rule unless ok. Code is stable, for programs; detail is for people.
func (e *Errors) Check(ok bool, pointer, code, detail string) {
	if !ok {
		e.fields = append(e.fields, problem.FieldError{Pointer: pointer, Code: code, Detail: detail})
	}
}

// Err returns a 422 that names every broken rule, or nil.
func (e *Errors) Err() error {
	if len(e.fields) == 0 {
		return nil
	}
	p := problem.Invalid
	p.Errors = e.fields
	return p
}
