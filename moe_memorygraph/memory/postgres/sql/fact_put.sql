-- Store facts that are not stored yet; a row for each that was new.
-- $1 tenant, $2.. columns as arrays, ordered by identity
INSERT INTO fact (
    tenant_id, fact_id, identity, subject, subject_key, predicate, object, statement, customer_id, customer_key,
    confidence, valid_from, valid_to, recorded_at, superseded_by, source, tier, origin_id, stated_to, tsv
)
SELECT
    $1, one.fact_id, one.identity, one.subject, one.subject_key, one.predicate, one.object, one.statement,
    one.customer_id, one.customer_key, one.confidence, one.valid_from, one.valid_to, one.recorded_at,
    one.superseded_by, one.source, one.tier, one.origin_id, one.stated_to,
    to_tsvector('pg_catalog.english', one.statement)
FROM unnest(
    $2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::double precision[], $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::uuid[], $16::text[],
    $17::text[], $18::uuid[], $19::timestamptz[]
) AS one (
    fact_id, identity, subject, subject_key, predicate, object, statement, customer_id, customer_key, confidence,
    valid_from, valid_to, recorded_at, superseded_by, source, tier, origin_id, stated_to
)
ON CONFLICT DO NOTHING
RETURNING fact_id
