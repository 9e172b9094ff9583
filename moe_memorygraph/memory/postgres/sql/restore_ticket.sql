-- Rows of ticket as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO ticket (
    tenant_id, ticket_id, customer_id, created_at, subject, body, category, intent, channel, status, priority,
    csat, resolved_at, response, author, thread_id, messages, attributes, pii_types, content_hash,
    topic_probability, told_by, origin_id
)
SELECT
    $1, r.ticket_id, r.customer_id, r.created_at, r.subject, r.body, r.category, r.intent, r.channel, r.status,
    r.priority, r.csat, r.resolved_at, r.response, r.author, r.thread_id, r.messages, r.attributes,
    r.pii_types, r.content_hash, r.topic_probability, r.told_by, r.origin_id
FROM jsonb_populate_recordset(NULL::ticket, $2) AS r
