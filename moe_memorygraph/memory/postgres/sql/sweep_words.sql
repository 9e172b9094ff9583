-- Forget how frequent words are in all planes, so that they are counted anew from what is left.
-- $1 tenant
WITH gone AS (DELETE FROM plane_statistics WHERE tenant_id = $1)
DELETE FROM word_frequency WHERE tenant_id = $1
