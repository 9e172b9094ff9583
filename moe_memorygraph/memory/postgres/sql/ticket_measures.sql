-- How tickets that fit were rated, and how many hours they took.
-- $1 tenant, $2 filter (7)
SELECT
    count(*) AS total,
    count(csat) AS rated,
    avg(csat) AS mean_csat,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY csat) AS median_csat,
    count(hours) AS resolved,
    avg(hours) AS mean_hours,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY hours) AS median_hours
FROM (
    SELECT
        csat,
        CASE WHEN resolved_at >= created_at THEN extract(EPOCH FROM resolved_at - created_at)::double precision / 3600 END
        AS hours
    FROM ticket
    WHERE
    tenant_id = $1
    AND ($2::text[] IS NULL OR customer_id = ANY ($2))
    AND ($3::text[] IS NULL OR category = ANY ($3))
    AND ($4::text IS NULL OR channel = $4)
    AND ($5::text IS NULL OR status = $5)
    AND ($6::timestamptz IS NULL OR created_at >= $6)
    AND ($7::timestamptz IS NULL OR created_at < $7)
    AND (NOT $8::boolean OR cardinality(pii_types) > 0)
) AS fitting
