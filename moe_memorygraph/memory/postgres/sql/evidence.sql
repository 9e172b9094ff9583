-- The newest tickets behind patterns, of what each of them is about.
-- $1 tenant, $2 since, $3 until, $4 customer ids, $5 topics, $6 tiers, $7 channels, $8 products, $9 which (as
-- `Evidence`), all arrays of one length; $10 priorities that count as urgent, $11 how many of each; $12 whether all of these
-- name a customer, $13 whether all name a topic: then its index serves
SELECT
    asked.place,
    ARRAY(
        SELECT t.ticket_id
        FROM ticket AS t
        WHERE
        t.tenant_id = $1
        AND (NOT $12::boolean OR t.customer_id = asked.customer_id)
        AND (NOT $13::boolean OR t.category = asked.topic)
        AND (asked.customer_id IS NULL OR t.customer_id = asked.customer_id)
        AND (asked.topic IS NULL OR t.category = asked.topic)
        AND t.created_at >= asked.since
        AND t.created_at < asked.until
        AND (asked.channel IS NULL OR t.channel = asked.channel)
        AND (asked.product IS NULL OR t.attributes ->> 'product' = asked.product)
        AND (
            asked.tier IS NULL
            OR EXISTS (
                SELECT 1 FROM customer AS c
                WHERE c.tenant_id = $1 AND c.customer_id = t.customer_id AND c.tier = asked.tier
            )
        )
        AND CASE asked.which
            WHEN 'low_rated' THEN t.csat <= 2
            WHEN 'urgent' THEN lower(t.priority) = ANY ($10::text[])
            WHEN 'reopened'
                THEN
                    lower(t.status) = 'reopened' OR lower(t.attributes ->> 'reopened') IN ('true', 'yes', 'y', '1')
                    OR t.attributes ->> 'reopen_count' ~ '^0*[1-9]'
            WHEN 'resolved' THEN t.resolved_at >= t.created_at
            ELSE true
        END
        ORDER BY t.created_at DESC, t.ticket_id
        LIMIT $11
    ) AS ticket_ids
FROM unnest(
    $2::timestamptz[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]
) WITH ORDINALITY AS asked (since, until, customer_id, topic, tier, channel, product, which, place)
ORDER BY asked.place
