-- Rows of document_passage as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO document_passage (
    tenant_id, document_id, part, heading, start, stop, tsv, traits, head
)
SELECT
    $1, r.document_id, r.part, r.heading, r.start, r.stop, r.tsv, r.traits, r.head
FROM jsonb_populate_recordset(NULL::document_passage, $2) AS r
