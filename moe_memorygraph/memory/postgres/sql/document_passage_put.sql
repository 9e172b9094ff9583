-- Add the passages of documents that stand already.
-- $1 tenant, $2.. columns as arrays; head: title and heading; words: both and the passage's text; traits: bits of its form
-- language: of the words. Stems of another language stand beside the English ones, which questions in English hold.
INSERT INTO document_passage (tenant_id, document_id, part, heading, start, stop, traits, head, tsv)
SELECT
    $1, one.document_id, one.part, one.heading, one.start, one.stop, one.traits,
    strip(to_tsvector('pg_catalog.english', one.head)), mg_words(one.words, one.language)
FROM unnest(
    $2::text[], $3::integer[], $4::text[], $5::integer[], $6::integer[], $7::integer[], $8::text[], $9::text[],
    $10::text[]
) AS one (document_id, part, heading, start, stop, traits, head, words, language)
