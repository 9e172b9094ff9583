-- Passages that might fit: the closest in meaning and those that hold most of the words, both scored both ways.
-- $1 tenant, $2 filter (7): customer ids, categories, channel, status, since, until, only with personal data
-- $9 text, $10 embedding or null, $11 how many of either kind
WITH by_meaning AS (
    SELECT e.ticket_id, e.part
    FROM ticket_embedding AS e
    WHERE
    e.tenant_id = $1
    AND $10::halfvec IS NOT NULL
    AND ($2::text[] IS NULL OR e.customer_id = ANY ($2))
    AND ($3::text[] IS NULL OR e.category = ANY ($3))
    AND ($4::text IS NULL OR e.channel = $4)
    AND ($5::text IS NULL OR e.status = $5)
    AND ($6::timestamptz IS NULL OR e.created_at >= $6)
    AND ($7::timestamptz IS NULL OR e.created_at < $7)
    AND (NOT $8::boolean OR e.has_pii)
    -- "+ 0": compare them all; an index over many tenants would lose most of one tenant's rows
    ORDER BY (e.embedding <=> $10::halfvec) + 0, e.ticket_id, e.part
    LIMIT $11
),
by_words AS (
    SELECT p.ticket_id, p.part
    FROM ticket_passage AS p
    WHERE
    p.tenant_id = $1
    AND p.tsv @@ mg_any_word($9::text)
    AND ($2::text[] IS NULL OR p.customer_id = ANY ($2))
    AND ($3::text[] IS NULL OR p.category = ANY ($3))
    AND ($4::text IS NULL OR p.channel = $4)
    AND ($5::text IS NULL OR p.status = $5)
    AND ($6::timestamptz IS NULL OR p.created_at >= $6)
    AND ($7::timestamptz IS NULL OR p.created_at < $7)
    AND (NOT $8::boolean OR p.has_pii)
    ORDER BY mg_held(p.tsv, mg_lexemes($9)) DESC, length(p.tsv), p.ticket_id, p.part
    LIMIT $11
),
found AS (
    SELECT ticket_id, part FROM by_meaning
    UNION
    SELECT ticket_id, part FROM by_words
)
SELECT
    f.ticket_id AS key,
    f.part,
    1 - (e.embedding <=> $10::halfvec) AS similarity,
    mg_held(p.tsv, mg_lexemes($9))::double precision / nullif(cardinality(mg_lexemes($9)), 0) AS lexical,
    greatest((SELECT count(*) FROM by_meaning), (SELECT count(*) FROM by_words)) AS candidates
FROM found AS f
JOIN ticket_passage AS p ON p.tenant_id = $1 AND p.ticket_id = f.ticket_id AND p.part = f.part
LEFT JOIN ticket_embedding AS e ON e.tenant_id = $1 AND e.ticket_id = f.ticket_id AND e.part = f.part
ORDER BY f.ticket_id, f.part
