-- Delete what was taken back before a time, of one kind, and what was held before it, whether anybody looked or not; a
-- document that was looked at stays known. Where no kind is given, reviews that were settled before it.
-- $1 tenant, $2 time, $3 kind or null
WITH settled AS (DELETE FROM quarantine WHERE tenant_id = $1 AND settled_at < $2 AND $3::text IS NULL),
held AS (
    DELETE FROM quarantine
    WHERE
    tenant_id = $1
    AND held_at < $2
    AND (
        ($3 = 'session_turn' AND kind = 'turn')
        OR ($3 = 'fact' AND kind = 'fact')
        OR ($3 = 'document' AND kind = 'document' AND state = 'held')
    )
)
DELETE FROM retracted WHERE tenant_id = $1 AND known_until < $2 AND kind = $3
