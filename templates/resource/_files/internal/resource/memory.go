package resource

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"sync"
	"time"

	"example.com/app/internal/problem"
	"example.com/app/internal/request"
)

// Memory keeps resources of all kinds until the process ends: they are not durable, and every replica has its own. One lock guards all
// of them because they refer to each other. The zero Memory is empty.
type Memory struct {
	lock   sync.Mutex
	tables map[string]table
}

// A table answers for the other kinds, which hold the lock.
type table interface {
	has(owner, id string) bool
	refersTo(table, owner, id string) bool // whether one of its rows refers to that row
}

// memory is the Store of one kind.
type memory[F any] struct {
	*Memory
	kind   Kind[F]
	max    int
	count  int
	owners map[string][]Item[F] // oldest first
}

// In returns the store of a kind in m, with up to max resources of all owners together, who share the memory (CWE-770).
func In[F any](m *Memory, kind Kind[F], max int) Store[F] {
	t := &memory[F]{Memory: m, kind: kind, max: max, owners: map[string][]Item[F]{}}
	if m.tables == nil {
		m.tables = map[string]table{}
	}
	m.tables[kind.Table] = t
	return t
}

func (m *memory[F]) find(owner, id string) int {
	return slices.IndexFunc(m.owners[owner], func(v Item[F]) bool { return v.ID == id })
}

func (m *memory[F]) has(owner, id string) bool { return m.find(owner, id) >= 0 }

func (m *memory[F]) refersTo(table, owner, id string) bool {
	return slices.ContainsFunc(m.owners[owner], func(v Item[F]) bool {
		return slices.ContainsFunc(m.kind.Columns(&v.Fields), func(c Column) bool { return c.Refers == table && c.text() == id })
	})
}

// text is the text that a column holds, "" if none.
func (c Column) text() string {
	switch v := c.Value.(type) {
	case *string:
		return *v
	case **string:
		if *v != nil {
			return **v
		}
	}
	return ""
}

// position is the order of lists.
func position[F any](v Item[F], c request.Cursor) int {
	return cmp.Or(v.CreatedAt.Compare(c.CreatedAt), cmp.Compare(v.ID, c.ID))
}

// Create implements Store.
func (m *memory[F]) Create(_ context.Context, owner, id string, change *Change, at time.Time) (Item[F], error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.count >= m.max {
		return Item[F]{}, ErrFull
	}
	v, err := m.apply(Item[F]{ID: id, Owner: owner, CreatedAt: at}, change, at)
	if err != nil {
		return v, err
	}
	m.count++
	i, _ := slices.BinarySearchFunc(m.owners[owner], request.Cursor{CreatedAt: at, ID: id}, position)
	m.owners[owner] = slices.Insert(m.owners[owner], i, v)
	return v, nil
}

// Get implements Store.
func (m *memory[F]) Get(_ context.Context, owner, id string) (Item[F], error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	i, err := m.match(owner, id, 0)
	if err != nil {
		return Item[F]{}, err
	}
	return m.owners[owner][i], nil
}

// List implements Store.
func (m *memory[F]) List(_ context.Context, owner string, after request.Cursor, limit int) ([]Item[F], error) {
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
func (m *memory[F]) Update(_ context.Context, owner, id string, change *Change, match int64, at time.Time) (Item[F], error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	i, err := m.match(owner, id, match)
	if err != nil {
		return Item[F]{}, err
	}
	v, err := m.apply(m.owners[owner][i], change, at)
	if err != nil {
		return Item[F]{}, err
	}
	m.owners[owner][i] = v
	return v, nil
}

// Delete implements Store.
func (m *memory[F]) Delete(_ context.Context, owner, id string, match int64) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	i, err := m.match(owner, id, match)
	if err != nil {
		return err
	}
	for _, other := range m.tables {
		if other.refersTo(m.kind.Table, owner, id) {
			return ErrInUse
		}
	}
	m.count--
	if m.owners[owner] = slices.Delete(m.owners[owner], i, i+1); len(m.owners[owner]) == 0 {
		delete(m.owners, owner) // or every owner that ever was would stay
	}
	return nil
}

// match returns the index of a row, if it has the version.
func (m *memory[F]) match(owner, id string, version int64) (int, error) {
	i := m.find(owner, id)
	switch {
	case i < 0:
		return 0, problem.NotFound
	case version > 0 && m.owners[owner][i].Version != version:
		return 0, ErrChanged
	}
	return i, nil
}

// apply returns v with the change, if it fits among the other rows.
func (m *memory[F]) apply(v Item[F], change *Change, at time.Time) (Item[F], error) {
	v.Version++
	v.UpdatedAt = at
	for _, c := range m.kind.Columns(&v.Fields) {
		value, set := change.Value(c.Name)
		if !set {
			continue
		}
		reflect.ValueOf(c.Value).Elem().Set(reflect.ValueOf(value))
		if parent := c.text(); c.Refers != "" && parent != "" {
			if !m.tables[c.Refers].has(v.Owner, parent) {
				return v, ErrReference(c.Name, "unknown", "refers to a resource that does not exist")
			}
			if c.Refers == m.kind.Table && m.below(c.Name, v.Owner, parent, v.ID) {
				return v, ErrReference(c.Name, "cycle", "would make the resource its own ancestor")
			}
		}
		if c.Unique && m.taken(c, v.Owner, v.ID) {
			return v, ErrTaken
		}
	}
	return v, nil
}

// below reports whether the row with the id is an ancestor of the row from, or that row itself.
func (m *memory[F]) below(column, owner, from, id string) bool {
	for from != "" && from != id {
		i := m.find(owner, from)
		columns := m.kind.Columns(&m.owners[owner][i].Fields)
		from = columns[slices.IndexFunc(columns, func(c Column) bool { return c.Name == column })].text()
	}
	return from == id
}

// taken reports whether another row of owner has the value of a column that must be unique.
func (m *memory[F]) taken(column Column, owner, id string) bool {
	value := reflect.Indirect(reflect.ValueOf(column.Value).Elem())
	return value.IsValid() && slices.ContainsFunc(m.owners[owner], func(v Item[F]) bool {
		return v.ID != id && slices.ContainsFunc(m.kind.Columns(&v.Fields), func(c Column) bool {
			other := reflect.Indirect(reflect.ValueOf(c.Value).Elem())
			return c.Name == column.Name && other.IsValid() && other.Equal(value)
		})
	})
}
