-- Delete the documents that are not present; a row for each.
-- $1 tenant, $2 document ids present
DELETE FROM document WHERE tenant_id = $1 AND document_id <> ALL ($2::text[]) RETURNING document_id
