package attack

import (
	"testing"
	"time"
)

var invoiceResource = resource{
	path:  "/api/v1/invoices",
	list:  "invoices",
	limit: "INVOICES_MAX",
	fields: func(c *client) members {
		return members{
			"number":  text(3, 20),
			"total":   "0.00",
			"due":     time.Unix(86400*next(), 0).UTC().Format(time.DateOnly),
			"status":  "draft",
			"token":   text(1, 4000),
			"paid_at": time.Unix(60*next(), 0).UTC().Format(time.RFC3339),
		}
	},
	optional: []string{"due", "paid_at"},
	defaults: members{
		"status": "draft",
	},
	unique:  []string{"number"},
	secrets: []string{"token"},
}

func TestInvoiceResource(t *testing.T) { testResource(t, invoiceResource) }

func TestInvoiceSecrets(t *testing.T) { testSecrets(t, invoiceResource) }
