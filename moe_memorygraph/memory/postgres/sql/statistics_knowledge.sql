-- Count the words of a plane anew, over a sample that is the same on every call. What was known is deleted before.
-- $1 tenant, $2 revision, $3 passages of the plane, $4 how many to look at
WITH sample AS MATERIALIZED (
    SELECT tsv FROM document_passage WHERE tenant_id = $1 ORDER BY hashtextextended(document_id, part), document_id, part LIMIT $4
),
summary AS MATERIALIZED (
    SELECT count(*) AS sampled, coalesce(avg(length(tsv)), 0) AS mean_length FROM sample
),
counted AS (
    INSERT INTO word_frequency (tenant_id, plane, lexeme, passages)
    SELECT $1, 'knowledge', held.lexeme, count(*) * greatest(1.0, $3::bigint::double precision / max(y.sampled))
    FROM sample AS s
    CROSS JOIN LATERAL unnest(tsvector_to_array(s.tsv)) AS held (lexeme)
    CROSS JOIN summary AS y
    GROUP BY held.lexeme
    HAVING count(*) > 1
)
INSERT INTO plane_statistics (tenant_id, plane, passages, sampled, mean_length, revision)
SELECT $1, 'knowledge', greatest($3, y.sampled), y.sampled, y.mean_length, $2
FROM summary AS y
ON CONFLICT (tenant_id, plane) DO UPDATE SET
    passages = excluded.passages, sampled = excluded.sampled, mean_length = excluded.mean_length,
    revision = excluded.revision
