-- Keep a plane for good again; a row where it was not.
-- $1 tenant, $2 plane
DELETE FROM retention WHERE tenant_id = $1 AND plane = $2 RETURNING true
