-- Tickets whose sentences no pattern of this version has read, in no order that matters: each is read once.
-- $1 tenant, $2 version, $3 limit
SELECT
    ticket_id, customer_id, created_at, subject, body, category, intent, channel, status, priority, csat, resolved_at,
    response, author, thread_id, messages, attributes, pii_types, topic_probability, content_hash
FROM ticket
WHERE tenant_id = $1 AND told_by < $2
ORDER BY told_by
LIMIT $3
