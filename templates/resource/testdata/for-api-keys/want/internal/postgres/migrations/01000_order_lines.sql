-- +goose Up
CREATE TABLE order_lines (
    id         text        NOT NULL PRIMARY KEY,
    owner      text        NOT NULL,
    version    bigint      NOT NULL,
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
    UNIQUE (owner, id) -- foreign keys include the owner, so that no row can refer to a row of another owner
);

-- Lists read a page of an owner's order lines from this index.
CREATE INDEX order_lines_by_owner ON order_lines (owner, created_at, id);

-- +goose Down
DROP TABLE order_lines;
