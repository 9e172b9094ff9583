-- Destroy a tenant's key, and what nobody can open or recognise without it. Counters stay: no number is given twice.
-- $1 tenant
WITH
gone_vault_entry AS (DELETE FROM vault_entry WHERE tenant_id = $1 RETURNING 1),
gone_pseudonym AS (DELETE FROM pseudonym WHERE tenant_id = $1 RETURNING 1),
gone_data_key AS (DELETE FROM data_key WHERE tenant_id = $1 RETURNING 1)
SELECT
    (SELECT count(*) FROM gone_vault_entry) AS vault_entry,
    (SELECT count(*) FROM gone_pseudonym) AS pseudonym,
    (SELECT count(*) FROM gone_data_key) AS data_key
