-- Add the passages of tickets that stand already.
-- $1 tenant, $2.. columns as arrays; words: the subject and the passage's text; traits: bits of its form; language:
-- of the words. Stems of another language stand beside the English ones, which questions in English hold.
INSERT INTO ticket_passage (
    tenant_id, ticket_id, part, field, start, stop, customer_id, created_at, category, channel, status, has_pii, author,
    thread_id, traits, head, tsv
)
SELECT
    $1, one.ticket_id, one.part, one.field, one.start, one.stop, t.customer_id, t.created_at, t.category, t.channel,
    t.status, cardinality(t.pii_types) > 0, t.author, t.thread_id, one.traits,
    strip(to_tsvector('pg_catalog.english', t.subject)), mg_words(one.words, one.language)
FROM unnest($2::text[], $3::integer[], $4::text[], $5::integer[], $6::integer[], $7::integer[], $8::text[], $9::text[])
    AS one (ticket_id, part, field, start, stop, traits, words, language)
JOIN ticket AS t ON t.tenant_id = $1 AND t.ticket_id = one.ticket_id
