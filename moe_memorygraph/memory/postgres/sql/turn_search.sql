-- Living turns of a session that might fit, scored by meaning and by words.
-- $1 tenant, $2 session, $3 now, $4 text, $5 embedding or null, $6 how many of either kind
WITH live AS (
    SELECT t.turn_id, t.tsv, e.embedding
    FROM session_turn AS t
    LEFT JOIN turn_embedding AS e ON e.tenant_id = $1 AND e.turn_id = t.turn_id
    WHERE t.tenant_id = $1 AND t.session_id = $2 AND t.expires_at > $3
),
by_meaning AS (
    SELECT l.turn_id
    FROM live AS l
    WHERE l.embedding IS NOT NULL AND $5::halfvec IS NOT NULL
    ORDER BY (l.embedding <=> $5::halfvec) + 0, l.turn_id
    LIMIT $6
),
by_words AS (
    SELECT l.turn_id
    FROM live AS l
    WHERE l.tsv @@ mg_any_word($4::text)
    ORDER BY mg_held(l.tsv, mg_lexemes($4)) DESC, l.turn_id
    LIMIT $6
),
found AS (
    SELECT turn_id FROM by_meaning
    UNION
    SELECT turn_id FROM by_words
)
SELECT
    f.turn_id AS key,
    0 AS part,
    1 - (l.embedding <=> $5::halfvec) AS similarity,
    mg_held(l.tsv, mg_lexemes($4))::double precision / nullif(cardinality(mg_lexemes($4)), 0) AS lexical,
    greatest((SELECT count(*) FROM by_meaning), (SELECT count(*) FROM by_words)) AS candidates
FROM found AS f
JOIN live AS l ON l.turn_id = f.turn_id
ORDER BY f.turn_id
