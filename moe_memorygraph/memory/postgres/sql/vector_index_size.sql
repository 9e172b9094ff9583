-- How large an index of a tenant's embeddings would be.
-- $1 tenant
SELECT
    (SELECT count(*) FROM ticket_embedding WHERE tenant_id = $1) AS vectors,
    (SELECT embedding_dim FROM tenant WHERE tenant_id = $1) AS dimension
