-- A plane changed too little to count its words again.
-- $1 tenant, $2 plane, $3 revision
UPDATE plane_statistics SET revision = $3 WHERE tenant_id = $1 AND plane = $2
