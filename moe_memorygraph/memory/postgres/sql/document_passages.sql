-- The passages of one document, in order.
-- $1 tenant, $2 document_id
SELECT part, heading, start, stop FROM document_passage WHERE tenant_id = $1 AND document_id = $2 ORDER BY part
