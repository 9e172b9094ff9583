-- Forget those of these pseudonyms that stand nowhere any more.
-- $1 tenant, $2 types, $3 numbers
WITH
told AS (
    SELECT
        concat_ws(
            E'\n', ticket.subject, ticket.body, ticket.response, ticket.category, ticket.intent, ticket.author,
            ticket.messages::text, ticket.attributes::text
        ) AS words
    FROM ticket WHERE ticket.tenant_id = $1
    UNION ALL
    SELECT concat_ws(E'\n', fact.subject, fact.statement, fact.source) FROM fact WHERE fact.tenant_id = $1
    UNION ALL
    SELECT concat_ws(E'\n', customer.name, customer.churn_reason, customer.attributes::text)
    FROM customer WHERE customer.tenant_id = $1
    UNION ALL
    SELECT concat_ws(E'\n', document.title, document.path, document.body)
    FROM document WHERE document.tenant_id = $1
    UNION ALL
    SELECT session_turn.body FROM session_turn WHERE session_turn.tenant_id = $1
),
used AS (
    SELECT DISTINCT found.parts[1] AS entity_type, found.parts[2]::bigint AS number
    FROM told CROSS JOIN regexp_matches(told.words, '<([A-Z][A-Z_]{1,40})_([0-9]{1,15})>', 'g') AS found (parts)
),
gone AS (
    DELETE FROM pseudonym AS held
    USING unnest($2::text[], $3::bigint[]) AS asked (entity_type, number)
    WHERE
    held.tenant_id = $1
    AND held.entity_type = asked.entity_type
    AND held.number = asked.number
    AND (held.entity_type, held.number) NOT IN (SELECT used.entity_type, used.number FROM used)
    RETURNING 1
)
SELECT count(*) FROM gone
