-- Patterns that might fit, with what a ranker weighs: the closest in meaning and those that hold the rarest of the
-- words. One row: what the question's words weigh, then columns of them, by id.
-- $1 tenant, $2 filter (8), $10 text, $11 embedding or null, $12 how many of either kind, $13 how many words may lead to
WITH totals AS MATERIALIZED (
    SELECT passages, mean_length FROM plane_statistics WHERE tenant_id = $1 AND plane = 'ltm'
),
known AS (
    SELECT
        asked.lexeme,
        coalesce(
            (
                SELECT f.passages FROM word_frequency AS f
                WHERE f.tenant_id = $1 AND f.plane = 'ltm' AND f.lexeme = asked.lexeme COLLATE "C"
            ),
            1
        ) AS passages
    FROM unnest(mg_lexemes($10::text)) AS asked (lexeme)
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
        sum(passages) OVER rarest <= $13 OR row_number() OVER rarest = 1 AS leads
    FROM known
    WINDOW rarest AS (ORDER BY passages, lexeme ROWS UNBOUNDED PRECEDING)
),
by_meaning AS MATERIALIZED (
    SELECT e.pattern_id, e.embedding <=> $11::halfvec AS distance
    FROM pattern_embedding AS e
    JOIN pattern AS p ON p.tenant_id = $1 AND p.pattern_id = e.pattern_id
    WHERE
    e.tenant_id = $1
    AND $11::halfvec IS NOT NULL
    AND ($2::text[] IS NULL OR p.customer_id = ANY ($2))
    AND ($3::text[] IS NULL OR p.topic = ANY ($3))
    AND ($4::text IS NULL OR p.kind = $4)
    AND ($5::timestamptz IS NULL OR p.period_end > $5)
    AND ($6::timestamptz IS NULL OR p.period_start < $6)
    AND ($7::text IS NULL OR p.tier = $7)
    AND ($8::text IS NULL OR p.channel = $8)
    AND ($9::text IS NULL OR p.product = $9)
    ORDER BY e.embedding <=> $11::halfvec, e.pattern_id
    LIMIT $12
),
holding AS (
    SELECT p.pattern_id, p.tsv
    FROM pattern AS p
    WHERE
    p.tenant_id = $1
    AND p.tsv @@ (SELECT string_agg(query::text, ' | ')::tsquery FROM words WHERE leads)
    AND ($2::text[] IS NULL OR p.customer_id = ANY ($2))
    AND ($3::text[] IS NULL OR p.topic = ANY ($3))
    AND ($4::text IS NULL OR p.kind = $4)
    AND ($5::timestamptz IS NULL OR p.period_end > $5)
    AND ($6::timestamptz IS NULL OR p.period_start < $6)
    AND ($7::text IS NULL OR p.tier = $7)
    AND ($8::text IS NULL OR p.channel = $8)
    AND ($9::text IS NULL OR p.product = $9)
    LIMIT 2 * $13
),
by_words AS MATERIALIZED (
    SELECT h.pattern_id, of_words.held
    FROM holding AS h
    CROSS JOIN LATERAL (
        SELECT sum(w.weight) AS mass, bit_or(w.bit) AS held FROM words AS w WHERE h.tsv @@ w.query
    ) AS of_words
    ORDER BY of_words.mass DESC, length(h.tsv), h.pattern_id
    LIMIT $12
),
found AS (
    SELECT pattern_id, min(distance) AS distance, max(held) AS held
    FROM (
        SELECT pattern_id, distance, NULL::bigint AS held FROM by_meaning
        UNION ALL
        SELECT pattern_id, NULL, held FROM by_words
    ) AS either
    GROUP BY pattern_id
),
scored AS (
    SELECT
        p.pattern_id, p.customer_id AS customer, p.topic AS category, NULL::timestamptz AS created_at,
        length(p.tsv) AS length,
        coalesce(
            f.distance,
            (
                SELECT e.embedding <=> $11::halfvec FROM pattern_embedding AS e
                WHERE e.tenant_id = $1 AND e.pattern_id = f.pattern_id
            )
        ) AS distance,
        coalesce(f.held, (SELECT bit_or(w.bit) FROM words AS w WHERE p.tsv @@ w.query)) AS held
    FROM found AS f
    JOIN pattern AS p ON p.tenant_id = $1 AND p.pattern_id = f.pattern_id
    ORDER BY p.pattern_id
)
SELECT
    ARRAY(SELECT lexeme FROM words ORDER BY bit) AS lexemes,
    ARRAY(SELECT passages::double precision FROM words ORDER BY bit) AS frequency,
    (SELECT passages FROM totals) AS total,
    (SELECT mean_length FROM totals) AS mean_length,
    EXISTS (SELECT 1 FROM words WHERE NOT leads) AS is_cut,
    (SELECT count(*) FROM by_meaning) AS by_meaning,
    (SELECT count(*) FROM by_words) AS by_words,
    array_agg(pattern_id) AS keys,
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
