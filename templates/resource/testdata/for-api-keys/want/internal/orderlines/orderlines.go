// Package orderlines describes order lines. Everything that they have in common with other resources is in internal/resource.
package orderlines

import (
	"time"

	"example.com/orders/internal/resource"
)

// An OrderLine holds the fields of an order line as they are stored.
type OrderLine struct {
	Group int
	User  *string
	Big   int64
	Ok    bool
	Ref   string
	Link  string
	Body  string
	At    time.Time
}

// Kind describes order lines to package resource.
var Kind = resource.Kind[OrderLine]{
	Table:   "order_lines",
	Path:    "/api/v1/order-lines",
	Columns: columns,
	Read:    resource.Read(maxCharacters, check),
	Show:    func(v resource.Item[OrderLine]) any { return show(v) },
}

// maxCharacters is what the text fields of a request hold together. It bounds the body.
const maxCharacters = 12423

func columns(v *OrderLine) []resource.Column {
	return []resource.Column{
		{Name: "group", Value: &v.Group},
		{Name: "user", Value: &v.User},
		{Name: "big", Value: &v.Big},
		{Name: "ok", Value: &v.Ok},
		{Name: "ref", Value: &v.Ref},
		{Name: "link", Value: &v.Link},
		{Name: "body", Value: &v.Body},
		{Name: "at", Value: &v.At},
	}
}

// A request is what a client may set: these fields and no others (ASVS 5.0.0 V15.3.3).
type request struct {
	Group *int                      `json:"group"`
	User  resource.Optional[string] `json:"user"`
	Big   *int64                    `json:"big"`
	Ok    *bool                     `json:"ok"`
	Ref   *string                   `json:"ref"`
	Link  *string                   `json:"link"`
	Body  *string                   `json:"body"`
	At    *string                   `json:"at"`
}

// check has the rules of each field.
func check(q request, c *resource.Change) {
	resource.Set(c, "group", q.Group, resource.Between(resource.MinInt, resource.MaxInt))
	resource.SetOptional(c, "user", q.User, resource.Email)
	resource.Set(c, "big", q.Big, resource.Between[int64](resource.MinInt64, resource.MaxInt64))
	resource.Set(c, "ok", q.Ok, resource.Any[bool])
	resource.Set(c, "ref", q.Ref, resource.UUID)
	resource.Set(c, "link", q.Link, resource.URL)
	resource.Set(c, "body", q.Body, resource.Text(1, 10000))
	resource.Set(c, "at", q.At, resource.Time)
}

// A response is what the owner may see: a type of its own, so that no stored field is shown by accident (ASVS 5.0.0 V15.3.1).
type response struct {
	ID        string    `json:"id"`
	Group     int       `json:"group"`
	User      *string   `json:"user,omitempty"`
	Big       int64     `json:"big"`
	Ok        bool      `json:"ok"`
	Ref       string    `json:"ref"`
	Link      string    `json:"link"`
	Body      string    `json:"body"`
	At        time.Time `json:"at"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func show(v resource.Item[OrderLine]) response {
	return response{
		ID:        v.ID,
		Group:     v.Fields.Group,
		User:      v.Fields.User,
		Big:       v.Fields.Big,
		Ok:        v.Fields.Ok,
		Ref:       v.Fields.Ref,
		Link:      v.Fields.Link,
		Body:      v.Fields.Body,
		At:        v.Fields.At,
		CreatedAt: v.CreatedAt,
		UpdatedAt: v.UpdatedAt,
	}
}
