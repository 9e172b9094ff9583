-- What a tenant has had of a day.
-- $1 tenant, $2 day, $3 now
SELECT
    d.measure,
    d.used,
    d.denied,
    coalesce((
        SELECT sum(l.amount)
        FROM quota_lease AS l
        WHERE l.tenant_id = $1 AND l.day = $2 AND l.measure = d.measure AND l.held_until > $3
    ), 0)::bigint AS lent
FROM quota_day AS d
WHERE d.tenant_id = $1 AND d.day = $2
ORDER BY d.measure
