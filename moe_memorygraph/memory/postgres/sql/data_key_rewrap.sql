-- Put another wrapping of a key in the place of one that is known.
-- $1 tenant, $2 key, $3 wrapping that is replaced, $4 new wrapping, $5 master key of the new one
UPDATE data_key SET wrapped = $4, master_id = $5
WHERE tenant_id = $1 AND key_id = $2 AND wrapped = $3
RETURNING key_id
