-- Rows of customer as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO customer (
    tenant_id, customer_id, name, aliases, tier, industry, region, arr, status, since, churned_at,
    churn_reason, attributes, content_hash
)
SELECT
    $1, r.customer_id, r.name, r.aliases, r.tier, r.industry, r.region, r.arr, r.status, r.since, r.churned_at,
    r.churn_reason, r.attributes, r.content_hash
FROM jsonb_populate_recordset(NULL::customer, $2) AS r
