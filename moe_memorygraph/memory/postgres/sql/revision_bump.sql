-- Count one change of a plane.
-- $1 tenant, $2 plane or 'customers'
INSERT INTO plane_revision (tenant_id, plane, revision, changed_at)
VALUES ($1, $2, 1, now())
ON CONFLICT (tenant_id, plane) DO UPDATE SET revision = plane_revision.revision + 1, changed_at = now()
