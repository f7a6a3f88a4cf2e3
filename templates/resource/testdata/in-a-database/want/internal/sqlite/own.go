package sqlite

// ownErasures remove what an owner, $1, has in tables of yours when the owner's account is erased. A table comes after those that it
// refers to.
func ownErasures() []string {
	return []string{
		`DELETE FROM invoices WHERE owner = $1`,
	}
}
