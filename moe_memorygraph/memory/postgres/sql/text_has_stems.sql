-- Whether a text holds a word that is searched for, and not stop words alone.
-- $1 text
SELECT cardinality(mg_lexemes($1)) > 0
