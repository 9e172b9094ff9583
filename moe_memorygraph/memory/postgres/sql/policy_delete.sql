-- Take back what was said of types of personal data.
-- $1 tenant, $2 types or null for all
DELETE FROM redaction_policy
WHERE
tenant_id = $1
AND ($2::text[] IS NULL OR entity_type = ANY ($2))
