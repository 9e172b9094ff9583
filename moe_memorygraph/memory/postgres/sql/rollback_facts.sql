-- Facts that are to be taken back.
-- $1 tenant, $2 sources or null, $3 run or null, $4 actor or null, $5 since, $6 until
SELECT f.fact_id, f.subject_key, f.predicate
FROM fact AS f
LEFT JOIN origin AS o ON o.tenant_id = $1 AND o.origin_id = f.origin_id
WHERE
    f.tenant_id = $1
    AND ($2::text[] IS NULL OR f.source = ANY ($2))
    AND ($3::uuid IS NULL OR o.run_id = $3)
    AND ($4::text IS NULL OR o.actor = $4)
    AND ($5::timestamptz IS NULL OR coalesce(o.written_at, f.recorded_at) >= $5)
    AND ($6::timestamptz IS NULL OR coalesce(o.written_at, f.recorded_at) < $6)
