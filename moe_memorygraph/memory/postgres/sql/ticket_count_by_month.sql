-- Tickets per month with a sample of the newest, the latest ones, latest first, and how many tickets and groups with a
-- name there are in all.
-- $1 tenant, $2 filter (7), $9 limit, $10 text that the tickets must say; null for all
SELECT
    key,
    count(*) AS tickets,
    (array_agg(ticket_id ORDER BY created_at DESC, ticket_id))[1:5] AS sample,
    (sum(count(*)) OVER ())::bigint AS total,
    (count(*) FILTER (WHERE key <> '') OVER ())::bigint AS groups
FROM (
    SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM') COLLATE "C" AS key, ticket_id, created_at
    FROM ticket
    WHERE
    tenant_id = $1
    AND ($2::text[] IS NULL OR customer_id = ANY ($2))
    AND ($3::text[] IS NULL OR category = ANY ($3))
    AND ($4::text IS NULL OR channel = $4)
    AND ($5::text IS NULL OR status = $5)
    AND ($6::timestamptz IS NULL OR created_at >= $6)
    AND ($7::timestamptz IS NULL OR created_at < $7)
    AND (NOT $8::boolean OR cardinality(pii_types) > 0)
    AND ($10::text IS NULL OR ticket_id IN (SELECT mg_tickets_saying($1, $10)))
) AS fitting
GROUP BY key
ORDER BY key DESC
LIMIT $9
