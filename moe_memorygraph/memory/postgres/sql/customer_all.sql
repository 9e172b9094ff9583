-- Every customer, by id.
-- $1 tenant
SELECT
    customer_id, name, aliases, tier, industry, region, arr, status, since, churned_at, churn_reason, attributes,
    content_hash
FROM customer
WHERE tenant_id = $1
ORDER BY customer_id
