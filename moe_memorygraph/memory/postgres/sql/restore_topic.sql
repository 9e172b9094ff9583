-- Rows of topic as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO topic (
    tenant_id, name, label, names, words, examples, is_retired
)
SELECT
    $1, r.name, r.label, r.names, r.words, r.examples, r.is_retired
FROM jsonb_populate_recordset(NULL::topic, $2) AS r
