package categories

import (
	"example.com/orders/internal/field"
	"example.com/orders/internal/request"
)

// An input is what a client may say about a category: these fields and no others, so that none is taken by accident (ASVS 5.0.0
// V15.3.3).
type input struct {
	Name     *string                `json:"name"`
	ParentID field.Optional[string] `json:"parent_id"`
	Rank     *int                   `json:"rank"`
}

// rules checks the fields that are there, all of them at once (ASVS 5.0.0 V2.2.1).
func (q input) rules(e *request.Errors) Change {
	return Change{
		Name:     field.Check(e, "/name", q.Name, field.Line(1, 200)),
		ParentID: field.CheckOptional(e, "/parent_id", q.ParentID, field.UUID),
		Rank:     field.Check(e, "/rank", q.Rank, field.Int(1, 9)),
	}
}

// create is what the request says about a new category.
func (q input) create() (Change, error) {
	var e request.Errors
	e.Check(q.Name != nil, "/name", "required", "must be there")
	q.Rank = field.Default(q.Rank, 5)
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
