-- Lend a holder of a day's quota.
-- $1 tenant, $2 day, $3 holder, $4 until when, $5 measures (locked), $6 amounts
INSERT INTO quota_lease (tenant_id, day, measure, holder, amount, held_until)
SELECT $1, $2, one.measure, $3, one.amount, $4
FROM unnest($5::text[], $6::bigint[]) AS one (measure, amount)
