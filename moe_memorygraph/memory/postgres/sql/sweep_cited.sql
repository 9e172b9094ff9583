-- Of some runs, delete those that cite one of these, with the turns and tasks that say their answers again; the last run
-- that was looked at (null: none was left), and how many went.
-- $1 tenant, $2 runs after this one, $3 at most, $4 URIs, and ids of tickets
WITH looked AS MATERIALIZED (
    SELECT run_id, envelope FROM run WHERE tenant_id = $1 AND run_id > $2 ORDER BY run_id LIMIT $3
),
citing AS MATERIALIZED (
    SELECT DISTINCT looked.run_id
    FROM looked CROSS JOIN LATERAL mg_cited(looked.envelope) AS cited (name)
    WHERE cited.name IN (SELECT unnest($4::text[]))
),
gone AS (DELETE FROM run WHERE tenant_id = $1 AND run_id IN (SELECT run_id FROM citing) RETURNING answer),
gone_turn AS (
    DELETE FROM session_turn WHERE tenant_id = $1 AND body IN (SELECT answer FROM gone WHERE answer <> '')
),
gone_task AS (
    DELETE FROM outbox WHERE tenant_id = $1 AND payload ->> 'answer' IN (SELECT answer FROM gone WHERE answer <> '')
)
SELECT
    (SELECT run_id FROM looked ORDER BY run_id DESC LIMIT 1) AS last_id,
    (SELECT count(*) FROM gone) AS runs
