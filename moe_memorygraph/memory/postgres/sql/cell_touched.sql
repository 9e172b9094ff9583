-- Customers' months whose cells are no longer right: in which a ticket was written since, those of which tickets went,
-- and the month after each, whose first tickets may repeat its last. A ticket that moved out leaves its month short,
-- unless another came in, which was written.
-- $1 tenant, $2 the transaction before which all is counted, null for nothing
WITH written AS (
    SELECT customer_id, date_trunc('month', created_at, 'UTC') AS month
    FROM ticket
    WHERE tenant_id = $1 AND $2::text IS NOT NULL AND changed_by >= $2::text::xid8
    GROUP BY customer_id, date_trunc('month', created_at, 'UTC')
),
standing AS (
    SELECT customer_id, date_trunc('month', created_at, 'UTC') AS month, count(*) AS tickets
    FROM ticket
    WHERE tenant_id = $1
    GROUP BY customer_id, date_trunc('month', created_at, 'UTC')
),
counted AS (
    SELECT customer_id, date_trunc('month', piece::timestamptz, 'UTC') AS month, sum(tickets) AS tickets
    FROM ticket_cell
    WHERE tenant_id = $1 AND $2::text IS NOT NULL
    GROUP BY customer_id, date_trunc('month', piece::timestamptz, 'UTC')
),
touched AS (
    SELECT customer_id, month FROM written
    UNION
    SELECT customer_id, month
    FROM standing FULL JOIN counted USING (customer_id, month)
    WHERE standing.tickets IS DISTINCT FROM counted.tickets
)
SELECT t.customer_id, (t.month AT TIME ZONE 'UTC')::date AS month
FROM touched AS t
UNION
SELECT t.customer_id, (t.month AT TIME ZONE 'UTC' + interval '1 month')::date
FROM touched AS t
WHERE $2::text IS NOT NULL
ORDER BY 1, 2
