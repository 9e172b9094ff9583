-- Turns of sessions before a time, oldest first: their ids, and how many there are in all.
-- $1 tenant, $2 time, $3 at most
SELECT turn_id::text AS id, count(*) OVER () AS total
FROM session_turn
WHERE tenant_id = $1 AND created_at < $2
ORDER BY created_at, turn_id
LIMIT $3
