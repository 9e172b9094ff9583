-- Delete what these tickets told and do not tell any more, or tell otherwise: what stays keeps when it was recorded.
-- $1 tenant, $2 ticket ids, $3.. what they tell now: fact ids, customer ids, confidences, valid from, quote starts and stops
DELETE FROM told_fact AS f
WHERE
    f.tenant_id = $1
    AND f.ticket_id = ANY ($2::text[])
    AND NOT EXISTS (
        SELECT 1
        FROM unnest(
            $3::uuid[], $4::text[], $5::double precision[], $6::timestamptz[], $7::integer[], $8::integer[]
        ) AS now (fact_id, customer_id, confidence, valid_from, quote_start, quote_stop)
        WHERE
        now.fact_id = f.fact_id
        AND now.customer_id = f.customer_id
        AND now.confidence = f.confidence
        AND now.valid_from = f.valid_from
        AND now.quote_start = f.quote_start
        AND now.quote_stop = f.quote_stop
    )
