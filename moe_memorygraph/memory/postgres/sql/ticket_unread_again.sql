-- Let some of the tickets that were read be read again; how many.
-- $1 tenant, $2 limit
WITH again AS (
    UPDATE ticket SET told_by = 0
    WHERE tenant_id = $1 AND ticket_id IN (
        SELECT ticket_id FROM ticket WHERE tenant_id = $1 AND told_by > 0 ORDER BY ticket_id LIMIT $2 FOR UPDATE
    )
    RETURNING 1
)
SELECT count(*) FROM again
