-- Count the tickets of customers' stretches of time into cells, which must not stand yet; how many. A ticket repeats
-- another where the same customer wrote about the same topic within the seven days before. Hours to resolution are held
-- between bounds, and an open ticket counts as the upper one; a settled one that does not say when counts as nothing.
-- $1 tenant, $2 customer ids, $3 seven days before the stretches, $4 their begin, $5 their end, $6 urgent priorities,
-- $7 statuses of what is settled, $8 and $9 bounds of the hours
WITH put AS (
    INSERT INTO ticket_cell (
        tenant_id, customer_id, piece, topic, channel, product, tickets, rated, low_rated, ranked, urgent, reopened,
        repeated, resolved, timed, log_hours, log_hours_squared
    )
    SELECT
        $1, one.customer_id,
        greatest(date_trunc('week', one.at), date_trunc('month', one.at))::date,
        one.topic, one.channel, one.product,
        count(*), count(one.csat), count(*) FILTER (WHERE one.csat <= 2), count(one.priority),
        count(*) FILTER (WHERE lower(one.priority) = ANY ($6::text[])), count(*) FILTER (WHERE one.is_reopened),
        count(*) FILTER (WHERE one.created_at - one.before <= interval '7 days'), count(one.hours), count(one.log_hours),
        coalesce(sum(one.log_hours), 0), coalesce(sum(one.log_hours ^ 2), 0)
    FROM (
        SELECT
            asked.customer_id, asked.since, t.created_at, t.created_at AT TIME ZONE 'UTC' AS at,
            coalesce(t.category, '') AS topic, coalesce(t.channel, '') AS channel,
            coalesce(t.attributes ->> 'product', '') AS product, t.csat, t.priority,
            lower(t.status) = 'reopened' OR lower(t.attributes ->> 'reopened') IN ('true', 'yes', 'y', '1')
            OR t.attributes ->> 'reopen_count' ~ '^0*[1-9]' AS is_reopened,
            took.hours,
            CASE
                WHEN took.hours IS NOT NULL THEN ln(least(greatest(took.hours, $8::double precision), $9::double precision))
                WHEN t.resolved_at IS NULL AND (t.status IS NULL OR lower(t.status) <> ALL ($7::text[]))
                    THEN ln($9::double precision)
            END AS log_hours,
            lag(t.created_at)
            OVER (PARTITION BY asked.customer_id, asked.since, t.category ORDER BY t.created_at, t.ticket_id) AS before
        -- The bounds come as they are: reckoned here, they would be no bounds of the index, as row security keeps what may
        -- leak a row from looking at it.
        FROM unnest($2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
            AS asked (customer_id, earlier, since, until)
        JOIN ticket AS t
            ON t.tenant_id = $1
            AND t.customer_id = asked.customer_id
            AND t.created_at >= asked.earlier
            AND t.created_at < asked.until
        CROSS JOIN LATERAL (
            SELECT
                CASE
                    WHEN t.resolved_at >= t.created_at
                        THEN extract(epoch FROM t.resolved_at - t.created_at)::double precision / 3600
                END AS hours
        ) AS took
    ) AS one
    WHERE one.created_at >= one.since
    GROUP BY 2, 3, 4, 5, 6
    RETURNING tickets
)
SELECT coalesce(sum(tickets), 0)::bigint AS tickets FROM put
