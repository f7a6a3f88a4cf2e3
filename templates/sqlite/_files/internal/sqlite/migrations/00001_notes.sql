-- +goose Up
CREATE TABLE notes (
    id         text      PRIMARY KEY,
    owner      text      NOT NULL,
    title      text      NOT NULL,
    body       text      NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);

-- A page of an owner's notes is one walk along this index.
CREATE INDEX notes_by_owner ON notes (owner, created_at, id);

-- +goose Down
DROP TABLE notes;
