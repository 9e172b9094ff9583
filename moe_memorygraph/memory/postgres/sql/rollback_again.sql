-- Take back what was said again; what stands is not changed by it.
-- $1 tenant, $2 sources or null, $3 run or null, $4 actor or null, $5 since, $6 until
DELETE FROM fact_again AS f
USING origin AS o
WHERE
    f.tenant_id = $1
    AND o.tenant_id = $1
    AND o.origin_id = f.origin_id
    AND ($2::text[] IS NULL OR f.content ->> 'source' = ANY ($2))
    AND ($3::uuid IS NULL OR o.run_id = $3)
    AND ($4::text IS NULL OR o.actor = $4)
    AND ($5::timestamptz IS NULL OR o.written_at >= $5)
    AND ($6::timestamptz IS NULL OR o.written_at < $6)
