-- Up to so many embeddings, picked evenly.
-- $1 tenant, $2 limit
WITH numbered AS (
    SELECT ticket_id, part, row_number() OVER (ORDER BY ticket_id, part) AS place, count(*) OVER () AS total
    FROM ticket_embedding
    WHERE tenant_id = $1
)
SELECT e.embedding
FROM numbered AS n
JOIN ticket_embedding AS e ON e.tenant_id = $1 AND e.ticket_id = n.ticket_id AND e.part = n.part
WHERE
    n.total <= $2::bigint
    OR n.place * $2 / n.total > (n.place - 1) * $2 / n.total
ORDER BY n.place
