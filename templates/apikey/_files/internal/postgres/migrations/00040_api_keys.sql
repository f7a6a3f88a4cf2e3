-- +goose Up
CREATE TABLE api_keys (
    id           text        PRIMARY KEY,
    digest       bytea       NOT NULL UNIQUE, -- SHA-256 of the key; the key itself is nowhere
    owner        text        NOT NULL,
    scopes       text        NOT NULL,        -- separated by spaces
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at   timestamptz
);

-- +goose Down
DROP TABLE api_keys;
