-- Up to so many embeddings, picked evenly.
-- $1 tenant, $2 limit
WITH numbered AS (
    SELECT document_id, part, row_number() OVER (ORDER BY document_id, part) AS place, count(*) OVER () AS total
    FROM document_embedding
    WHERE tenant_id = $1
)
SELECT e.embedding
FROM numbered AS n
JOIN document_embedding AS e ON e.tenant_id = $1 AND e.document_id = n.document_id AND e.part = n.part
WHERE
    n.total <= $2::bigint
    OR n.place * $2 / n.total > (n.place - 1) * $2 / n.total
ORDER BY n.place
