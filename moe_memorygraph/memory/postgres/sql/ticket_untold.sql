-- Tickets that have no category of the tenant's, by id, with the mean of their body's embeddings.
-- $1 tenant, $2 after this id, $3 limit
SELECT t.ticket_id, t.subject || E'\n' || t.body AS text, t.category, e.embedding
FROM ticket AS t
JOIN LATERAL (
    SELECT avg(one.embedding) AS embedding
    FROM ticket_embedding AS one
    WHERE one.tenant_id = $1 AND one.ticket_id = t.ticket_id
) AS e ON e.embedding IS NOT NULL
WHERE t.tenant_id = $1 AND (t.category IS NULL OR t.topic_probability IS NOT NULL) AND t.ticket_id > $2
ORDER BY t.ticket_id
LIMIT $3
