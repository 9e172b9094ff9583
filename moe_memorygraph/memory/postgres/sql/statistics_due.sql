-- Planes that changed since their words were last looked at: how large they are, and were when words were counted.
-- $1 tenant
SELECT
    r.plane,
    r.revision,
    s.passages AS counted,
    CASE r.plane
        WHEN 'vector' THEN (SELECT count(*) FROM ticket_passage WHERE tenant_id = $1)
        WHEN 'knowledge' THEN (SELECT count(*) FROM document_passage WHERE tenant_id = $1)
        WHEN 'semantic' THEN (SELECT count(*) FROM fact WHERE tenant_id = $1)
        WHEN 'ltm' THEN (SELECT count(*) FROM pattern WHERE tenant_id = $1)
    END AS passages
FROM plane_revision AS r
LEFT JOIN plane_statistics AS s ON s.tenant_id = $1 AND s.plane = r.plane
WHERE r.tenant_id = $1 AND r.plane <> 'customers' AND s.revision IS DISTINCT FROM r.revision
ORDER BY r.plane
