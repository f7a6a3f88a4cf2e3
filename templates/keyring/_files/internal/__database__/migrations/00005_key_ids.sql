-- +goose Up
-- The ids of the keys that stored values were made with. A ring that lacks one cannot read them.
CREATE TABLE key_ids (
    ring text NOT NULL, -- the variable that the key is in
    id   text NOT NULL,
    PRIMARY KEY (ring, id)
);

-- +goose Down
DROP TABLE key_ids;
