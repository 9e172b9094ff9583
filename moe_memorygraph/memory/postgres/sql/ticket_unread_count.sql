-- How many tickets no pattern of this version has read.
-- $1 tenant, $2 version
SELECT count(*) FROM ticket WHERE tenant_id = $1 AND told_by < $2
