-- Facts that fit, by subject, predicate, newest validity first.
-- $1 tenant, $2 filter (5): folded subjects, predicates, as of, with superseded ones, known at; $7 limit,
-- $8 offset
SELECT
    fact_id, subject, predicate, object, statement, customer_id, confidence, valid_from,
    CASE WHEN mg_learned_later($1, superseded_by, $6) THEN NULL ELSE valid_to END AS valid_to, recorded_at,
    CASE WHEN mg_learned_later($1, superseded_by, $6) THEN NULL ELSE superseded_by END AS superseded_by, source,
    tier, origin_id
FROM fact
WHERE
    tenant_id = $1
    AND ($2::text[] IS NULL OR subject_key = ANY ($2) OR customer_key = ANY ($2))
    AND ($3::text[] IS NULL OR predicate = ANY ($3))
    AND (
        $4::timestamptz IS NULL
        OR (
            (valid_from IS NULL OR valid_from <= $4)
            AND (valid_to IS NULL OR $4 < valid_to OR mg_learned_later($1, superseded_by, $6))
        )
    )
    AND ($6::timestamptz IS NULL OR recorded_at <= $6)
    AND (
        $4::timestamptz IS NOT NULL
        OR $5::boolean
        OR (
            superseded_by IS NULL
            AND (valid_from IS NULL OR valid_from <= now())
            AND (valid_to IS NULL OR now() < valid_to)
        )
    )
ORDER BY subject, predicate, valid_from DESC NULLS LAST, fact_id
LIMIT $7 OFFSET $8
