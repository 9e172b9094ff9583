-- One ticket.
-- $1 tenant, $2 ticket_id
SELECT
    ticket_id, customer_id, created_at, subject, body, category, intent, channel, status, priority, csat, resolved_at,
    response, author, thread_id, messages, attributes, pii_types, topic_probability, content_hash
FROM ticket
WHERE tenant_id = $1 AND ticket_id = $2
