-- Pseudonyms that stand in what is known of a customer.
-- $1 tenant, $2 customer id, $3 the same without case
WITH
told AS (
    SELECT
        concat_ws(
            E'\n', ticket.subject, ticket.body, ticket.response, ticket.category, ticket.intent, ticket.author,
            ticket.messages::text, ticket.attributes::text
        ) AS words
    FROM ticket WHERE ticket.tenant_id = $1 AND ticket.customer_id = $2
    UNION ALL
    SELECT concat_ws(E'\n', fact.subject, fact.statement, fact.source)
    FROM fact WHERE fact.tenant_id = $1 AND fact.customer_key = $3
    UNION ALL
    SELECT concat_ws(E'\n', customer.name, customer.churn_reason, customer.attributes::text)
    FROM customer WHERE customer.tenant_id = $1 AND customer.customer_id = $2
)
SELECT DISTINCT found.parts[1] AS entity_type, found.parts[2]::bigint AS number
FROM told CROSS JOIN regexp_matches(told.words, '<([A-Z][A-Z_]{1,40})_([0-9]{1,15})>', 'g') AS found (parts)
WHERE EXISTS (SELECT 1 FROM pseudonym WHERE pseudonym.tenant_id = $1)
