-- Add the passages of documents that stand already.
-- $1 tenant, $2.. columns as arrays; words: title, heading and the passage's text
INSERT INTO document_passage (tenant_id, document_id, part, heading, start, stop, tsv)
SELECT $1, one.document_id, one.part, one.heading, one.start, one.stop, to_tsvector('pg_catalog.english', one.words)
FROM unnest($2::text[], $3::integer[], $4::text[], $5::integer[], $6::integer[], $7::text[])
    AS one (document_id, part, heading, start, stop, words)
