-- Take back turns of sessions: they are kept apart until their subject is forgotten. How many.
-- $1 tenant, $2 ids or null, $3 run or null, $4 actor or null, $5 since, $6 until, $7 now
WITH doomed AS MATERIALIZED (
    SELECT t.turn_id
    FROM session_turn AS t
    LEFT JOIN origin AS o ON o.tenant_id = $1 AND o.origin_id = t.origin_id
    WHERE
    t.tenant_id = $1
    AND ($2::text[] IS NULL OR t.session_id = ANY ($2))
    AND ($3::uuid IS NULL OR o.run_id = $3)
    AND ($4::text IS NULL OR o.actor = $4)
    AND ($5::timestamptz IS NULL OR coalesce(o.written_at, t.created_at) >= $5)
    AND ($6::timestamptz IS NULL OR coalesce(o.written_at, t.created_at) < $6)
),
kept AS (
    INSERT INTO retracted (tenant_id, kind, item_id, known_until, content)
    SELECT $1, 'session_turn', t.turn_id::text, $7, to_jsonb(t) - 'tsv' - 'tenant_id'
    FROM session_turn AS t
    WHERE t.tenant_id = $1 AND t.turn_id IN (SELECT d.turn_id FROM doomed AS d)
    ON CONFLICT DO NOTHING
),
gone AS (
    DELETE FROM session_turn AS t
    WHERE t.tenant_id = $1 AND t.turn_id IN (SELECT d.turn_id FROM doomed AS d)
    RETURNING 1
)
SELECT count(*) FROM gone
