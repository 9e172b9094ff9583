-- Rows of pattern as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO pattern (
    tenant_id, pattern_id, kind, statement, customer_id, topic, period_start, period_end, baseline_start,
    baseline_end, count, baseline_count, change_pct, rate_ratio, ci_low, ci_high, q_value, confidence,
    mined_at, content_hash, tsv, tier, channel, product, weight, expires_at
)
SELECT
    $1, r.pattern_id, r.kind, r.statement, r.customer_id, r.topic, r.period_start, r.period_end,
    r.baseline_start, r.baseline_end, r.count, r.baseline_count, r.change_pct, r.rate_ratio, r.ci_low,
    r.ci_high, r.q_value, r.confidence, r.mined_at, r.content_hash, r.tsv, r.tier, r.channel, r.product,
    r.weight, r.expires_at
FROM jsonb_populate_recordset(NULL::pattern, $2) AS r
