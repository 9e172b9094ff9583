-- Why: counts by group may be asked of the tickets that say something; before, only the plain count could.
-- Serves every ticket_count_by_*.sql. Security invoker, so row security holds inside.
CREATE FUNCTION mg_tickets_saying(tenant uuid, asked text) RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT p.ticket_id
    FROM ticket_passage AS p
    CROSS JOIN LATERAL unnest(tsvector_to_array(p.tsv)) AS held (stem)
    WHERE
        p.tenant_id = tenant
        AND p.tsv @@ mg_any_word(asked)
        AND held.stem = ANY (mg_lexemes(asked))
    GROUP BY p.ticket_id
    HAVING count(DISTINCT held.stem) = cardinality(mg_lexemes(asked));
END;
