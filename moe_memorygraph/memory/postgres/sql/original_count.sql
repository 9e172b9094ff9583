-- How many items have originals in the vault, by type.
-- $1 tenant
SELECT entity_type, count(*) AS items FROM vault_entry WHERE tenant_id = $1 GROUP BY entity_type ORDER BY entity_type
