-- Say what becomes of a type of personal data.
-- $1 tenant, $2 type, $3 policy
INSERT INTO redaction_policy (tenant_id, entity_type, policy)
VALUES ($1, $2, $3)
ON CONFLICT (tenant_id, entity_type) DO UPDATE SET policy = excluded.policy
