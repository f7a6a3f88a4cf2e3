package categories

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"example.com/orders/internal/request"
)

// Memory keeps categories until the process ends: they are not durable, and every replica has its own. It is what a service without a
// database has, and what the handlers are tested with.
type Memory struct {
	limit     int
	referrers []func(owner, id string) bool

	lock   *sync.Mutex // of all memory whose rows refer to each other
	count  int
	owners map[string][]Category // oldest first
}

// NewMemory returns an empty store for up to limit categories of all owners together: the memory they share is one (CWE-770).
// Lock is held while anything is looked at or changed.
func NewMemory(lock *sync.Mutex, limit int) *Memory {
	return &Memory{lock: lock, limit: limit, owners: map[string][]Category{}}
}

// Has reports whether owner has the category. The caller holds the lock.
func (m *Memory) Has(owner, id string) bool { return m.find(owner, id) >= 0 }

// ReferredBy makes Delete ask whether something refers to what is to go. The lock is held when it is asked.
func (m *Memory) ReferredBy(refers func(owner, id string) bool) {
	m.referrers = append(m.referrers, refers)
}

// RefersByParentID reports whether a category of owner refers to what has the id. The caller holds the lock.
func (m *Memory) RefersByParentID(owner, id string) bool {
	return slices.ContainsFunc(m.owners[owner], func(v Category) bool { return v.ID != id && v.ParentID != nil && *v.ParentID == id })
}

// position is the order of lists: by creation, and by id for categories of one moment.
func position(v Category, c request.Cursor) int {
	return cmp.Or(v.CreatedAt.Compare(c.CreatedAt), cmp.Compare(v.ID, c.ID))
}

// Create implements Store.
func (m *Memory) Create(_ context.Context, v Category) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.count >= m.limit {
		return ErrFull
	}
	if err := m.fits(v); err != nil {
		return err
	}
	m.count++
	mine := m.owners[v.Owner]
	at, _ := slices.BinarySearchFunc(mine, request.Cursor{CreatedAt: v.CreatedAt, ID: v.ID}, position)
	m.owners[v.Owner] = slices.Insert(mine, at, v)
	return nil
}

// Get implements Store.
func (m *Memory) Get(_ context.Context, owner, id string) (Category, error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	i := m.find(owner, id)
	if i < 0 {
		return Category{}, ErrNotFound
	}
	return m.owners[owner][i], nil
}

// List implements Store.
func (m *Memory) List(_ context.Context, owner string, after request.Cursor, limit int) ([]Category, error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	mine := m.owners[owner]
	from, found := slices.BinarySearchFunc(mine, after, position)
	if found {
		from++
	}
	return slices.Clone(mine[from:min(from+limit, len(mine))]), nil
}

// Update implements Store.
func (m *Memory) Update(_ context.Context, owner, id string, change Change, at time.Time) (Category, error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	i := m.find(owner, id)
	if i < 0 {
		return Category{}, ErrNotFound
	}
	v := m.owners[owner][i]
	change.apply(&v)
	v.UpdatedAt = at
	if err := m.fits(v); err != nil {
		return Category{}, err
	}
	m.owners[owner][i] = v
	return v, nil
}

// Delete implements Store.
func (m *Memory) Delete(_ context.Context, owner, id string) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	i := m.find(owner, id)
	if i < 0 {
		return ErrNotFound
	}
	for _, refers := range m.referrers {
		if refers(owner, id) {
			return ErrInUse
		}
	}
	m.count--
	m.owners[owner] = slices.Delete(m.owners[owner], i, i+1)
	if len(m.owners[owner]) == 0 {
		delete(m.owners, owner) // or every owner that ever was would stay
	}
	return nil
}

// find returns the index of the owner's category; -1 if there is none. It looks among the owner's categories only.
func (m *Memory) find(owner, id string) int {
	return slices.IndexFunc(m.owners[owner], func(v Category) bool { return v.ID == id })
}

// fits returns why v cannot stand among the others.
func (m *Memory) fits(v Category) error {
	if v.ParentID != nil && !m.Has(v.Owner, *v.ParentID) {
		return ParentError{"parent_id"}
	}
	for _, other := range m.owners[v.Owner] {
		if other.ID != v.ID && (other.Name == v.Name) {
			return ErrTaken
		}
	}
	return nil
}
