-- Why: what ticket_search asks of threads took a quarter of its planning, which every search pays, also where no ticket
-- is in a thread. A function is planned when it is first called, and only there.

-- The two messages before and the two after each of these passages in its thread; none for one without a thread.
-- Row security holds inside. The setting keeps it from being planned as a part of what calls it, and from being planned
-- at each call as our connections ask: one plan serves all tenants, because the index leaves nothing to choose.
CREATE FUNCTION mg_beside(tenant uuid, ticket_ids text[], parts integer[])
RETURNS TABLE (ticket_id text, part integer)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100 SET plan_cache_mode = 'auto'
BEGIN ATOMIC
    SELECT n.ticket_id, n.part
    FROM unnest(ticket_ids, parts) AS asked (ticket_id, part)
    JOIN ticket_passage AS k ON k.tenant_id = tenant AND k.ticket_id = asked.ticket_id AND k.part = asked.part
    CROSS JOIN LATERAL (
        (
            SELECT b.ticket_id, b.part
            FROM ticket_passage AS b
            WHERE
            b.tenant_id = tenant
            AND b.thread_id = k.thread_id
            AND (b.created_at, b.ticket_id, b.part) < (k.created_at, k.ticket_id, k.part)
            ORDER BY b.created_at DESC, b.ticket_id DESC, b.part DESC
            LIMIT 2
        )
        UNION ALL
        (
            SELECT a.ticket_id, a.part
            FROM ticket_passage AS a
            WHERE
            a.tenant_id = tenant
            AND a.thread_id = k.thread_id
            AND (a.created_at, a.ticket_id, a.part) > (k.created_at, k.ticket_id, k.part)
            ORDER BY a.created_at, a.ticket_id, a.part
            LIMIT 2
        )
    ) AS n
    WHERE k.thread_id IS NOT NULL;
END;
