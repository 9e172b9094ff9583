-- Rows of ticket_passage as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO ticket_passage (
    tenant_id, ticket_id, part, field, start, stop, customer_id, created_at, category, channel, status,
    has_pii, tsv, author, thread_id, traits, head
)
SELECT
    $1, r.ticket_id, r.part, r.field, r.start, r.stop, r.customer_id, r.created_at, r.category, r.channel,
    r.status, r.has_pii, r.tsv, r.author, r.thread_id, r.traits, r.head
FROM jsonb_populate_recordset(NULL::ticket_passage, $2) AS r
