-- Rows of ticket_embedding as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO ticket_embedding (
    tenant_id, ticket_id, part, customer_id, created_at, category, channel, status, has_pii, embedding
)
SELECT
    $1, r.ticket_id, r.part, r.customer_id, r.created_at, r.category, r.channel, r.status, r.has_pii,
    r.embedding
FROM jsonb_populate_recordset(NULL::ticket_embedding, $2) AS r
