-- Rows of retracted as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO retracted (
    tenant_id, kind, item_id, known_until, content
)
SELECT
    $1, r.kind, r.item_id, r.known_until, r.content
FROM jsonb_populate_recordset(NULL::retracted, $2) AS r
