-- +goose Up
-- The change. It runs once, in a transaction.

-- +goose Down
-- The way back.
