-- +goose Up
CREATE TABLE order_lines (
    id         text        NOT NULL PRIMARY KEY,
    owner      text        NOT NULL,
    "group"    integer     NOT NULL,
    "user"     text,
    big        bigint      NOT NULL,
    ok         boolean     NOT NULL,
    ref        text        NOT NULL,
    link       text        NOT NULL,
    body       text        NOT NULL,
    at         timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (owner, id) -- what others refer to: with the owner, so that nobody's row can hang on somebody else's
);

-- A page of an owner's order lines is one walk along this index.
CREATE INDEX order_lines_by_owner ON order_lines (owner, created_at, id);

-- +goose Down
DROP TABLE order_lines;
