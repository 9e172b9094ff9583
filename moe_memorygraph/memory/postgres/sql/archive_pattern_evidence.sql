-- Every row of pattern_evidence as JSON, without its tenant, by key.
-- $1 tenant
SELECT to_jsonb(r) - 'tenant_id' AS content
FROM pattern_evidence AS r
WHERE r.tenant_id = $1
ORDER BY r.pattern_id, r.place
