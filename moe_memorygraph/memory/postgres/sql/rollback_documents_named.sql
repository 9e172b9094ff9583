-- Documents and where they were read.
-- $1 tenant
SELECT document_id, path FROM document WHERE tenant_id = $1
