-- Give tickets that have no category of the tenant's one of ours, or none, and copy it to where searches filter by it; how
-- many changed. Held in the order in which writers of tickets hold theirs.
-- $1 tenant, $2 ticket ids, $3 categories, $4 how probable they are
WITH asked AS (
    SELECT one.ticket_id, one.category, one.probability
    FROM unnest($2::text[], $3::text[], $4::double precision[]) AS one (ticket_id, category, probability)
),
held AS MATERIALIZED (
    SELECT t.ticket_id, asked.category, asked.probability
    FROM ticket AS t
    JOIN asked ON asked.ticket_id = t.ticket_id
    WHERE
    t.tenant_id = $1
    AND (t.category IS NULL OR t.topic_probability IS NOT NULL)
    AND (t.category IS DISTINCT FROM asked.category OR t.topic_probability IS DISTINCT FROM asked.probability)
    ORDER BY t.ticket_id
    FOR UPDATE OF t
),
changed AS (
    UPDATE ticket AS t
    SET category = held.category, topic_probability = held.probability, changed_by = pg_current_xact_id()
    FROM held
    WHERE t.tenant_id = $1 AND t.ticket_id = held.ticket_id
    RETURNING t.ticket_id, t.category
),
passages AS (
    UPDATE ticket_passage AS p SET category = changed.category
    FROM changed
    WHERE p.tenant_id = $1 AND p.ticket_id = changed.ticket_id AND p.category IS DISTINCT FROM changed.category
),
embeddings AS (
    UPDATE ticket_embedding AS e SET category = changed.category
    FROM changed
    WHERE e.tenant_id = $1 AND e.ticket_id = changed.ticket_id AND e.category IS DISTINCT FROM changed.category
)
SELECT count(*) FROM changed
