-- Words of another language than English: as a search takes them, their stems, and as it takes these; a stop word has none.
-- $1 words, $2 PostgreSQL's name of the language
SELECT
    mg_lexemes(one.word) AS said,
    stemmed.stem,
    mg_lexemes(stemmed.stem) AS lexemes
FROM unnest($1::text[]) WITH ORDINALITY AS one (word, place)
CROSS JOIN LATERAL (
    SELECT array_to_string(tsvector_to_array(to_tsvector(('pg_catalog.' || $2)::regconfig, one.word)), ' ') AS stem
) AS stemmed
ORDER BY one.place
