-- All cells, for COPY.
-- $1 tenant
SELECT
    customer_id, piece, topic, channel, product, tickets, rated, low_rated, ranked, urgent, reopened, repeated, resolved,
    timed, log_hours, log_hours_squared
FROM ticket_cell
WHERE tenant_id = $1
ORDER BY customer_id, piece, topic, channel, product
