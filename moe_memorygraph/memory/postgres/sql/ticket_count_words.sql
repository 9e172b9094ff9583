-- How many tickets fit in which every stem of a text stands, in whatever passage.
-- $1 tenant, $2 filter (7), $9 text, which has a stem
SELECT count(*)
FROM (
    SELECT p.ticket_id
    FROM unnest(mg_lexemes($9::text)) AS asked (stem)
    JOIN ticket_passage AS p
        ON p.tsv @@ ('''' || replace(replace(asked.stem, '\', '\\'), '''', '''''') || '''')::tsquery
    WHERE
    p.tenant_id = $1
    AND ($2::text[] IS NULL OR p.customer_id = ANY ($2))
    AND ($3::text[] IS NULL OR p.category = ANY ($3))
    AND ($4::text IS NULL OR p.channel = $4)
    AND ($5::text IS NULL OR p.status = $5)
    AND ($6::timestamptz IS NULL OR p.created_at >= $6)
    AND ($7::timestamptz IS NULL OR p.created_at < $7)
    AND (NOT $8::boolean OR p.has_pii)
    GROUP BY p.ticket_id
    HAVING count(DISTINCT asked.stem) = cardinality(mg_lexemes($9))
) AS holding
