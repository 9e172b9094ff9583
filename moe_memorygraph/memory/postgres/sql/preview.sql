-- What every plane has for one question, counted in one round trip. Nobody asks for more than "plenty", so that every
-- count stops at 1,000: a count of all costs what a tenant has.
-- $1 tenant, $2 text, $3 customer ids or null, $4 folded customer ids or null, $5 categories or null, $6 predicates,
-- $7 session or null, $8 since, $9 until, $10 as of or null, $11 now, $12 words
WITH patterns AS (
    SELECT 1
    FROM pattern
    WHERE
    tenant_id = $1
    AND ($3::text[] IS NULL OR customer_id = ANY ($3))
    AND ($8::timestamptz IS NULL OR period_end > $8)
    AND ($9::timestamptz IS NULL OR period_start < $9)
    LIMIT 1000
),
facts AS (
    SELECT count(*) AS total, count(*) FILTER (WHERE predicate = ANY ($6::text[])) AS asked
    FROM fact
    WHERE
    tenant_id = $1
    AND $4::text[] IS NOT NULL
    AND (subject_key = ANY ($4) OR customer_key = ANY ($4))
    AND ($10::timestamptz IS NOT NULL OR superseded_by IS NULL)
    AND (valid_from IS NULL OR valid_from <= coalesce($10, $11::timestamptz))
    AND (valid_to IS NULL OR coalesce($10, $11) < valid_to)
),
tickets AS (
    SELECT 1
    FROM ticket
    WHERE
    tenant_id = $1
    AND ($3::text[] IS NULL OR customer_id = ANY ($3))
    AND ($8::timestamptz IS NULL OR created_at >= $8)
    AND ($9::timestamptz IS NULL OR created_at < $9)
    LIMIT 1000
),
tickets_in_category AS (
    SELECT 1
    FROM ticket
    WHERE
    tenant_id = $1
    AND category = ANY ($5::text[])
    AND ($3::text[] IS NULL OR customer_id = ANY ($3))
    AND ($8::timestamptz IS NULL OR created_at >= $8)
    AND ($9::timestamptz IS NULL OR created_at < $9)
    LIMIT 1000
),
passages AS (
    SELECT 1 FROM document_passage WHERE tenant_id = $1 LIMIT 1000
),
matches AS (
    SELECT count(*) AS total
    FROM (
        SELECT 1
        FROM document_passage
        WHERE
        tenant_id = $1
        AND tsv @@ mg_any_word($2::text)
        AND mg_held(tsv, mg_lexemes($2)) >= 2
        LIMIT 50
    ) AS matching
),
counted AS MATERIALIZED (
    SELECT plane, passages FROM plane_statistics WHERE tenant_id = $1 AND passages > 0
)
SELECT
    (
        SELECT count(*) FROM session_turn
        WHERE tenant_id = $1 AND session_id = $7::text AND expires_at > $11
    ) AS stm_turns,
    (SELECT count(*) FROM patterns) AS ltm_patterns,
    (SELECT total FROM facts) AS semantic_facts,
    (SELECT asked FROM facts) AS semantic_predicate_facts,
    (SELECT count(*) FROM tickets) AS vector_tickets,
    (SELECT count(*) FROM tickets_in_category) AS vector_category_tickets,
    (SELECT count(*) FROM passages) AS knowledge_passages,
    (SELECT total FROM matches) AS knowledge_matches,
    (
        SELECT
            coalesce(
                array_agg(
                    CASE
                        WHEN cardinality(asked.lexemes) = 0 THEN 1
                        ELSE (
                            SELECT coalesce(max(least(f.passages::double precision / c.passages, 1)), 0)
                            FROM counted AS c
                            CROSS JOIN unnest(asked.lexemes) AS one (lexeme)
                            JOIN word_frequency AS f
                                ON f.tenant_id = $1 AND f.plane = c.plane AND f.lexeme = one.lexeme COLLATE "C"
                        )
                    END
                    ORDER BY asked.place
                ),
                '{}'
            )
        FROM (
            SELECT given.place, mg_lexemes(given.word) AS lexemes
            FROM unnest($12::text[]) WITH ORDINALITY AS given (word, place)
            WHERE EXISTS (SELECT 1 FROM counted)
        ) AS asked
    ) AS word_shares,
    (
        SELECT coalesce(jsonb_object_agg(plane, revision), '{}') FROM plane_revision WHERE tenant_id = $1
    ) AS revisions
