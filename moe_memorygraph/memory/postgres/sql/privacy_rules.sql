-- What a tenant asks of redaction: one row, its key's columns null where it has none.
-- $1 tenant
SELECT
    (
        SELECT coalesce(jsonb_object_agg(entity_type, policy), '{}'::jsonb) FROM redaction_policy WHERE tenant_id = $1
    ) AS policies,
    held.key_id, held.wrapped, held.master_id, held.keeps_originals, held.created_at
FROM (SELECT $1::uuid AS tenant_id) AS one
LEFT JOIN (
    SELECT tenant_id, key_id, wrapped, master_id, keeps_originals, created_at FROM data_key WHERE tenant_id = $1
) AS held ON held.tenant_id = one.tenant_id
