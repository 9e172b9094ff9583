-- Whether a tenant has, and needs, an index of its own for its embeddings.
-- $1 tenant, $2 the index's name, $3 count no further than this
SELECT
    (SELECT embedding_dim FROM tenant WHERE tenant_id = $1) AS dimension,
    (
        SELECT count(*)
        FROM (SELECT 1 FROM ticket_embedding WHERE tenant_id = $1 LIMIT $3::integer) AS counted
    ) AS vectors,
    i.indisvalid AS is_valid,
    pg_get_indexdef(i.indexrelid) AS definition
FROM (SELECT to_regclass($2::text) AS oid) AS named
LEFT JOIN pg_index AS i ON i.indexrelid = named.oid
