-- All facts about these subjects with these predicates, as they stand, held until the end of the transaction.
-- $1 tenant, $2 folded subjects, $3 predicates
SELECT
    fact_id, subject, predicate, object, statement, customer_id, confidence, valid_from, valid_to, recorded_at,
    superseded_by, source, tier, origin_id, stated_to
FROM fact
WHERE tenant_id = $1 AND subject_key = ANY ($2::text[]) AND predicate = ANY ($3::text[])
ORDER BY fact_id
FOR UPDATE
