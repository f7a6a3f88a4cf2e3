-- +goose Up
CREATE TABLE invoices (
    id         text        NOT NULL PRIMARY KEY,
    owner      text        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    version    bigint      NOT NULL,
    number     text        NOT NULL,
    total      bigint      NOT NULL, -- in units of 10^-2
    due        text, -- 2006-01-02
    status     text        NOT NULL,
    token      text        NOT NULL, -- encrypted
    paid_at    timestamp,
    created_at timestamp   NOT NULL,
    updated_at timestamp   NOT NULL,
    UNIQUE (owner, number),
    UNIQUE (owner, id) -- foreign keys include the owner, so that no row can refer to a row of another owner
);

-- Lists read a page of an owner's invoices from this index.
CREATE INDEX invoices_by_owner ON invoices (owner, created_at, id);

-- +goose Down
DROP TABLE invoices;
