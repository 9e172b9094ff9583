-- Set how far the tenant trusts some sources; others stay as they are. No row where there is no such tenant.
-- $1 tenant, $2 source in lower case to trust 0..1
UPDATE tenant SET source_trust = source_trust || $2::jsonb WHERE tenant_id = $1 RETURNING tenant_id
