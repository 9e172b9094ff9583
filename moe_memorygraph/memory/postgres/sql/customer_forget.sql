-- Delete a customer and what is known of it or names it; rows deleted by table, and how many of others' tickets and
-- documents name it still.
-- $1 tenant, $2 customer id, $3 its id and names in lower case, $4 a regular expression for what names it, $5 ids of its
-- tickets, $6 their URIs
WITH
doomed AS MATERIALIZED (
    SELECT fact_id
    FROM fact
    WHERE
    tenant_id = $1
    AND (
        customer_key = ANY ($3::text[])
        OR subject_key = ANY ($3)
        OR source = ANY ($6::text[])
        OR lower(object) = ANY ($3)
        OR (subject || E'\n' || statement || E'\n' || object || E'\n' || source) ~* $4
    )
),
-- What a fact of somebody else gave way to is forgotten; that it ended is not.
freed AS (
    UPDATE fact SET superseded_by = NULL
    WHERE
    tenant_id = $1
    AND superseded_by IN (SELECT fact_id FROM doomed)
    AND fact_id NOT IN (SELECT fact_id FROM doomed)
),
gone_fact AS (DELETE FROM fact WHERE tenant_id = $1 AND fact_id IN (SELECT fact_id FROM doomed) RETURNING 1),
gone_told_fact AS (
    DELETE FROM told_fact
    WHERE
    tenant_id = $1
    AND (customer_id = $2 OR lower(object) = ANY ($3) OR object ~* $4 OR ticket_id = ANY ($5::text[]))
    RETURNING fact_id
),
gone_pattern_evidence AS (DELETE FROM pattern_evidence WHERE tenant_id = $1 AND ticket_id = ANY ($5)),
gone_pattern AS (
    DELETE FROM pattern
    WHERE tenant_id = $1 AND (customer_id = $2 OR statement ~* $4)
    RETURNING pattern_id
),
gone_ticket_cell AS (DELETE FROM ticket_cell WHERE tenant_id = $1 AND customer_id = $2 RETURNING 1),
gone_ticket AS (DELETE FROM ticket WHERE tenant_id = $1 AND customer_id = $2 RETURNING 1),
gone_retracted AS (
    DELETE FROM retracted
    WHERE
    tenant_id = $1
    AND (content::text ~* $4 OR content ->> 'customer_id' = $2 OR content ->> 'source' = ANY ($6))
    RETURNING kind, item_id
),
-- What quotes it need not name it: a run that cites what goes, and the turn and the task that say its answer again.
gone_name AS MATERIALIZED (
    SELECT unnest($5 || $6)
    UNION ALL SELECT 'memory://facts/' || fact_id FROM doomed
    UNION ALL SELECT 'memory://facts/' || fact_id FROM gone_told_fact
    UNION ALL SELECT 'memory://facts/' || item_id FROM gone_retracted WHERE kind = 'fact'
    UNION ALL SELECT 'memory://patterns/' || pattern_id FROM gone_pattern
),
gone_run AS (
    DELETE FROM run
    WHERE
    tenant_id = $1
    AND (
        (question || E'\n' || answer || E'\n' || array_to_string(computed, E'\n')) ~* $4
        OR envelope::text ~* $4
        OR decision::text ~* $4
        OR EXISTS (SELECT 1 FROM mg_cited(envelope) AS cited (name) WHERE cited.name IN (SELECT * FROM gone_name))
    )
    RETURNING answer
),
gone_session_turn AS (
    DELETE FROM session_turn
    WHERE
    tenant_id = $1
    AND (body ~* $4 OR session_id ~* $4 OR body IN (SELECT answer FROM gone_run WHERE answer <> ''))
    RETURNING 1
),
gone_outbox AS (
    DELETE FROM outbox
    WHERE
    tenant_id = $1
    AND (payload::text ~* $4 OR payload ->> 'answer' IN (SELECT answer FROM gone_run WHERE answer <> ''))
    RETURNING 1
),
gone_job AS (
    DELETE FROM job WHERE tenant_id = $1 AND (detail::text || E'\n' || coalesce(error, '')) ~* $4 RETURNING 1
),
gone_fact_again AS (DELETE FROM fact_again WHERE tenant_id = $1 AND content::text ~* $4),
gone_quarantine AS (DELETE FROM quarantine WHERE tenant_id = $1 AND content::text ~* $4 RETURNING 1),
gone_word_frequency AS (DELETE FROM word_frequency WHERE tenant_id = $1),
gone_plane_statistics AS (DELETE FROM plane_statistics WHERE tenant_id = $1),
gone_customer AS (DELETE FROM customer WHERE tenant_id = $1 AND customer_id = $2 RETURNING 1)
SELECT
    (SELECT count(*) FROM gone_customer) AS customer,
    (SELECT count(*) FROM gone_ticket) AS ticket,
    (SELECT count(*) FROM gone_fact) AS fact,
    (SELECT count(*) FROM gone_told_fact) AS told_fact,
    (SELECT count(*) FROM gone_pattern) AS pattern,
    (SELECT count(*) FROM gone_session_turn) AS session_turn,
    (SELECT count(*) FROM gone_run) AS run,
    (SELECT count(*) FROM gone_outbox) AS outbox,
    (SELECT count(*) FROM gone_job) AS job,
    (SELECT count(*) FROM gone_retracted) AS retracted,
    (SELECT count(*) FROM gone_quarantine) AS quarantine,
    (
        SELECT count(*) FROM ticket
        WHERE
        tenant_id = $1
        AND customer_id <> $2
        AND (
            (subject || E'\n' || body || E'\n' || coalesce(response, '') || E'\n' || coalesce(author, '')) ~* $4
            OR messages::text ~* $4
            OR attributes::text ~* $4
        )
    ) AS tickets_naming_it,
    (
        SELECT count(*) FROM topic
        WHERE tenant_id = $1 AND (name || E'\n' || coalesce(label, '') || E'\n' || array_to_string(names || words || examples, E'\n')) ~* $4
    ) AS topics_naming_it,
    (
        SELECT count(*) FROM predicate
        WHERE tenant_id = $1 AND (name || E'\n' || aliases::text || E'\n' || asked_by::text || E'\n' || hinted_by::text) ~* $4
    ) AS predicates_naming_it,
    (SELECT count(*) FROM api_key WHERE tenant_id = $1 AND name ~* $4) AS keys_naming_it,
    (SELECT count(*) FROM document WHERE tenant_id = $1 AND (title || E'\n' || path || E'\n' || body) ~* $4) AS documents_naming_it
