-- Tickets with the text of one passage each, by its place in the arrays.
-- $1 tenant, $2 ticket ids, $3 parts
SELECT
    t.ticket_id, t.customer_id, t.created_at, t.subject, t.body, t.category, t.intent, t.channel, t.status, t.priority,
    t.csat, t.resolved_at, t.response, t.author, t.thread_id, t.messages, t.attributes, t.pii_types,
    t.topic_probability,
    substr(CASE p.field WHEN 'body' THEN t.body ELSE t.response END, p.start + 1, p.stop - p.start) AS passage
FROM unnest($2::text[], $3::integer[]) WITH ORDINALITY AS asked (ticket_id, part, place)
JOIN ticket AS t ON t.tenant_id = $1 AND t.ticket_id = asked.ticket_id
JOIN ticket_passage AS p ON p.tenant_id = $1 AND p.ticket_id = asked.ticket_id AND p.part = asked.part
ORDER BY asked.place
