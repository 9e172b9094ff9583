-- Drop the cells of customers' stretches of time, which begin and end with pieces.
-- $1 tenant, $2 customer ids, $3 first days, $4 days after the last
DELETE FROM ticket_cell AS c
USING unnest($2::text[], $3::date[], $4::date[]) AS asked (customer_id, since, until)
WHERE
    c.tenant_id = $1
    AND c.customer_id = asked.customer_id
    AND c.piece >= asked.since
    AND c.piece < asked.until
