-- Rows of session_turn as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO session_turn (
    tenant_id, turn_id, session_id, role, body, created_at, expires_at, tsv, origin_id
)
SELECT
    $1, r.turn_id, r.session_id, r.role, r.body, r.created_at, r.expires_at, r.tsv, r.origin_id
FROM jsonb_populate_recordset(NULL::session_turn, $2) AS r
