-- Discard what waits to be looked at. How many.
-- $1 tenant, $2 sources or null, $3 run or null, $4 actor or null, $5 since, $6 until, $7 now
WITH gone AS (
    UPDATE quarantine AS o SET state = 'discarded', settled_at = $7
    WHERE
    o.tenant_id = $1
    AND o.state = 'held'
    AND ($2::text[] IS NULL OR o.content ->> 'source' = ANY ($2))
    AND ($3::uuid IS NULL OR o.run_id = $3)
    AND ($4::text IS NULL OR o.actor = $4)
    AND ($5::timestamptz IS NULL OR o.held_at >= $5)
    AND ($6::timestamptz IS NULL OR o.held_at < $6)
    RETURNING 1
)
SELECT count(*) FROM gone
