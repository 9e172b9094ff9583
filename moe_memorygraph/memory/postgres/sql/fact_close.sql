-- End facts where their successor begins.
-- $1 tenant, $2 fact ids, $3 end, $4 successor
UPDATE fact SET valid_to = $3, superseded_by = $4 WHERE tenant_id = $1 AND fact_id = ANY ($2::uuid[])
