-- Rows of pattern_evidence as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO pattern_evidence (
    tenant_id, pattern_id, place, ticket_id
)
SELECT
    $1, r.pattern_id, r.place, r.ticket_id
FROM jsonb_populate_recordset(NULL::pattern_evidence, $2) AS r
