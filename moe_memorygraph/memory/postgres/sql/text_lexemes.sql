-- The words of each text as a search takes them, in the order of the texts.
-- $1 texts
SELECT mg_lexemes(said) AS lexemes
FROM unnest($1::text[]) WITH ORDINALITY AS one (said, place)
ORDER BY place
