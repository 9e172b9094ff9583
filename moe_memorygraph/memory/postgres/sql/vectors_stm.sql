-- Up to so many embeddings, picked evenly.
-- $1 tenant, $2 limit
WITH numbered AS (
    SELECT turn_id, row_number() OVER (ORDER BY turn_id) AS place, count(*) OVER () AS total
    FROM turn_embedding
    WHERE tenant_id = $1
)
SELECT e.embedding
FROM numbered AS n
JOIN turn_embedding AS e ON e.tenant_id = $1 AND e.turn_id = n.turn_id
WHERE
    n.total <= $2::bigint
    OR n.place * $2 / n.total > (n.place - 1) * $2 / n.total
ORDER BY n.place
