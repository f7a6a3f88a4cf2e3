// Package invoices describes invoices. Everything that they have in common with other resources is in internal/resource.
package invoices

import (
	"time"

	"example.com/orders/internal/resource"
)

// An Invoice holds the fields of an invoice as they are stored.
type Invoice struct {
	Number string
	Total  int64   // in units of 10^-2
	Due    *string // 2006-01-02
	Status string
	Token  string
	PaidAt *time.Time
}

// Kind describes invoices to package resource.
var Kind = resource.Kind[Invoice]{
	Table:   "invoices",
	Path:    "/api/v1/invoices",
	Columns: columns,
	Read:    resource.Read(maxCharacters, check),
	Show:    func(v resource.Item[Invoice]) any { return show(v) },
}

// maxCharacters is what the text fields of a request hold together. It bounds the body.
const maxCharacters = 4103

func columns(v *Invoice) []resource.Column {
	return []resource.Column{
		{Name: "number", Value: &v.Number, Unique: true},
		{Name: "total", Value: &v.Total},
		{Name: "due", Value: &v.Due},
		{Name: "status", Value: &v.Status},
		{Name: "token", Value: &v.Token, Secret: true},
		{Name: "paid_at", Value: &v.PaidAt},
	}
}

// A request is what a client may set: these fields and no others (ASVS 5.0.0 V15.3.3).
type request struct {
	Number *string                   `json:"number"`
	Total  *string                   `json:"total"`
	Due    resource.Optional[string] `json:"due"`
	Status *string                   `json:"status"`
	Token  *string                   `json:"token"`
	PaidAt resource.Optional[string] `json:"paid_at"`
}

// check has the rules of each field.
func check(q request, c *resource.Change) {
	resource.Set(c, "number", q.Number, resource.Line(3, 20))
	resource.Set(c, "total", q.Total, resource.Decimal(2, "0", ""))
	resource.SetOptional(c, "due", q.Due, resource.Date)
	resource.SetDefault(c, "status", q.Status, "draft", resource.OneOf("draft", "sent", "paid"))
	resource.Set(c, "token", q.Token, resource.Text(1, 4000))
	resource.SetOptional(c, "paid_at", q.PaidAt, resource.Time)
}

// A response is what the owner may see: a type of its own, so that no stored field is shown by accident (ASVS 5.0.0 V15.3.1).
type response struct {
	ID        string     `json:"id"`
	Number    string     `json:"number"`
	Total     string     `json:"total"`
	Due       *string    `json:"due,omitempty"`
	Status    string     `json:"status"`
	Token     string     `json:"token,omitempty"` // not in lists
	PaidAt    *time.Time `json:"paid_at,omitempty"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
}

func show(v resource.Item[Invoice]) response {
	return response{
		ID:        v.ID,
		Number:    v.Fields.Number,
		Total:     resource.FormatDecimal(v.Fields.Total, 2),
		Due:       v.Fields.Due,
		Status:    v.Fields.Status,
		Token:     v.Fields.Token,
		PaidAt:    v.Fields.PaidAt,
		CreatedAt: v.CreatedAt,
		UpdatedAt: v.UpdatedAt,
	}
}
