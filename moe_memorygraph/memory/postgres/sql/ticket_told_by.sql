-- Note by which patterns tickets were read, those that are still as they were then; held in the order in which writers
-- of tickets hold theirs.
-- $1 tenant, $2 version, $3 ticket ids, $4 content hashes
WITH held AS MATERIALIZED (
    SELECT t.ticket_id
    FROM ticket AS t
    JOIN unnest($3::text[], $4::bytea[]) AS asked (ticket_id, content_hash)
        ON t.ticket_id = asked.ticket_id AND t.content_hash = asked.content_hash
    WHERE t.tenant_id = $1
    ORDER BY t.ticket_id
    FOR UPDATE OF t
)
UPDATE ticket AS t SET told_by = $2
FROM held
WHERE t.tenant_id = $1 AND t.ticket_id = held.ticket_id
RETURNING t.ticket_id
