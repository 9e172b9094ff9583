-- How many tickets fit in which every stem of a text stands, in whatever passage.
-- $1 tenant, $2 filter (7), $9 text, which has a stem
SELECT count(*)
FROM (
    SELECT p.ticket_id
    FROM ticket_passage AS p
    CROSS JOIN LATERAL unnest(tsvector_to_array(p.tsv)) AS held (stem)
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
    AND held.stem = ANY (mg_lexemes($9))
    GROUP BY p.ticket_id
    HAVING count(DISTINCT held.stem) = cardinality(mg_lexemes($9))
) AS holding
