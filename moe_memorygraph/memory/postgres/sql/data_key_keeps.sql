-- Say whether originals go to the vault.
-- $1 tenant, $2 whether
UPDATE data_key SET keeps_originals = $2 WHERE tenant_id = $1 RETURNING key_id
