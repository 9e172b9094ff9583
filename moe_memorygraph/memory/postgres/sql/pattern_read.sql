-- Patterns by id with their evidence, in the order asked.
-- $1 tenant, $2 pattern ids
SELECT
    p.pattern_id, p.kind, p.statement, p.customer_id, p.topic, p.period_start, p.period_end, p.baseline_start, p.baseline_end, p.count,
    p.baseline_count, p.change_pct, p.rate_ratio, p.ci_low, p.ci_high, p.q_value, p.confidence,
    p.tier, p.channel, p.product, p.weight, p.expires_at, p.mined_at,
    ARRAY(
        SELECT b.ticket_id FROM pattern_evidence AS b
        WHERE b.tenant_id = $1 AND b.pattern_id = p.pattern_id ORDER BY b.place
    ) AS evidence
FROM unnest($2::uuid[]) WITH ORDINALITY AS asked (pattern_id, place)
JOIN pattern AS p ON p.tenant_id = $1 AND p.pattern_id = asked.pattern_id
ORDER BY asked.place
