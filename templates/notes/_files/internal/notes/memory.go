package notes

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"example.com/app/internal/request"
)

// Memory keeps notes until the process ends: they are not durable, and every replica has its own.
type Memory struct {
	limit int

	mu     sync.Mutex
	count  int
	owners map[string][]Note // oldest first
}

// NewMemory returns an empty store for up to limit notes of all owners together: the memory they share is one
// (CWE-770).
func NewMemory(limit int) *Memory {
	return &Memory{limit: limit, owners: map[string][]Note{}}
}

// position is the order of lists: by creation, and by id for notes of the same time.
func position(n Note, c request.Cursor) int {
	return cmp.Or(n.CreatedAt.Compare(c.CreatedAt), cmp.Compare(n.ID, c.ID))
}

// Create implements Store.
func (m *Memory) Create(_ context.Context, n Note) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.count >= m.limit {
		return ErrFull
	}
	m.count++
	mine := m.owners[n.Owner]
	at, _ := slices.BinarySearchFunc(mine, request.Cursor{CreatedAt: n.CreatedAt, ID: n.ID}, position)
	m.owners[n.Owner] = slices.Insert(mine, at, n)
	return nil
}

// Get implements Store.
func (m *Memory) Get(_ context.Context, owner, id string) (Note, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.find(owner, id)
	if i < 0 {
		return Note{}, ErrNotFound
	}
	return m.owners[owner][i], nil
}

// List implements Store.
func (m *Memory) List(_ context.Context, owner string, after request.Cursor, limit int) ([]Note, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	mine := m.owners[owner]
	from, found := slices.BinarySearchFunc(mine, after, position)
	if found {
		from++
	}
	return slices.Clone(mine[from:min(from+limit, len(mine))]), nil
}

// Update implements Store.
func (m *Memory) Update(_ context.Context, owner, id string, change Change, match int64, at time.Time) (Note, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.find(owner, id)
	if i < 0 {
		return Note{}, ErrNotFound
	}
	n := &m.owners[owner][i]
	if match != 0 && match != n.Version {
		return Note{}, ErrChanged
	}
	if change.Title != nil {
		n.Title = *change.Title
	}
	if change.Body != nil {
		n.Body = *change.Body
	}
	n.Version++
	n.UpdatedAt = at
	return *n, nil
}

// Delete implements Store.
func (m *Memory) Delete(_ context.Context, owner, id string, match int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.find(owner, id)
	if i < 0 {
		return ErrNotFound
	}
	if match != 0 && match != m.owners[owner][i].Version {
		return ErrChanged
	}
	m.count--
	m.owners[owner] = slices.Delete(m.owners[owner], i, i+1)
	if len(m.owners[owner]) == 0 {
		delete(m.owners, owner) // or every owner that ever was would stay
	}
	return nil
}

// find returns the index of the owner's note; -1 if there is none. It looks among the owner's notes only.
func (m *Memory) find(owner, id string) int {
	return slices.IndexFunc(m.owners[owner], func(n Note) bool { return n.ID == id })
}
