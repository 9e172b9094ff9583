-- Rows of redaction_policy as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO redaction_policy (
    tenant_id, entity_type, policy
)
SELECT
    $1, r.entity_type, r.policy
FROM jsonb_populate_recordset(NULL::redaction_policy, $2) AS r
