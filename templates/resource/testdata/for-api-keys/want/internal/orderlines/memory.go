package orderlines

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"example.com/orders/internal/request"
)

// Memory keeps order lines until the process ends: they are not durable, and every replica has its own. It is what a service without a
// database has, and what the handlers are tested with.
type Memory struct {
	limit     int
	referrers []func(owner, id string) bool

	lock   *sync.Mutex // of all memory whose rows refer to each other
	count  int
	owners map[string][]OrderLine // oldest first
}

// NewMemory returns an empty store for up to limit order lines of all owners together: the memory they share is one (CWE-770).
// Lock is held while anything is looked at or changed.
func NewMemory(lock *sync.Mutex, limit int) *Memory {
	return &Memory{lock: lock, limit: limit, owners: map[string][]OrderLine{}}
}

// Has reports whether owner has the order line. The caller holds the lock.
func (m *Memory) Has(owner, id string) bool { return m.find(owner, id) >= 0 }

// ReferredBy makes Delete ask whether something refers to what is to go. The lock is held when it is asked.
func (m *Memory) ReferredBy(refers func(owner, id string) bool) {
	m.referrers = append(m.referrers, refers)
}

// position is the order of lists: by creation, and by id for order lines of one moment.
func position(v OrderLine, c request.Cursor) int {
	return cmp.Or(v.CreatedAt.Compare(c.CreatedAt), cmp.Compare(v.ID, c.ID))
}

// Create implements Store.
func (m *Memory) Create(_ context.Context, v OrderLine) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.count >= m.limit {
		return ErrFull
	}
	m.count++
	mine := m.owners[v.Owner]
	at, _ := slices.BinarySearchFunc(mine, request.Cursor{CreatedAt: v.CreatedAt, ID: v.ID}, position)
	m.owners[v.Owner] = slices.Insert(mine, at, v)
	return nil
}

// Get implements Store.
func (m *Memory) Get(_ context.Context, owner, id string) (OrderLine, error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	i := m.find(owner, id)
	if i < 0 {
		return OrderLine{}, ErrNotFound
	}
	return m.owners[owner][i], nil
}

// List implements Store.
func (m *Memory) List(_ context.Context, owner string, after request.Cursor, limit int) ([]OrderLine, error) {
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
func (m *Memory) Update(_ context.Context, owner, id string, change Change, at time.Time) (OrderLine, error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	i := m.find(owner, id)
	if i < 0 {
		return OrderLine{}, ErrNotFound
	}
	v := m.owners[owner][i]
	change.apply(&v)
	v.UpdatedAt = at
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

// find returns the index of the owner's order line; -1 if there is none. It looks among the owner's order lines only.
func (m *Memory) find(owner, id string) int {
	return slices.IndexFunc(m.owners[owner], func(v OrderLine) bool { return v.ID == id })
}
