-- Set the month in which the tenant's fiscal year begins; no row where there is no such tenant.
-- $1 tenant, $2 month 1..12
UPDATE tenant SET fiscal_year_start = $2 WHERE tenant_id = $1 RETURNING tenant_id
