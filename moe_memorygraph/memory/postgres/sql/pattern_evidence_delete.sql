-- Drop the evidence of changed patterns.
-- $1 tenant, $2 pattern ids
DELETE FROM pattern_evidence WHERE tenant_id = $1 AND pattern_id = ANY ($2::uuid[])
