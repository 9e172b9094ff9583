-- Store what tickets tell, each fact once.
-- $1 tenant, $2.. columns as arrays
INSERT INTO told_fact (
    tenant_id, fact_id, ticket_id, customer_id, predicate, object, confidence, valid_from, quote_start, quote_stop
)
SELECT
    $1, one.fact_id, one.ticket_id, one.customer_id, one.predicate, one.object, one.confidence, one.valid_from,
    one.quote_start, one.quote_stop
FROM unnest(
    $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::double precision[], $8::timestamptz[],
    $9::integer[], $10::integer[]
) AS one (fact_id, ticket_id, customer_id, predicate, object, confidence, valid_from, quote_start, quote_stop)
ON CONFLICT DO NOTHING
