-- Insert customers, or update those whose content differs; a row for each that changed.
-- $1 tenant, $2.. columns as arrays, ordered by customer_id so that two writers lock in one order
INSERT INTO customer (
    tenant_id, customer_id, name, aliases, tier, industry, region, arr, status, since, churned_at, churn_reason,
    attributes, content_hash
)
SELECT
    $1, one.customer_id, one.name, ARRAY(SELECT jsonb_array_elements_text(one.aliases::jsonb)), one.tier, one.industry,
    one.region, one.arr, one.status, one.since, one.churned_at, one.churn_reason, one.attributes::jsonb, one.content_hash
FROM unnest(
    $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::double precision[], $9::text[],
    $10::date[], $11::date[], $12::text[], $13::text[], $14::bytea[]
) AS one (
    customer_id, name, aliases, tier, industry, region, arr, status, since, churned_at, churn_reason, attributes,
    content_hash
)
ON CONFLICT (tenant_id, customer_id) DO UPDATE SET
    name = excluded.name, aliases = excluded.aliases, tier = excluded.tier, industry = excluded.industry,
    region = excluded.region, arr = excluded.arr, status = excluded.status, since = excluded.since,
    churned_at = excluded.churned_at, churn_reason = excluded.churn_reason, attributes = excluded.attributes,
    content_hash = excluded.content_hash
WHERE customer.content_hash <> excluded.content_hash
RETURNING customer_id, xmax = 0 AS is_new
