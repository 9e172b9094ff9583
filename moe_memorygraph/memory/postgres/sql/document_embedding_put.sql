-- Add the embeddings of passages that stand already.
-- $1 tenant, $2 document ids, $3 parts, $4 embeddings
INSERT INTO document_embedding (tenant_id, document_id, part, embedding)
SELECT $1, one.document_id, one.part, one.embedding
FROM unnest($2::text[], $3::integer[], $4::halfvec[]) AS one (document_id, part, embedding)
