package sqlite

import (
	"context"
	"slices"
	"time"

	"example.com/orders/internal/fieldcrypt"
	"example.com/orders/internal/resource"
)

// Secrets stores a kind of resource whose secret columns are encrypted, each value for its row.
type Secrets[F any] struct {
	*Resources[F]
	cipher *fieldcrypt.Cipher
}

// NewSecrets returns store with its secrets encrypted by cipher.
func NewSecrets[F any](store *Resources[F], cipher *fieldcrypt.Cipher) *Secrets[F] {
	return &Secrets[F]{store, cipher}
}

// Create implements resource.Store.
func (s *Secrets[F]) Create(ctx context.Context, owner, id string, change *resource.Change, at time.Time) (resource.Item[F], error) {
	v, err := s.Resources.Create(ctx, owner, id, s.seal(change, owner, id), at)
	return s.open(ctx, v, err)
}

// Get implements resource.Store.
func (s *Secrets[F]) Get(ctx context.Context, owner, id string) (resource.Item[F], error) {
	v, err := s.Resources.Get(ctx, owner, id)
	return s.open(ctx, v, err)
}

// Update implements resource.Store.
func (s *Secrets[F]) Update(ctx context.Context, owner, id string, change *resource.Change, match int64, at time.Time) (resource.Item[F], error) {
	v, err := s.Resources.Update(ctx, owner, id, s.seal(change, owner, id), match, at)
	return s.open(ctx, v, err)
}

// seal returns change with its secrets encrypted.
func (s *Secrets[F]) seal(change *resource.Change, owner, id string) *resource.Change {
	sealed := *change
	sealed.Values = slices.Clone(change.Values)
	for _, c := range s.kind.Columns(new(F)) {
		value, _ := change.Value(c.Name)
		if plain, ok := text(value); ok && c.Secret {
			sealed.Values[slices.Index(sealed.Columns, c.Name)] = s.cipher.Column(s.kind.Table, c.Name).Seal(plain, owner, id)
		}
	}
	return &sealed
}

// open decrypts the secrets of v, unless there is an error.
func (s *Secrets[F]) open(ctx context.Context, v resource.Item[F], err error) (resource.Item[F], error) {
	if err != nil {
		return v, err
	}
	for _, c := range s.kind.Columns(&v.Fields) {
		if !c.Secret {
			continue
		}
		value, ok := c.Value.(*string)
		if !ok {
			value = *c.Value.(**string) //nolint:errcheck,forcetypeassert // secrets are text
		}
		if value == nil {
			continue
		}
		if *value, err = s.cipher.Column(s.kind.Table, c.Name).Open(ctx, *value, v.Owner, v.ID); err != nil {
			return resource.Item[F]{}, err
		}
	}
	return v, nil
}

// Reseal encrypts the secrets again that are not under the newest key, and with plain also those that are not encrypted.
func (s *Secrets[F]) Reseal(ctx context.Context, plain bool) (changed int, err error) {
	for _, c := range s.kind.Columns(new(F)) {
		if !c.Secret {
			continue
		}
		column := identifier(c.Name)
		n, err := reseal(ctx, s.db,
			`SELECT id, owner, `+column+` FROM `+s.table+` WHERE id > $1 AND `+column+` IS NOT NULL ORDER BY id LIMIT $2`,
			`UPDATE `+s.table+` SET `+column+` = $1 WHERE id = $2 AND `+column+` = $3`,
			func(owner, id, stored string) (string, error) {
				return s.cipher.Column(s.kind.Table, c.Name).Renew(stored, owner, id, plain)
			})
		changed += n
		if err != nil {
			return changed, err
		}
	}
	return changed, nil
}
