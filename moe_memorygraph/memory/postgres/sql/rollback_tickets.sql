-- Take back tickets: they are kept apart until their subject is forgotten. How many.
-- $1 tenant, $2 ids or null, $3 run or null, $4 actor or null, $5 since, $6 until, $7 now, $8 how many at most
WITH doomed AS MATERIALIZED (
    SELECT t.ticket_id
    FROM ticket AS t
    LEFT JOIN origin AS o ON o.tenant_id = $1 AND o.origin_id = t.origin_id
    WHERE
    t.tenant_id = $1
    AND ($2::text[] IS NULL OR t.ticket_id = ANY ($2))
    AND ($3::uuid IS NULL OR o.run_id = $3)
    AND ($4::text IS NULL OR o.actor = $4)
    AND ($5::timestamptz IS NULL OR o.written_at >= $5)
    AND ($6::timestamptz IS NULL OR o.written_at < $6)
    ORDER BY t.ticket_id
    LIMIT $8
),
kept AS (
    INSERT INTO retracted (tenant_id, kind, item_id, known_until, content)
    SELECT $1, 'ticket', t.ticket_id::text, $7, to_jsonb(t) - 'tsv' - 'tenant_id'
    FROM ticket AS t
    WHERE t.tenant_id = $1 AND t.ticket_id IN (SELECT d.ticket_id FROM doomed AS d)
    ON CONFLICT DO NOTHING
),
gone AS (
    DELETE FROM ticket AS t
    WHERE t.tenant_id = $1 AND t.ticket_id IN (SELECT d.ticket_id FROM doomed AS d)
    RETURNING 1
)
SELECT count(*) FROM gone
