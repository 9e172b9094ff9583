-- Drop the passages of changed documents; their embeddings go with them.
-- $1 tenant, $2 document ids
DELETE FROM document_passage WHERE tenant_id = $1 AND document_id = ANY ($2::text[])
