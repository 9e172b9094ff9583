-- Facts that might fit: the closest in meaning and those that hold most of the words, both scored both ways.
-- $1 tenant, $2 filter (4), $6 text, $7 embedding or null, $8 how many of either kind
WITH by_meaning AS (
    SELECT e.fact_id
    FROM fact_embedding AS e
    JOIN fact AS f ON f.tenant_id = $1 AND f.fact_id = e.fact_id
    WHERE
    e.tenant_id = $1
    AND $7::halfvec IS NOT NULL
    AND ($2::text[] IS NULL OR f.subject_key = ANY ($2) OR f.customer_key = ANY ($2))
    AND ($3::text[] IS NULL OR f.predicate = ANY ($3))
    AND (
        $4::timestamptz IS NULL
        OR ((f.valid_from IS NULL OR f.valid_from <= $4) AND (f.valid_to IS NULL OR $4 < f.valid_to))
    )
    AND (
        $4::timestamptz IS NOT NULL
        OR $5::boolean
        OR (
            f.superseded_by IS NULL
            AND (f.valid_from IS NULL OR f.valid_from <= now())
            AND (f.valid_to IS NULL OR now() < f.valid_to)
        )
    )
    ORDER BY (e.embedding <=> $7::halfvec) + 0, e.fact_id
    LIMIT $8
),
by_words AS (
    SELECT f.fact_id
    FROM fact AS f
    WHERE
    f.tenant_id = $1
    AND f.tsv @@ mg_any_word($6::text)
    AND ($2::text[] IS NULL OR f.subject_key = ANY ($2) OR f.customer_key = ANY ($2))
    AND ($3::text[] IS NULL OR f.predicate = ANY ($3))
    AND (
        $4::timestamptz IS NULL
        OR ((f.valid_from IS NULL OR f.valid_from <= $4) AND (f.valid_to IS NULL OR $4 < f.valid_to))
    )
    AND (
        $4::timestamptz IS NOT NULL
        OR $5::boolean
        OR (
            f.superseded_by IS NULL
            AND (f.valid_from IS NULL OR f.valid_from <= now())
            AND (f.valid_to IS NULL OR now() < f.valid_to)
        )
    )
    ORDER BY mg_held(f.tsv, mg_lexemes($6)) DESC, length(f.tsv), f.fact_id
    LIMIT $8
),
found AS (
    SELECT fact_id FROM by_meaning
    UNION
    SELECT fact_id FROM by_words
)
SELECT
    o.fact_id AS key,
    0 AS part,
    1 - (e.embedding <=> $7::halfvec) AS similarity,
    mg_held(f.tsv, mg_lexemes($6))::double precision / nullif(cardinality(mg_lexemes($6)), 0) AS lexical,
    greatest((SELECT count(*) FROM by_meaning), (SELECT count(*) FROM by_words)) AS candidates
FROM found AS o
JOIN fact AS f ON f.tenant_id = $1 AND f.fact_id = o.fact_id
LEFT JOIN fact_embedding AS e ON e.tenant_id = $1 AND e.fact_id = o.fact_id
ORDER BY o.fact_id
