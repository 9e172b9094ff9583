-- Up to so many embeddings, picked evenly: by place among up to 20,000; of more those whose ids hash lowest, which is as
-- even, needs nothing but the key's index, and stays nearly the same as the tenant grows.
-- $1 tenant, $2 limit
WITH size AS (
    SELECT count(*) AS total
    FROM (SELECT 1 FROM ticket_embedding WHERE tenant_id = $1 LIMIT 20001) AS counted
),
numbered AS (
    SELECT ticket_id, part, row_number() OVER (ORDER BY ticket_id, part) AS place, count(*) OVER () AS total
    FROM ticket_embedding
    WHERE tenant_id = $1 AND (SELECT total FROM size) <= 20000
),
lowest AS (
    SELECT ticket_id, part, hashtextextended(ticket_id, part) AS place
    FROM ticket_embedding
    WHERE tenant_id = $1 AND (SELECT total FROM size) > 20000
    ORDER BY place, ticket_id, part
    LIMIT $2
),
picked AS (
    SELECT ticket_id, part, place
    FROM numbered
    WHERE total <= $2::bigint OR place * $2 / total > (place - 1) * $2 / total
    UNION ALL
    SELECT ticket_id, part, place FROM lowest
    LIMIT $2 -- there are no more; the planner, which cannot know, would read the whole table to join them
)
SELECT e.embedding
FROM picked AS p
JOIN ticket_embedding AS e ON e.tenant_id = $1 AND e.ticket_id = p.ticket_id AND e.part = p.part
ORDER BY p.place, p.ticket_id, p.part
