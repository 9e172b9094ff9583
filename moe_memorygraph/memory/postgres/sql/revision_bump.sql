-- Count one change of a plane.
-- $1 tenant, $2 plane or 'customers'
-- The first is counted from its time in microseconds: no tenant of the key of an erased one comes to a count of that one.
INSERT INTO plane_revision (tenant_id, plane, revision, changed_at)
VALUES ($1, $2, (extract(epoch FROM now()) * 1000000)::bigint, now())
ON CONFLICT (tenant_id, plane) DO UPDATE SET revision = plane_revision.revision + 1, changed_at = now()
