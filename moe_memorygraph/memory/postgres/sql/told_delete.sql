-- Delete what these tickets told: they say something else now.
-- $1 tenant, $2 ticket ids
DELETE FROM told_fact WHERE tenant_id = $1 AND ticket_id = ANY ($2::text[])
