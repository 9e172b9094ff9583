-- Customers' pieces of time whose cells hold another number of tickets than there are.
-- $1 tenant
WITH standing AS (
    SELECT
        customer_id,
        greatest(date_trunc('week', created_at AT TIME ZONE 'UTC'), date_trunc('month', created_at AT TIME ZONE 'UTC'))::date AS piece,
        count(*) AS tickets
    FROM ticket
    WHERE tenant_id = $1
    GROUP BY 1, 2
),
counted AS (
    SELECT customer_id, piece, sum(tickets) AS tickets
    FROM ticket_cell
    WHERE tenant_id = $1
    GROUP BY customer_id, piece
)
SELECT customer_id, piece
FROM standing FULL JOIN counted USING (customer_id, piece)
WHERE standing.tickets IS DISTINCT FROM counted.tickets
ORDER BY 1, 2
