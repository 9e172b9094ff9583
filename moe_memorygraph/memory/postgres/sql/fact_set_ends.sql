-- Say of facts when they end and what follows them.
-- $1 tenant, $2 fact ids, $3 ends, $4 successors
UPDATE fact SET valid_to = one.valid_to, superseded_by = one.successor
FROM unnest($2::uuid[], $3::timestamptz[], $4::uuid[]) AS one (fact_id, valid_to, successor)
WHERE fact.tenant_id = $1 AND fact.fact_id = one.fact_id
