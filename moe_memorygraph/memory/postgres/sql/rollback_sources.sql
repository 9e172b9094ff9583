-- What facts name as their sources.
-- $1 tenant
SELECT DISTINCT source FROM fact WHERE tenant_id = $1
UNION
SELECT content ->> 'source' FROM fact_again WHERE tenant_id = $1
