-- Rows of told_fact as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO told_fact (
    tenant_id, fact_id, ticket_id, customer_id, predicate, object, confidence, valid_from, quote_start,
    quote_stop, recorded_at
)
SELECT
    $1, r.fact_id, r.ticket_id, r.customer_id, r.predicate, r.object, r.confidence, r.valid_from,
    r.quote_start, r.quote_stop, r.recorded_at
FROM jsonb_populate_recordset(NULL::told_fact, $2) AS r
