-- Tickets that fit, newest first.
-- $1 tenant, $2 filter (7), $9 limit, $10 offset
SELECT
    ticket_id, customer_id, created_at, subject, body, category, intent, channel, status, priority, csat, resolved_at,
    response, author, thread_id, messages, attributes, pii_types, topic_probability
FROM ticket
WHERE
    tenant_id = $1
    AND ($2::text[] IS NULL OR customer_id = ANY ($2))
    AND ($3::text[] IS NULL OR category = ANY ($3))
    AND ($4::text IS NULL OR channel = $4)
    AND ($5::text IS NULL OR status = $5)
    AND ($6::timestamptz IS NULL OR created_at >= $6)
    AND ($7::timestamptz IS NULL OR created_at < $7)
    AND (NOT $8::boolean OR cardinality(pii_types) > 0)
ORDER BY created_at DESC, ticket_id
LIMIT $9 OFFSET $10
