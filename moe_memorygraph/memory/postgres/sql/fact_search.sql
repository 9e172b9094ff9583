-- Facts that might fit, with what a ranker weighs: the closest in meaning and those that hold the rarest of the
-- words. One row: what the question's words weigh, then columns of them, by id.
-- $1 tenant, $2 filter (5), $7 text, $8 embedding or null, $9 how many of either kind, $10 how many words may lead to
WITH totals AS MATERIALIZED (
    SELECT passages, mean_length FROM plane_statistics WHERE tenant_id = $1 AND plane = 'semantic'
),
known AS (
    SELECT
        asked.lexeme,
        coalesce(
            (
                SELECT f.passages FROM word_frequency AS f
                WHERE f.tenant_id = $1 AND f.plane = 'semantic' AND f.lexeme = asked.lexeme COLLATE "C"
            ),
            1
        ) AS passages
    FROM unnest(mg_lexemes($7::text)) AS asked (lexeme)
    ORDER BY 2, 1
    LIMIT 60
),
words AS MATERIALIZED (
    SELECT
        lexeme,
        passages,
        mg_word(lexeme) AS query,
        1::bigint << (row_number() OVER rarest - 1)::integer AS bit,
        ln(1 + greatest((SELECT t.passages FROM totals AS t), passages) / passages) AS weight,
        sum(passages) OVER rarest <= $10 OR row_number() OVER rarest = 1 AS leads
    FROM known
    WINDOW rarest AS (ORDER BY passages, lexeme ROWS UNBOUNDED PRECEDING)
),
by_meaning AS MATERIALIZED (
    SELECT e.fact_id, e.embedding <=> $8::halfvec AS distance
    FROM fact_embedding AS e
    JOIN fact AS p ON p.tenant_id = $1 AND p.fact_id = e.fact_id
    WHERE
    e.tenant_id = $1
    AND $8::halfvec IS NOT NULL
    AND ($2::text[] IS NULL OR p.subject_key = ANY ($2) OR p.customer_key = ANY ($2))
    AND ($3::text[] IS NULL OR p.predicate = ANY ($3))
    AND (
        $4::timestamptz IS NULL
        OR (
            (p.valid_from IS NULL OR p.valid_from <= $4)
            AND (p.valid_to IS NULL OR $4 < p.valid_to OR mg_learned_later($1, p.superseded_by, $6))
        )
    )
    AND ($6::timestamptz IS NULL OR p.recorded_at <= $6)
    AND (
        $4::timestamptz IS NOT NULL
        OR $5::boolean
        OR (
            p.superseded_by IS NULL
            AND (p.valid_from IS NULL OR p.valid_from <= now())
            AND (p.valid_to IS NULL OR now() < p.valid_to)
        )
    )
    ORDER BY e.embedding <=> $8::halfvec, e.fact_id
    LIMIT $9
),
holding AS (
    SELECT p.fact_id, p.tsv
    FROM fact AS p
    WHERE
    p.tenant_id = $1
    AND p.tsv @@ (SELECT string_agg(query::text, ' | ')::tsquery FROM words WHERE leads)
    AND ($2::text[] IS NULL OR p.subject_key = ANY ($2) OR p.customer_key = ANY ($2))
    AND ($3::text[] IS NULL OR p.predicate = ANY ($3))
    AND (
        $4::timestamptz IS NULL
        OR (
            (p.valid_from IS NULL OR p.valid_from <= $4)
            AND (p.valid_to IS NULL OR $4 < p.valid_to OR mg_learned_later($1, p.superseded_by, $6))
        )
    )
    AND ($6::timestamptz IS NULL OR p.recorded_at <= $6)
    AND (
        $4::timestamptz IS NOT NULL
        OR $5::boolean
        OR (
            p.superseded_by IS NULL
            AND (p.valid_from IS NULL OR p.valid_from <= now())
            AND (p.valid_to IS NULL OR now() < p.valid_to)
        )
    )
    LIMIT 2 * $10
),
by_words AS MATERIALIZED (
    SELECT h.fact_id, of_words.held
    FROM holding AS h
    CROSS JOIN LATERAL (
        SELECT sum(w.weight) AS mass, bit_or(w.bit) AS held FROM words AS w WHERE h.tsv @@ w.query
    ) AS of_words
    ORDER BY of_words.mass DESC, length(h.tsv), h.fact_id
    LIMIT $9
),
found AS (
    SELECT fact_id, min(distance) AS distance, max(held) AS held
    FROM (
        SELECT fact_id, distance, NULL::bigint AS held FROM by_meaning
        UNION ALL
        SELECT fact_id, NULL, held FROM by_words
    ) AS either
    GROUP BY fact_id
),
scored AS (
    SELECT
        p.fact_id, p.customer_id AS customer, NULL::text AS category, coalesce(p.valid_from, p.recorded_at) AS created_at,
        length(p.tsv) AS length,
        coalesce(
            f.distance,
            (
                SELECT e.embedding <=> $8::halfvec FROM fact_embedding AS e
                WHERE e.tenant_id = $1 AND e.fact_id = f.fact_id
            )
        ) AS distance,
        coalesce(f.held, (SELECT bit_or(w.bit) FROM words AS w WHERE p.tsv @@ w.query)) AS held
    FROM found AS f
    JOIN fact AS p ON p.tenant_id = $1 AND p.fact_id = f.fact_id
    ORDER BY p.fact_id
)
SELECT
    ARRAY(SELECT lexeme FROM words ORDER BY bit) AS lexemes,
    ARRAY(SELECT passages::double precision FROM words ORDER BY bit) AS frequency,
    (SELECT passages FROM totals) AS total,
    (SELECT mean_length FROM totals) AS mean_length,
    EXISTS (SELECT 1 FROM words WHERE NOT leads) AS is_cut,
    (SELECT count(*) FROM by_meaning) AS by_meaning,
    (SELECT count(*) FROM by_words) AS by_words,
    array_agg(fact_id) AS keys,
    array_agg(0) AS parts,
    NULL::text[] AS threads,
    array_agg(true) AS is_centre,
    array_agg(CASE WHEN distance = 'NaN' THEN 0 ELSE 1 - distance END) AS similarity,
    array_agg(coalesce(held, 0)) AS held,
    array_agg(0::bigint) AS head_held,
    array_agg(length) AS length,
    NULL::text[] AS author,
    array_agg(customer) AS customer_id,
    array_agg(category) AS category,
    array_agg(extract(epoch FROM created_at)::double precision) AS created_at,
    array_agg(0) AS traits
FROM scored
