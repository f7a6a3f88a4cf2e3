-- +goose Up
-- There is nothing to store yet; this adds the table of versions, so that the schema can be checked.
SELECT 1;

-- +goose Down
SELECT 1;
