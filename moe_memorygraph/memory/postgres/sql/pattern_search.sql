-- Patterns that might fit: the closest in meaning and those that hold most of the words, both scored both ways.
-- $1 tenant, $2 filter (5), $7 text, $8 embedding or null, $9 how many of either kind
WITH by_meaning AS (
    SELECT e.pattern_id
    FROM pattern_embedding AS e
    JOIN pattern AS p ON p.tenant_id = $1 AND p.pattern_id = e.pattern_id
    WHERE
    e.tenant_id = $1
    AND $8::halfvec IS NOT NULL
    AND ($2::text[] IS NULL OR p.customer_id = ANY ($2))
    AND ($3::text[] IS NULL OR p.topic = ANY ($3))
    AND ($4::text IS NULL OR p.kind = $4)
    AND ($5::timestamptz IS NULL OR p.period_end > $5)
    AND ($6::timestamptz IS NULL OR p.period_start < $6)
    ORDER BY (e.embedding <=> $8::halfvec) + 0, e.pattern_id
    LIMIT $9
),
by_words AS (
    SELECT p.pattern_id
    FROM pattern AS p
    WHERE
    p.tenant_id = $1
    AND p.tsv @@ mg_any_word($7::text)
    AND ($2::text[] IS NULL OR p.customer_id = ANY ($2))
    AND ($3::text[] IS NULL OR p.topic = ANY ($3))
    AND ($4::text IS NULL OR p.kind = $4)
    AND ($5::timestamptz IS NULL OR p.period_end > $5)
    AND ($6::timestamptz IS NULL OR p.period_start < $6)
    ORDER BY mg_held(p.tsv, mg_lexemes($7)) DESC, length(p.tsv), p.pattern_id
    LIMIT $9
),
found AS (
    SELECT pattern_id FROM by_meaning
    UNION
    SELECT pattern_id FROM by_words
)
SELECT
    o.pattern_id AS key,
    0 AS part,
    1 - (e.embedding <=> $8::halfvec) AS similarity,
    mg_held(p.tsv, mg_lexemes($7))::double precision / nullif(cardinality(mg_lexemes($7)), 0) AS lexical,
    greatest((SELECT count(*) FROM by_meaning), (SELECT count(*) FROM by_words)) AS candidates
FROM found AS o
JOIN pattern AS p ON p.tenant_id = $1 AND p.pattern_id = o.pattern_id
LEFT JOIN pattern_embedding AS e ON e.tenant_id = $1 AND e.pattern_id = o.pattern_id
ORDER BY o.pattern_id
