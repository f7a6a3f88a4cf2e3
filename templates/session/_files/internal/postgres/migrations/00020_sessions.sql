-- +goose Up
CREATE TABLE sessions (
    id         text        PRIMARY KEY,
    user_id    text        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    epoch      bigint      NOT NULL,        -- of the user at the sign-in
    digest     text        NOT NULL UNIQUE, -- SHA-256 of the token, which is nowhere
    created_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL
);

CREATE INDEX sessions_by_user ON sessions (user_id);

-- +goose Down
DROP TABLE sessions;
