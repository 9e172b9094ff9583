-- The fact that says the same, if it is stored.
-- $1 tenant, $2 identity
SELECT
    fact_id, subject, predicate, object, statement, customer_id, confidence, valid_from, valid_to, recorded_at,
    superseded_by, source, tier, origin_id
FROM fact
WHERE tenant_id = $1 AND identity = $2
