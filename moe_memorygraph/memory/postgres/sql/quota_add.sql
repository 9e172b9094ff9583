-- Add to what a tenant has had of a day, and lock these measures until the end of the transaction; days long ago go.
-- $1 tenant, $2 day, $3 measures, $4 used, $5 denied, $6 the first day that is kept
WITH forgotten AS (
    DELETE FROM quota_day
    WHERE tenant_id = $1 AND day < $6
)
INSERT INTO quota_day AS d (tenant_id, day, measure, used, denied)
SELECT $1, $2, one.measure, one.used, one.denied
FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS one (measure, used, denied)
ORDER BY one.measure
ON CONFLICT (tenant_id, day, measure) DO UPDATE SET used = d.used + excluded.used, denied = d.denied + excluded.denied
RETURNING measure, used, denied
