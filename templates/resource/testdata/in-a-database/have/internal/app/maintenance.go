package app

import (
	"context"

	"example.com/orders/internal/config"
	"example.com/orders/internal/sqlite"
)

// RotateKeys encrypts every stored value again.
func RotateKeys(ctx context.Context, c config.Config, plain bool) (changed int, err error) {
	columns := []func(context.Context, *fieldcrypt.Cipher) (changed int, err error){
		// Your encrypted columns go here.
	}
	return changed, nil
}
