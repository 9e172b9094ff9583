-- One fact that a ticket told, with the ticket's sentence.
-- $1 tenant, $2 fact id
SELECT
    f.fact_id, f.ticket_id, f.customer_id, f.predicate, f.object, f.confidence, f.valid_from, f.quote_start,
    f.quote_stop, f.recorded_at, substring(t.body FROM f.quote_start + 1 FOR f.quote_stop - f.quote_start) AS statement
FROM told_fact AS f
JOIN ticket AS t ON t.tenant_id = $1 AND t.ticket_id = f.ticket_id
WHERE f.tenant_id = $1 AND f.fact_id = $2
