-- Give a tenant limits of its own.
-- $1 tenant, $2 names, $3 limits, null for none
INSERT INTO tenant_limit (tenant_id, name, most)
SELECT $1, one.name, one.most
FROM unnest($2::text[], $3::double precision[]) AS one (name, most)
ON CONFLICT (tenant_id, name) DO UPDATE SET most = excluded.most
