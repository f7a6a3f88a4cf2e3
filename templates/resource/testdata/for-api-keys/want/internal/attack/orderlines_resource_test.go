package attack

import (
	"testing"
	"time"
)

var orderLineResource = resource{
	path:  "/api/v1/order-lines",
	list:  "order_lines",
	limit: "ORDER_LINES_MAX",
	fields: func(c *client) members {
		return members{
			"group": next(),
			"user":  numbered("someone%d@example.com"),
			"big":   next(),
			"ok":    next()%2 == 0,
			"ref":   numbered("0190163d-8694-739b-aea5-%012x"),
			"link":  numbered("https://example.com/%d"),
			"body":  text(1, 10000),
			"at":    time.Unix(60*next(), 0).UTC().Format(time.RFC3339),
		}
	},
	optional: []string{"user"},
}

func TestOrderLineResource(t *testing.T) { testResource(t, orderLineResource) }
