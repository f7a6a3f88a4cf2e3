-- +goose Up
CREATE TABLE invoices (
    id         text      NOT NULL PRIMARY KEY,
    owner      text      NOT NULL,
    number     text      NOT NULL,
    total      bigint    NOT NULL, -- in units of 10^-2
    due        text, -- 2006-01-02
    status     text      NOT NULL,
    token      text      NOT NULL, -- sealed
    paid_at    timestamp,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    UNIQUE (owner, number),
    UNIQUE (owner, id) -- what others refer to: with the owner, so that nobody's row can hang on somebody else's
);

-- A page of an owner's invoices is one walk along this index.
CREATE INDEX invoices_by_owner ON invoices (owner, created_at, id);

-- +goose Down
DROP TABLE invoices;
