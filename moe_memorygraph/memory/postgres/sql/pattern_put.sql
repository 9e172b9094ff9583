-- Insert patterns, or update those that say something else now; a row for each that changed.
-- $1 tenant, $2.. columns as arrays, ordered by pattern_id; $25 mined at
INSERT INTO pattern (
    tenant_id, pattern_id, kind, statement, customer_id, topic, period_start, period_end, baseline_start,
    baseline_end, count, baseline_count, change_pct, rate_ratio, ci_low, ci_high, q_value, confidence, content_hash,
    tier, channel, product, weight, expires_at, mined_at, tsv
)
SELECT
    $1, one.pattern_id, one.kind, one.statement, one.customer_id, one.topic, one.period_start, one.period_end,
    one.baseline_start, one.baseline_end, one.count, one.baseline_count, one.change_pct, one.rate_ratio, one.ci_low,
    one.ci_high, one.q_value, one.confidence, one.content_hash, one.tier, one.channel, one.product,
    one.weight, one.expires_at, $25::timestamptz, to_tsvector('pg_catalog.english', one.statement)
FROM unnest(
    $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[],
    $9::timestamptz[], $10::timestamptz[], $11::bigint[], $12::bigint[], $13::double precision[],
    $14::double precision[], $15::double precision[], $16::double precision[], $17::double precision[],
    $18::double precision[], $19::bytea[], $20::text[], $21::text[], $22::text[], $23::double precision[],
    $24::timestamptz[]
) AS one (
    pattern_id, kind, statement, customer_id, topic, period_start, period_end, baseline_start, baseline_end, count,
    baseline_count, change_pct, rate_ratio, ci_low, ci_high, q_value, confidence, content_hash,
    tier, channel, product, weight, expires_at
)
ON CONFLICT (tenant_id, pattern_id) DO UPDATE SET
    kind = excluded.kind, statement = excluded.statement, customer_id = excluded.customer_id, topic = excluded.topic,
    period_start = excluded.period_start, period_end = excluded.period_end,
    baseline_start = excluded.baseline_start, baseline_end = excluded.baseline_end, count = excluded.count,
    baseline_count = excluded.baseline_count, change_pct = excluded.change_pct, rate_ratio = excluded.rate_ratio,
    ci_low = excluded.ci_low, ci_high = excluded.ci_high, q_value = excluded.q_value,
    confidence = excluded.confidence, content_hash = excluded.content_hash, tier = excluded.tier,
    channel = excluded.channel, product = excluded.product, weight = excluded.weight,
    expires_at = excluded.expires_at, mined_at = excluded.mined_at,
    tsv = excluded.tsv
WHERE pattern.content_hash <> excluded.content_hash
RETURNING pattern_id, xmax = 0 AS is_new
