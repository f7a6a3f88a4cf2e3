package invoices

import (
	"example.com/orders/internal/field"
	"example.com/orders/internal/request"
)

// An input is what a client may say about an invoice: these fields and no others, so that none is taken by accident (ASVS 5.0.0
// V15.3.3).
type input struct {
	Number *string                `json:"number"`
	Total  *string                `json:"total"`
	Due    field.Optional[string] `json:"due"`
	Status *string                `json:"status"`
	Token  *string                `json:"token"`
	PaidAt field.Optional[string] `json:"paid_at"`
}

// rules checks the fields that are there, all of them at once (ASVS 5.0.0 V2.2.1).
func (q input) rules(e *request.Errors) Change {
	return Change{
		Number: field.Check(e, "/number", q.Number, field.Line(3, 20)),
		Total:  field.Check(e, "/total", q.Total, field.Decimal(2, "0", "")),
		Due:    field.CheckOptional(e, "/due", q.Due, field.Date),
		Status: field.Check(e, "/status", q.Status, field.OneOf("draft", "sent", "paid")),
		Token:  field.Check(e, "/token", q.Token, field.Text(1, 4000)),
		PaidAt: field.CheckOptional(e, "/paid_at", q.PaidAt, field.Time),
	}
}

// create is what the request says about a new invoice.
func (q input) create() (Change, error) {
	var e request.Errors
	e.Check(q.Number != nil, "/number", "required", "must be there")
	e.Check(q.Total != nil, "/total", "required", "must be there")
	q.Status = field.Default(q.Status, "draft")
	e.Check(q.Token != nil, "/token", "required", "must be there")
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
