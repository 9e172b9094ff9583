-- How each customer fares: figures of its tickets in a window, and how many it wrote before. One row a customer that
-- wrote in either.
-- $1 tenant, $2 begin of the time before, $3 begin of the window, $4 its end, $5 priorities that are urgent, $6 statuses of what is
-- settled, $7 predicates of what warns of a loss
SELECT
    t.customer_id,
    count(*) FILTER (WHERE t.created_at >= $3) AS tickets,
    count(*) FILTER (WHERE t.created_at < $3) AS earlier,
    count(t.csat) FILTER (WHERE t.created_at >= $3) AS rated,
    avg(t.csat) FILTER (WHERE t.created_at >= $3) AS csat,
    count(t.priority) FILTER (WHERE t.created_at >= $3) AS ranked,
    count(*) FILTER (WHERE t.created_at >= $3 AND lower(t.priority) = ANY ($5::text[])) AS urgent,
    count(t.resolved_at) FILTER (WHERE t.created_at >= $3) AS resolved,
    (
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.resolved_at - t.created_at) / 3600)
        FILTER (WHERE t.created_at >= $3 AND t.resolved_at >= t.created_at)
    )::double precision AS hours,
    count(t.status) FILTER (WHERE t.created_at >= $3) AS with_status,
    count(*) FILTER (
        WHERE t.created_at >= $3 AND t.resolved_at IS NULL AND t.status IS NOT NULL AND lower(t.status) <> ALL ($6::text[])
    ) AS unsettled,
    count(*) FILTER (
        WHERE
        t.created_at >= $3
        AND EXISTS (
            SELECT 1 FROM told_fact AS f WHERE f.tenant_id = $1 AND f.ticket_id = t.ticket_id AND f.predicate = ANY ($7::text[])
        )
    ) AS warning
FROM ticket AS t
WHERE t.tenant_id = $1 AND t.created_at >= $2 AND t.created_at < $4
GROUP BY t.customer_id
ORDER BY t.customer_id
