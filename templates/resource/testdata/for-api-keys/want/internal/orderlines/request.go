package orderlines

import (
	"example.com/orders/internal/field"
	"example.com/orders/internal/request"
)

// An input is what a client may say about an order line: these fields and no others, so that none is taken by accident (ASVS 5.0.0
// V15.3.3).
type input struct {
	Group *int                   `json:"group"`
	User  field.Optional[string] `json:"user"`
	Big   *int64                 `json:"big"`
	Ok    *bool                  `json:"ok"`
	Ref   *string                `json:"ref"`
	Link  *string                `json:"link"`
	Body  *string                `json:"body"`
	At    *string                `json:"at"`
}

// rules checks the fields that are there, all of them at once (ASVS 5.0.0 V2.2.1).
func (q input) rules(e *request.Errors) Change {
	return Change{
		Group: field.Check(e, "/group", q.Group, field.Int(field.LeastInt, field.MostInt)),
		User:  field.CheckOptional(e, "/user", q.User, field.Email),
		Big:   field.Check(e, "/big", q.Big, field.Int64(field.LeastInt64, field.MostInt64)),
		Ok:    field.Check(e, "/ok", q.Ok, field.Any[bool]),
		Ref:   field.Check(e, "/ref", q.Ref, field.UUID),
		Link:  field.Check(e, "/link", q.Link, field.URL),
		Body:  field.Check(e, "/body", q.Body, field.Text(1, 10000)),
		At:    field.Check(e, "/at", q.At, field.Time),
	}
}

// create is what the request says about a new order line.
func (q input) create() (Change, error) {
	var e request.Errors
	e.Check(q.Group != nil, "/group", "required", "must be there")
	e.Check(q.Big != nil, "/big", "required", "must be there")
	e.Check(q.Ok != nil, "/ok", "required", "must be there")
	e.Check(q.Ref != nil, "/ref", "required", "must be there")
	e.Check(q.Link != nil, "/link", "required", "must be there")
	e.Check(q.Body != nil, "/body", "required", "must be there")
	e.Check(q.At != nil, "/at", "required", "must be there")
	change := q.rules(&e)
	return change, e.Err()
}

// update is what the request changes.
func (q input) update() (Change, error) {
	var e request.Errors
	e.Check(q != input{}, "", "empty", "needs at least one field")
	change := q.rules(&e)
	return change, e.Err()
}
