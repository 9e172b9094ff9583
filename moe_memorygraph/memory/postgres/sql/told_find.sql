-- What tickets told, newest first, with the tickets' sentences.
-- $1 tenant, $2 customer ids or null, $3 predicates or null, $4 since or null, $5 until or null, $6 limit, $7 offset
SELECT
    f.fact_id, f.ticket_id, f.customer_id, f.predicate, f.object, f.confidence, f.valid_from, f.quote_start,
    f.quote_stop, f.recorded_at, substring(t.body FROM f.quote_start + 1 FOR f.quote_stop - f.quote_start) AS statement
FROM (
    SELECT
        fact_id, ticket_id, customer_id, predicate, object, confidence, valid_from, quote_start, quote_stop, recorded_at
    FROM told_fact
    WHERE
    tenant_id = $1
    AND ($2::text[] IS NULL OR customer_id = ANY ($2))
    AND ($3::text[] IS NULL OR predicate = ANY ($3))
    AND ($4::timestamptz IS NULL OR valid_from >= $4)
    AND ($5::timestamptz IS NULL OR valid_from < $5)
    ORDER BY valid_from DESC, fact_id
    LIMIT $6 OFFSET $7
) AS f
JOIN ticket AS t ON t.tenant_id = $1 AND t.ticket_id = f.ticket_id
ORDER BY f.valid_from DESC, f.fact_id
