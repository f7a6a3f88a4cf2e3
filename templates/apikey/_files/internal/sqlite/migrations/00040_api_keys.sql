-- +goose Up
CREATE TABLE api_keys (
    id           text      PRIMARY KEY,
    digest       blob      NOT NULL UNIQUE, -- SHA-256 of the key; the key itself is nowhere
    owner        text      NOT NULL,
    scopes       text      NOT NULL,        -- separated by spaces
    created_at   timestamp NOT NULL,
    expires_at   timestamp NOT NULL,
    last_used_at timestamp,
    revoked_at   timestamp
);

-- +goose Down
DROP TABLE api_keys;
