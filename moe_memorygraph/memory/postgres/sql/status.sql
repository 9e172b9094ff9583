-- Items and vectors of each plane, and when it changed.
-- $1 tenant
SELECT s.plane, s.items, s.vectors, coalesce(s.changed_at, r.changed_at) AS changed_at
FROM (
    SELECT
        'stm' AS plane,
        (SELECT count(*) FROM session_turn WHERE tenant_id = $1) AS items,
        (SELECT count(*) FROM turn_embedding WHERE tenant_id = $1) AS vectors,
        (SELECT max(created_at) FROM session_turn WHERE tenant_id = $1) AS changed_at
    UNION ALL
    SELECT
        'ltm',
        (SELECT count(*) FROM pattern WHERE tenant_id = $1),
        (SELECT count(*) FROM pattern_embedding WHERE tenant_id = $1),
        NULL
    UNION ALL
    SELECT
        'semantic',
        (SELECT count(*) FROM fact WHERE tenant_id = $1),
        (SELECT count(*) FROM fact_embedding WHERE tenant_id = $1),
        NULL
    UNION ALL
    SELECT
        'vector',
        (SELECT count(*) FROM ticket WHERE tenant_id = $1),
        (SELECT count(*) FROM ticket_embedding WHERE tenant_id = $1),
        NULL
    UNION ALL
    SELECT
        'knowledge',
        (SELECT count(*) FROM document WHERE tenant_id = $1),
        (SELECT count(*) FROM document_embedding WHERE tenant_id = $1),
        NULL
) AS s
LEFT JOIN plane_revision AS r ON r.tenant_id = $1 AND r.plane = s.plane
ORDER BY s.plane
