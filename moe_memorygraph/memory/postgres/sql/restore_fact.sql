-- Rows of fact as they were archived. What gave way to which is filled in afterwards.
-- $1 tenant, $2 a list of them
INSERT INTO fact (
    tenant_id, fact_id, identity, subject, subject_key, predicate, object, statement, customer_id,
    customer_key, confidence, valid_from, valid_to, recorded_at, superseded_by, source, tsv, tier, origin_id,
    stated_to
)
SELECT
    $1, r.fact_id, r.identity, r.subject, r.subject_key, r.predicate, r.object, r.statement, r.customer_id,
    r.customer_key, r.confidence, r.valid_from, r.valid_to, r.recorded_at, NULL, r.source, r.tsv, r.tier,
    r.origin_id, r.stated_to
FROM jsonb_populate_recordset(NULL::fact, $2) AS r
