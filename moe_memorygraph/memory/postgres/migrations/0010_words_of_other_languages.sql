-- Why: ticket_passage_put and document_passage_put store the stems of the language that a text is written in beside the
-- English ones, so that "Rechnung" finds "Rechnungen". What is stored already stays as it is until it is loaded again.

-- The words of a text without their places; the language is PostgreSQL's name of it.
CREATE FUNCTION mg_words(said text, language text) RETURNS tsvector
LANGUAGE sql STABLE PARALLEL SAFE
RETURN strip(to_tsvector('pg_catalog.english'::regconfig, said))
|| coalesce(
    strip(to_tsvector(nullif('pg_catalog.' || language, 'pg_catalog.english')::regconfig, said)), ''::tsvector
);
