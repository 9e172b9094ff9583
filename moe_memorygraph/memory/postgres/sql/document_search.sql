-- Passages that might fit, with all that a ranker weighs: the closest in meaning, those that hold the rarest of the
-- words, and what stands beside them. One row: what the question's words weigh, then columns of passages, in the order
-- of their documents.
-- $1 tenant, $2 text, $3 embedding or null, $4 how many of either kind, $5 how many passages words may lead to
WITH totals AS MATERIALIZED (
    SELECT passages, mean_length FROM plane_statistics WHERE tenant_id = $1 AND plane = 'knowledge'
),
known AS (
    SELECT
        asked.lexeme,
        coalesce(
            (
                SELECT f.passages FROM word_frequency AS f
                WHERE f.tenant_id = $1 AND f.plane = 'knowledge' AND f.lexeme = asked.lexeme COLLATE "C"
            ),
            1
        ) AS passages
    FROM unnest(mg_lexemes($2::text)) AS asked (lexeme)
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
        sum(passages) OVER rarest <= $5 OR row_number() OVER rarest = 1 AS leads
    FROM known
    WINDOW rarest AS (ORDER BY passages, lexeme ROWS UNBOUNDED PRECEDING)
),
by_meaning AS MATERIALIZED (
    SELECT e.document_id, e.part, e.embedding <=> $3::halfvec AS distance
    FROM document_embedding AS e
    WHERE e.tenant_id = $1 AND $3::halfvec IS NOT NULL
    ORDER BY e.embedding <=> $3::halfvec, e.document_id, e.part
    LIMIT $4
),
holding AS (
    SELECT p.document_id, p.part, p.tsv
    FROM document_passage AS p
    WHERE
    p.tenant_id = $1
    AND p.tsv @@ (SELECT string_agg(query::text, ' | ')::tsquery FROM words WHERE leads)
    LIMIT 2 * $5
),
by_words AS MATERIALIZED (
    SELECT h.document_id, h.part, of_words.held
    FROM holding AS h
    CROSS JOIN LATERAL (
        SELECT sum(w.weight) AS mass, bit_or(w.bit) AS held FROM words AS w WHERE h.tsv @@ w.query
    ) AS of_words
    ORDER BY of_words.mass DESC, length(h.tsv), h.document_id, h.part
    LIMIT $4
),
found AS MATERIALIZED (
    SELECT document_id, part, distance, NULL::bigint AS held FROM by_meaning
    UNION ALL
    SELECT document_id, part, NULL, held FROM by_words
),
around AS (
    SELECT document_id, part, true AS is_centre, distance, held FROM found
    UNION ALL
    SELECT f.document_id, f.part + step, false, NULL, NULL
    FROM found AS f
    CROSS JOIN (VALUES (-2), (-1), (1), (2)) AS beside (step)
),
chosen AS (
    SELECT document_id, part, bool_or(is_centre) AS is_centre, min(distance) AS distance, max(held) AS held
    FROM around
    GROUP BY document_id, part
),
scored AS (
    SELECT
        p.document_id, p.part, p.traits, c.is_centre,
        length(p.tsv) AS length,
        coalesce(
            c.distance,
            (
                SELECT e.embedding <=> $3::halfvec FROM document_embedding AS e
                WHERE e.tenant_id = $1 AND e.document_id = c.document_id AND e.part = c.part
            )
        ) AS distance,
        coalesce(c.held, (SELECT bit_or(w.bit) FROM words AS w WHERE p.tsv @@ w.query)) AS held,
        CASE WHEN length(p.head) > 0 THEN (SELECT bit_or(w.bit) FROM words AS w WHERE p.head @@ w.query) END AS head_held
    FROM chosen AS c
    JOIN document_passage AS p ON p.tenant_id = $1 AND p.document_id = c.document_id AND p.part = c.part
    ORDER BY p.document_id, p.part
)
SELECT
    ARRAY(SELECT lexeme FROM words ORDER BY bit) AS lexemes,
    ARRAY(SELECT passages::double precision FROM words ORDER BY bit) AS frequency,
    (SELECT passages FROM totals) AS total,
    (SELECT mean_length FROM totals) AS mean_length,
    EXISTS (SELECT 1 FROM words WHERE NOT leads) AS is_cut,
    (SELECT count(*) FROM by_meaning) AS by_meaning,
    (SELECT count(*) FROM by_words) AS by_words,
    array_agg(document_id) AS keys,
    array_agg(part) AS parts,
    NULL::text[] AS threads,
    array_agg(is_centre) AS is_centre,
    array_agg(CASE WHEN distance = 'NaN' THEN 0 ELSE 1 - distance END) AS similarity,
    array_agg(coalesce(held, 0)) AS held,
    array_agg(coalesce(head_held, 0)) AS head_held,
    array_agg(length) AS length,
    NULL::text[] AS author,
    NULL::text[] AS customer_id,
    NULL::text[] AS category,
    array_agg(NULL::double precision) AS created_at,
    array_agg(traits) AS traits
FROM scored
