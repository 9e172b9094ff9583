-- Whether a tenant has, and needs, indexes of its own: a row for each, in the order of the names.
-- $1 tenant, $2 the indexes' names, $3 count no further than this
SELECT
    (SELECT embedding_dim FROM tenant WHERE tenant_id = $1) AS dimension,
    (
        SELECT count(*)
        FROM (SELECT 1 FROM ticket_embedding WHERE tenant_id = $1 LIMIT $3::integer) AS counted
    ) AS vectors,
    i.indisvalid AS is_valid,
    pg_get_indexdef(i.indexrelid) AS definition
FROM unnest($2::text[]) WITH ORDINALITY AS named (name, place)
LEFT JOIN pg_index AS i ON i.indexrelid = to_regclass(named.name)
ORDER BY named.place
