-- Delete tickets with the facts they are the source of, and the patterns that lose their last evidence; how many tickets.
-- $1 tenant, $2 ids, $3 their URIs
WITH doomed AS MATERIALIZED (SELECT fact_id FROM fact WHERE tenant_id = $1 AND source = ANY ($3::text[])),
freed AS (
    UPDATE fact SET superseded_by = NULL
    WHERE
    tenant_id = $1
    AND superseded_by IN (SELECT fact_id FROM doomed)
    AND fact_id NOT IN (SELECT fact_id FROM doomed)
),
gone_fact AS (DELETE FROM fact WHERE tenant_id = $1 AND fact_id IN (SELECT fact_id FROM doomed)),
gone_pattern AS (
    DELETE FROM pattern
    WHERE
    tenant_id = $1
    AND pattern_id IN (SELECT pattern_id FROM pattern_evidence WHERE tenant_id = $1 AND ticket_id = ANY ($2::text[]))
    AND pattern_id NOT IN (SELECT pattern_id FROM pattern_evidence WHERE tenant_id = $1 AND ticket_id <> ALL ($2))
),
gone_evidence AS (DELETE FROM pattern_evidence WHERE tenant_id = $1 AND ticket_id = ANY ($2)),
gone AS (DELETE FROM ticket WHERE tenant_id = $1 AND ticket_id = ANY ($2) RETURNING 1)
SELECT count(*) FROM gone
