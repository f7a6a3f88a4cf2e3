package attack

import "testing"

var categoryResource = resource{
	path:  "/api/v1/categories",
	list:  "categories",
	limit: "CATEGORIES_MAX",
	fields: func(c *client) members {
		return members{
			"name": text(1, 200),
			"rank": 1 + next()%9,
		}
	},
	optional: []string{"parent_id"},
	defaults: members{
		"rank": 5,
	},
	unique:    []string{"name"},
	ancestors: []string{"parent_id"},
}

func TestCategoryResource(t *testing.T) { testResource(t, categoryResource) }
