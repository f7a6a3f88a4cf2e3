-- +goose Up
-- The change; it runs in a transaction.

-- +goose Down
-- The reverse.
