package lock

// A Pack is a module of generators and components that a person added, pinned.
type Pack struct {
	Path, Version string
	Sum           string   // h1, as in go.sum
	Cached        bool     // in the user's cache, not in the repository
	Private       bool     // the checksum database was not asked, because the module is named as private
	Insecure      []string // settings that left nothing to vouch for the bytes when they came, sorted
}
