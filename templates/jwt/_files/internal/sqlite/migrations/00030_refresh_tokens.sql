-- +goose Up
-- A session begins with a login and lives on by refreshing.
CREATE TABLE token_sessions (
    id           text      PRIMARY KEY,
    user_id      text      NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    epoch        bigint    NOT NULL, -- of the user at the login
    created_at   timestamp NOT NULL,
    last_seen_at timestamp NOT NULL,
    expires_at   timestamp NOT NULL
);

CREATE INDEX token_sessions_by_user ON token_sessions (user_id);
CREATE INDEX token_sessions_by_expiry ON token_sessions (expires_at);

-- Used ones stay as long as their session: one that comes back was copied.
CREATE TABLE refresh_tokens (
    digest     blob      PRIMARY KEY, -- SHA-256 of the token; the token itself is nowhere
    session_id text      NOT NULL REFERENCES token_sessions (id) ON DELETE CASCADE,
    rotated_at timestamp,             -- when the next one took its place
    settled_at timestamp              -- some time after that was committed
);

CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- +goose Down
DROP TABLE refresh_tokens;
DROP TABLE token_sessions;
