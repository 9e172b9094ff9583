-- What others than this holder are lent of a day; its own leases and those whose time is up are dropped.
-- $1 tenant, $2 day, $3 measures (locked), $4 holder, $5 now
WITH dropped AS (
    DELETE FROM quota_lease
    WHERE tenant_id = $1 AND measure = ANY($3::text[]) AND ((day = $2 AND holder = $4) OR held_until <= $5)
)
SELECT measure, sum(amount)::bigint AS lent
FROM quota_lease
WHERE tenant_id = $1 AND day = $2 AND measure = ANY($3::text[]) AND holder <> $4 AND held_until > $5
GROUP BY measure
ORDER BY measure
