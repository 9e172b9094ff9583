-- Patterns that fit, strongest first; where no time is asked for, those count for more that say more about now.
-- $1 tenant, $2 filter (8): customer ids, topics, kind, since, until, tier, channel, product; $10 limit
SELECT
    p.pattern_id, p.kind, p.statement, p.customer_id, p.topic, p.period_start, p.period_end, p.baseline_start, p.baseline_end, p.count,
    p.baseline_count, p.change_pct, p.rate_ratio, p.ci_low, p.ci_high, p.q_value, p.confidence,
    p.tier, p.channel, p.product, p.weight, p.expires_at, p.mined_at,
    ARRAY(
        SELECT b.ticket_id FROM pattern_evidence AS b
        WHERE b.tenant_id = $1 AND b.pattern_id = p.pattern_id ORDER BY b.place
    ) AS evidence
FROM pattern AS p
WHERE
    p.tenant_id = $1
    AND ($2::text[] IS NULL OR p.customer_id = ANY ($2))
    AND ($3::text[] IS NULL OR p.topic = ANY ($3))
    AND ($4::text IS NULL OR p.kind = $4)
    AND ($5::timestamptz IS NULL OR p.period_end > $5)
    AND ($6::timestamptz IS NULL OR p.period_start < $6)
    AND ($7::text IS NULL OR p.tier = $7)
    AND ($8::text IS NULL OR p.channel = $8)
    AND ($9::text IS NULL OR p.product = $9)
ORDER BY
    CASE
        WHEN $5::timestamptz IS NULL AND $6::timestamptz IS NULL THEN coalesce(p.weight, p.confidence)
        ELSE p.confidence
    END DESC,
    p.count DESC, p.pattern_id
LIMIT $10
