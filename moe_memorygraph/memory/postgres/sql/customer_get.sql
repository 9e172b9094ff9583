-- One customer.
-- $1 tenant, $2 customer_id
SELECT
    customer_id, name, aliases, tier, industry, region, arr, status, since, churned_at, churn_reason, attributes,
    content_hash
FROM customer
WHERE tenant_id = $1 AND customer_id = $2
ORDER BY customer_id
