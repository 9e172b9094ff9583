-- Passages that might fit, with all that a ranker weighs: the closest in meaning, those that hold the rarest of the
-- words, and what stands beside them in their ticket or thread. One row: what the question's words weigh, then columns
-- of passages, in the order of their conversations.
-- $1 tenant, $2 filter (7): customer ids, categories, channel, status, since, until, only with personal data
-- $9 whether customers and categories are wanted
-- $10 text, $11 embedding or null, $12 how many of either kind, $13 how many passages words may lead to
WITH totals AS MATERIALIZED (
    SELECT passages, mean_length FROM plane_statistics WHERE tenant_id = $1 AND plane = 'vector'
),
known AS (
    SELECT
        asked.lexeme,
        coalesce(
            (
                SELECT f.passages FROM word_frequency AS f
                WHERE f.tenant_id = $1 AND f.plane = 'vector' AND f.lexeme = asked.lexeme COLLATE "C"
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
        sum(passages) OVER rarest <= $13::bigint OR row_number() OVER rarest = 1 AS leads
    FROM known
    WINDOW rarest AS (ORDER BY passages, lexeme ROWS UNBOUNDED PRECEDING)
),
by_meaning AS MATERIALIZED (
    SELECT n.ticket_id, n.part, n.distance
    FROM mg_nearest($1, $2, $3, $4, $5, $6, $7, $8, $11::halfvec, (SELECT passages FROM totals), $12::integer) AS n
),
holding AS (
    SELECT h.ticket_id, h.part, h.tsv
    FROM mg_holding(
        $1, $2, $3, $4, $5, $6, $7, $8,
        (SELECT string_agg(query::text, ' | ')::tsquery FROM words WHERE leads), (SELECT passages FROM totals), 2 * $13
    ) AS h
),
by_words AS MATERIALIZED (
    SELECT h.ticket_id, h.part, of_words.held
    FROM holding AS h
    CROSS JOIN LATERAL (
        SELECT sum(w.weight) AS mass, bit_or(w.bit) AS held FROM words AS w WHERE h.tsv @@ w.query
    ) AS of_words
    ORDER BY of_words.mass DESC, length(h.tsv), h.ticket_id, h.part
    LIMIT $12
),
threads AS MATERIALIZED (
    SELECT 1 FROM ticket_passage WHERE tenant_id = $1 AND thread_id IS NOT NULL ORDER BY thread_id, created_at LIMIT 1
),
found AS MATERIALIZED (
    SELECT ticket_id, part, distance, NULL::bigint AS held FROM by_meaning
    UNION ALL
    SELECT ticket_id, part, NULL, held FROM by_words
),
around AS (
    SELECT ticket_id, part, part - 2 AS first, part + 2 AS last, true AS is_found, distance, held FROM found
    UNION ALL
    SELECT n.ticket_id, n.part, n.part, n.part, false, NULL, NULL
    FROM mg_beside($1, (SELECT array_agg(ticket_id) FROM found), (SELECT array_agg(part) FROM found)) AS n
    WHERE EXISTS (SELECT 1 FROM threads)
),
-- Each passage is read once, those beside it in its ticket with it.
chosen AS (
    SELECT
        p.ticket_id, p.part, p.thread_id, p.created_at, p.author, p.customer_id, p.category, p.traits, p.tsv, p.head,
        bool_or(a.is_found AND a.part = p.part) AS is_centre,
        min(a.distance) FILTER (WHERE a.part = p.part) AS distance,
        max(a.held) FILTER (WHERE a.part = p.part) AS held
    FROM around AS a
    JOIN ticket_passage AS p ON p.tenant_id = $1 AND p.ticket_id = a.ticket_id AND p.part BETWEEN a.first AND a.last
    -- of its thread, too, only what fits
    WHERE
    ($2::text[] IS NULL OR p.customer_id = ANY ($2))
    AND ($3::text[] IS NULL OR p.category = ANY ($3))
    AND ($4::text IS NULL OR p.channel = $4)
    AND ($5::text IS NULL OR p.status = $5)
    AND ($6::timestamptz IS NULL OR p.created_at >= $6)
    AND ($7::timestamptz IS NULL OR p.created_at < $7)
    AND (NOT $8::boolean OR p.has_pii)
    GROUP BY p.tenant_id, p.ticket_id, p.part
),
scored AS (
    SELECT
        c.ticket_id, c.part, c.thread_id, c.created_at, c.author, c.customer_id, c.category, c.traits, c.is_centre,
        length(c.tsv) AS length,
        coalesce(
            c.distance,
            (
                SELECT e.embedding <=> $11::halfvec FROM ticket_embedding AS e
                WHERE e.tenant_id = $1 AND e.ticket_id = c.ticket_id AND e.part = c.part
            )
        ) AS distance,
        coalesce(c.held, (SELECT bit_or(w.bit) FROM words AS w WHERE c.tsv @@ w.query)) AS held,
        CASE WHEN length(c.head) > 0 THEN (SELECT bit_or(w.bit) FROM words AS w WHERE c.head @@ w.query) END AS head_held
    FROM chosen AS c
    ORDER BY coalesce(c.thread_id, c.ticket_id), c.thread_id, c.created_at, c.ticket_id, c.part
)
SELECT
    ARRAY(SELECT lexeme FROM words ORDER BY bit) AS lexemes,
    ARRAY(SELECT passages::double precision FROM words ORDER BY bit) AS frequency,
    (SELECT passages FROM totals) AS total,
    (SELECT mean_length FROM totals) AS mean_length,
    EXISTS (SELECT 1 FROM words WHERE NOT leads) AS is_cut,
    (SELECT count(*) FROM by_meaning) AS by_meaning,
    (SELECT count(*) FROM by_words) AS by_words,
    array_agg(ticket_id) AS keys,
    array_agg(part) AS parts,
    array_agg(thread_id) AS threads,
    array_agg(is_centre) AS is_centre,
    array_agg(CASE WHEN distance = 'NaN' THEN 0 ELSE 1 - distance END) AS similarity,
    array_agg(coalesce(held, 0)) AS held,
    array_agg(coalesce(head_held, 0)) AS head_held,
    array_agg(length) AS length,
    array_agg(author) AS author,
    array_agg(customer_id) FILTER (WHERE $9::boolean) AS customer_id,
    array_agg(category) FILTER (WHERE $9) AS category,
    array_agg(extract(epoch FROM created_at)::double precision) AS created_at,
    array_agg(traits) AS traits
FROM scored
