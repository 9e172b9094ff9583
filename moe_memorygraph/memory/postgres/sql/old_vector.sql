-- Tickets that were written before a time, oldest first: their ids, and how many there are in all.
-- $1 tenant, $2 time, $3 at most
SELECT ticket_id AS id, count(*) OVER () AS total
FROM ticket
WHERE tenant_id = $1 AND created_at < $2
ORDER BY created_at, ticket_id
LIMIT $3
