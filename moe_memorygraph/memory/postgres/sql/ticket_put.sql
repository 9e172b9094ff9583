-- Insert tickets, or update those whose content differs; a row for each that changed.
-- $1 tenant, $2..$22 columns as arrays, ordered by ticket_id so that two writers lock in one order; $23 origin or null
INSERT INTO ticket (
    tenant_id, ticket_id, customer_id, created_at, subject, body, category, intent, channel, status, priority, csat,
    resolved_at, response, author, thread_id, messages, attributes, pii_types, content_hash,
    told_by, topic_probability, origin_id
)
SELECT
    $1, one.ticket_id, one.customer_id, one.created_at, one.subject, one.body, one.category, one.intent, one.channel,
    one.status, one.priority, one.csat, one.resolved_at, one.response, one.author, one.thread_id,
    one.messages::jsonb, one.attributes::jsonb, ARRAY(SELECT jsonb_array_elements_text(one.pii_types::jsonb)), one.content_hash,
    one.told_by, one.topic_probability, $23::uuid
FROM unnest(
    $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::double precision[], $13::timestamptz[], $14::text[], $15::text[], $16::text[],
    $17::text[], $18::text[], $19::text[], $20::bytea[], $21::integer[], $22::double precision[]
) AS one (
    ticket_id, customer_id, created_at, subject, body, category, intent, channel, status, priority, csat,
    resolved_at, response, author, thread_id, messages, attributes, pii_types, content_hash, told_by, topic_probability
)
ON CONFLICT (tenant_id, ticket_id) DO UPDATE SET
    customer_id = excluded.customer_id, created_at = excluded.created_at, subject = excluded.subject,
    body = excluded.body, category = excluded.category, intent = excluded.intent, channel = excluded.channel,
    status = excluded.status, priority = excluded.priority, csat = excluded.csat,
    resolved_at = excluded.resolved_at, response = excluded.response, author = excluded.author,
    thread_id = excluded.thread_id, messages = excluded.messages, attributes = excluded.attributes,
    pii_types = excluded.pii_types, content_hash = excluded.content_hash,
    told_by = excluded.told_by, topic_probability = excluded.topic_probability, origin_id = excluded.origin_id,
    changed_by = pg_current_xact_id()
WHERE ticket.content_hash <> excluded.content_hash
RETURNING ticket_id, xmax = 0 AS is_new
