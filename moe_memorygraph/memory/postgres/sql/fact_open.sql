-- Open facts about a subject with a predicate by any of its names, held until the end of the transaction.
-- $1 tenant, $2 folded subject, $3 names of the predicate
SELECT
    fact_id, subject, predicate, object, statement, customer_id, confidence, valid_from, valid_to, recorded_at,
    superseded_by, source, tier, origin_id
FROM fact
WHERE tenant_id = $1 AND subject_key = $2 AND predicate = ANY ($3::text[]) AND valid_to IS NULL AND superseded_by IS NULL
ORDER BY fact_id
FOR UPDATE
