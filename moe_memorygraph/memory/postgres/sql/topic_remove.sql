-- Remove what a tenant has of one topic; a row where there was something.
-- $1 tenant, $2 name
DELETE FROM topic WHERE tenant_id = $1 AND name = $2 RETURNING name
