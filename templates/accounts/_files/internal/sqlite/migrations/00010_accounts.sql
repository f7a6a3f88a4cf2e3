-- +goose Up
CREATE TABLE users (
    id            text      PRIMARY KEY,
    email         text      NOT NULL UNIQUE, -- canonical: the domain in lower case
    username      text      NOT NULL,
    birth_date    text      NOT NULL,        -- 2006-01-02, or empty if an operator created the account without it
    role          text      NOT NULL CHECK (role IN ('reader', 'writer')),
    password_hash text      NOT NULL,        -- PHC string
    password_key  text      NOT NULL,        -- id of the key that the password went through, empty for bcrypt
    epoch         bigint    NOT NULL,        -- sessions and tokens of an earlier epoch are void
    version       bigint    NOT NULL,        -- counts changes of the profile
    disabled      boolean   NOT NULL,
    created_at    timestamp NOT NULL
);

-- Failed logins and registrations. Buckets are digests.
CREATE TABLE attempts (
    bucket    text      PRIMARY KEY,
    count     integer   NOT NULL,
    resets_at timestamp NOT NULL
);

-- Addresses that signed in to an account during the last 30 days, as digests of both.
CREATE TABLE known_addresses (
    bucket     text      PRIMARY KEY,
    user_id    text      NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at timestamp NOT NULL
);

CREATE INDEX known_addresses_by_user ON known_addresses (user_id);

-- +goose Down
DROP TABLE known_addresses;
DROP TABLE attempts;
DROP TABLE users;
