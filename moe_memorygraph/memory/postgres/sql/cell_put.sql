-- Count the tickets of customers' months into cells, which must not stand yet. A ticket repeats another where the same
-- customer wrote about the same topic within the seven days before. Hours to resolution are held between 0.1 and
-- 10,000, so that no outlier decides.
-- $1 tenant, $2 customer ids, $3 first days of the months, $4 priorities that count as urgent
INSERT INTO ticket_cell (
    tenant_id, customer_id, piece, topic, channel, product, tickets, rated, low_rated, ranked, urgent, reopened,
    repeated, resolved, log_hours, log_hours_squared
)
SELECT
    $1, one.customer_id,
    greatest(date_trunc('week', one.at), date_trunc('month', one.at))::date,
    one.topic, one.channel, one.product,
    count(*), count(one.csat), count(*) FILTER (WHERE one.csat <= 2), count(one.priority),
    count(*) FILTER (WHERE lower(one.priority) = ANY ($4::text[])), count(*) FILTER (WHERE one.is_reopened),
    count(*) FILTER (WHERE one.at - one.before <= interval '7 days'), count(one.log_hours),
    coalesce(sum(one.log_hours), 0), coalesce(sum(one.log_hours ^ 2), 0)
FROM (
    SELECT
        asked.customer_id, asked.month, t.at, coalesce(t.category, '') AS topic, coalesce(t.channel, '') AS channel,
        t.product, t.csat, t.priority, t.is_reopened, t.log_hours,
        lag(t.at) OVER (PARTITION BY asked.customer_id, asked.month, t.category ORDER BY t.at, t.ticket_id) AS before
    FROM unnest($2::text[], $3::date[]) AS asked (customer_id, month)
    CROSS JOIN LATERAL (
        SELECT
            t.ticket_id, t.created_at AT TIME ZONE 'UTC' AS at, t.category, t.channel,
            coalesce(t.attributes ->> 'product', '') AS product, t.csat, t.priority,
            lower(t.status) = 'reopened' OR lower(t.attributes ->> 'reopened') IN ('true', 'yes', 'y', '1')
            OR t.attributes ->> 'reopen_count' ~ '^0*[1-9]' AS is_reopened,
            CASE
                WHEN t.resolved_at >= t.created_at
                    THEN ln(least(greatest(extract(epoch FROM t.resolved_at - t.created_at) / 3600.0, 0.1), 10000))
            END::double precision AS log_hours
        FROM ticket AS t
        WHERE
        t.tenant_id = $1
        AND t.customer_id = asked.customer_id
        AND t.created_at >= (asked.month - interval '7 days') AT TIME ZONE 'UTC'
        AND t.created_at < (asked.month + interval '1 month') AT TIME ZONE 'UTC'
    ) AS t
) AS one
WHERE one.at >= one.month
GROUP BY one.customer_id, 3, one.topic, one.channel, one.product
