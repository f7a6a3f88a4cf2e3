// Package categories describes categories. Everything that they have in common with other resources is in internal/resource.
package categories

import (
	"time"

	"example.com/orders/internal/resource"
)

// A Category holds the fields of a category as they are stored.
type Category struct {
	Name     string
	ParentID *string // the id of a category
	Rank     int
}

// Kind describes categories to package resource.
var Kind = resource.Kind[Category]{
	Table:   "categories",
	Path:    "/api/v1/categories",
	Columns: columns,
	Read:    resource.Read(maxCharacters, check),
	Show:    func(v resource.Item[Category]) any { return show(v) },
}

// maxCharacters is what the text fields of a request hold together. It bounds the body.
const maxCharacters = 264

func columns(v *Category) []resource.Column {
	return []resource.Column{
		{Name: "name", Value: &v.Name, Unique: true},
		{Name: "parent_id", Value: &v.ParentID, Refers: "categories"},
		{Name: "rank", Value: &v.Rank},
	}
}

// A request is what a client may set: these fields and no others (ASVS 5.0.0 V15.3.3).
type request struct {
	Name     *string                   `json:"name"`
	ParentID resource.Optional[string] `json:"parent_id"`
	Rank     *int                      `json:"rank"`
}

// check has the rules of each field.
func check(q request, c *resource.Change) {
	resource.Set(c, "name", q.Name, resource.Line(1, 200))
	resource.SetOptional(c, "parent_id", q.ParentID, resource.UUID)
	resource.SetDefault(c, "rank", q.Rank, 5, resource.Between(1, 9))
}

// A response is what the owner may see: a type of its own, so that no stored field is shown by accident (ASVS 5.0.0 V15.3.1).
type response struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	ParentID  *string   `json:"parent_id,omitempty"`
	Rank      int       `json:"rank"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func show(v resource.Item[Category]) response {
	return response{
		ID:        v.ID,
		Name:      v.Fields.Name,
		ParentID:  v.Fields.ParentID,
		Rank:      v.Fields.Rank,
		CreatedAt: v.CreatedAt,
		UpdatedAt: v.UpdatedAt,
	}
}
