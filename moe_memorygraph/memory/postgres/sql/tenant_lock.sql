-- Hold the tenant's row until the end of the transaction: one miner after the other. Loaders are not held up.
-- $1 tenant
SELECT tenant_id FROM tenant WHERE tenant_id = $1 FOR NO KEY UPDATE
