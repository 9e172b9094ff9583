-- Insert documents, or update those whose content differs; a row for each that changed.
-- $1 tenant, $2..$7 columns as arrays, ordered by document_id so that two writers lock in one order; $8 origin or null
INSERT INTO document (tenant_id, document_id, path, title, body, content_hash, updated_at, origin_id)
SELECT $1, one.document_id, one.path, one.title, one.body, one.content_hash, one.updated_at,
    $8::uuid
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::timestamptz[])
    AS one (document_id, path, title, body, content_hash, updated_at)
ON CONFLICT (tenant_id, document_id) DO UPDATE SET
    path = excluded.path, title = excluded.title, body = excluded.body, content_hash = excluded.content_hash,
    updated_at = excluded.updated_at, origin_id = excluded.origin_id
WHERE document.content_hash <> excluded.content_hash
RETURNING document_id, xmax = 0 AS is_new
