-- Add the embeddings of passages that stand already.
-- $1 tenant, $2 ticket ids, $3 parts, $4 embeddings
INSERT INTO ticket_embedding (
    tenant_id, ticket_id, part, customer_id, created_at, category, channel, status, has_pii, embedding
)
SELECT
    $1, one.ticket_id, one.part, t.customer_id, t.created_at, t.category, t.channel, t.status,
    cardinality(t.pii_types) > 0, one.embedding
FROM unnest($2::text[], $3::integer[], $4::halfvec[]) AS one (ticket_id, part, embedding)
JOIN ticket AS t ON t.tenant_id = $1 AND t.ticket_id = one.ticket_id
