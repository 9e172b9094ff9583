-- Delete what was taken back before a time, of one kind; and reviews that were settled before it, where no kind is given.
-- $1 tenant, $2 time, $3 kind or null
WITH settled AS (DELETE FROM quarantine WHERE tenant_id = $1 AND settled_at < $2 AND $3::text IS NULL)
DELETE FROM retracted WHERE tenant_id = $1 AND known_until < $2 AND kind = $3
