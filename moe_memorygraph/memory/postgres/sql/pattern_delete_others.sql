-- Delete the patterns that were not found again; a row for each.
-- $1 tenant, $2 pattern ids that stay
DELETE FROM pattern WHERE tenant_id = $1 AND pattern_id <> ALL ($2::uuid[]) RETURNING pattern_id
