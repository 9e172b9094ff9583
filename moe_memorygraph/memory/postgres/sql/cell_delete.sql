-- Drop the cells of customers' months.
-- $1 tenant, $2 customer ids, $3 first days of the months
DELETE FROM ticket_cell AS c
USING unnest($2::text[], $3::date[]) AS asked (customer_id, month)
WHERE
    c.tenant_id = $1
    AND c.customer_id = asked.customer_id
    AND c.piece >= asked.month
    AND c.piece < asked.month + interval '1 month'
