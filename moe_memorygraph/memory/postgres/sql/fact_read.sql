-- Facts by id, in the order asked.
-- $1 tenant, $2 fact ids, $3 known at, or null
SELECT
    f.fact_id, f.subject, f.predicate, f.object, f.statement, f.customer_id, f.confidence, f.valid_from,
    CASE WHEN mg_learned_later($1, f.superseded_by, $3) THEN NULL ELSE f.valid_to END AS valid_to, f.recorded_at,
    CASE WHEN mg_learned_later($1, f.superseded_by, $3) THEN NULL ELSE f.superseded_by END AS superseded_by, f.source,
    f.tier, f.origin_id
FROM unnest($2::uuid[]) WITH ORDINALITY AS asked (fact_id, place)
JOIN fact AS f ON f.tenant_id = $1 AND f.fact_id = asked.fact_id
ORDER BY asked.place
