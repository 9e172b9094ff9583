-- Living turns of a session that might fit, with what a ranker weighs. One row: the question's words, then columns of
-- turns, in the order in which they were said. A session is small: its words are not counted, and all are looked at.
-- $1 tenant, $2 session, $3 now, $4 text, $5 embedding or null, $6 how many of either kind, $7 how many words may lead to
WITH words AS MATERIALIZED (
    SELECT lexeme, mg_word(lexeme) AS query, 1::bigint << (place - 1)::integer AS bit
    FROM unnest(mg_lexemes($4::text)) WITH ORDINALITY AS asked (lexeme, place)
    WHERE place <= 60
),
live AS MATERIALIZED (
    SELECT
        t.turn_id, t.created_at, length(t.tsv) AS length,
        e.embedding <=> $5::halfvec AS distance,
        (SELECT bit_or(w.bit) FROM words AS w WHERE t.tsv @@ w.query) AS held
    FROM session_turn AS t
    LEFT JOIN turn_embedding AS e ON e.tenant_id = $1 AND e.turn_id = t.turn_id
    WHERE t.tenant_id = $1 AND t.session_id = $2 AND t.expires_at > $3
),
by_meaning AS MATERIALIZED (
    SELECT turn_id FROM live WHERE distance IS NOT NULL ORDER BY distance, turn_id LIMIT $6
),
by_words AS MATERIALIZED (
    SELECT turn_id
    FROM (SELECT turn_id, held, length FROM live WHERE held IS NOT NULL LIMIT 2 * $7::bigint) AS holding
    ORDER BY bit_count(held::bit(64)) DESC, length, turn_id
    LIMIT $6
),
scored AS (
    SELECT turn_id, created_at, length, distance, held
    FROM live
    WHERE turn_id IN (SELECT turn_id FROM by_meaning UNION SELECT turn_id FROM by_words)
    ORDER BY created_at, turn_id
)
SELECT
    ARRAY(SELECT lexeme FROM words ORDER BY bit) AS lexemes,
    ARRAY(SELECT 1::double precision FROM words) AS frequency,
    0 AS total,
    0::double precision AS mean_length,
    false AS is_cut,
    (SELECT count(*) FROM by_meaning) AS by_meaning,
    (SELECT count(*) FROM by_words) AS by_words,
    array_agg(turn_id) AS keys,
    array_agg(0) AS parts,
    NULL::text[] AS threads,
    array_agg(true) AS is_centre,
    array_agg(CASE WHEN distance = 'NaN' THEN 0 ELSE 1 - distance END) AS similarity,
    array_agg(coalesce(held, 0)) AS held,
    array_agg(0::bigint) AS head_held,
    array_agg(length) AS length,
    NULL::text[] AS author,
    NULL::text[] AS customer_id,
    NULL::text[] AS category,
    array_agg(extract(epoch FROM created_at)::double precision) AS created_at,
    array_agg(0) AS traits
FROM scored
