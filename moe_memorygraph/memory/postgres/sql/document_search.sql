-- Passages that might fit: the closest in meaning and those that hold most of the words, both scored both ways.
-- $1 tenant, $2 text, $3 embedding or null, $4 how many of either kind
WITH by_meaning AS (
    SELECT e.document_id, e.part
    FROM document_embedding AS e
    WHERE e.tenant_id = $1 AND $3::halfvec IS NOT NULL
    ORDER BY (e.embedding <=> $3::halfvec) + 0, e.document_id, e.part
    LIMIT $4
),
by_words AS (
    SELECT p.document_id, p.part
    FROM document_passage AS p
    WHERE p.tenant_id = $1 AND p.tsv @@ mg_any_word($2::text)
    ORDER BY mg_held(p.tsv, mg_lexemes($2)) DESC, length(p.tsv), p.document_id, p.part
    LIMIT $4
),
found AS (
    SELECT document_id, part FROM by_meaning
    UNION
    SELECT document_id, part FROM by_words
)
SELECT
    f.document_id AS key,
    f.part,
    1 - (e.embedding <=> $3::halfvec) AS similarity,
    mg_held(p.tsv, mg_lexemes($2))::double precision / nullif(cardinality(mg_lexemes($2)), 0) AS lexical,
    greatest((SELECT count(*) FROM by_meaning), (SELECT count(*) FROM by_words)) AS candidates
FROM found AS f
JOIN document_passage AS p ON p.tenant_id = $1 AND p.document_id = f.document_id AND p.part = f.part
LEFT JOIN document_embedding AS e ON e.tenant_id = $1 AND e.document_id = f.document_id AND e.part = f.part
ORDER BY f.document_id, f.part
