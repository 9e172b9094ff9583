-- Turns by id, in the order asked.
-- $1 tenant, $2 turn ids
SELECT t.turn_id, t.session_id, t.role, t.body, t.created_at, t.expires_at
FROM unnest($2::uuid[]) WITH ORDINALITY AS asked (turn_id, place)
JOIN session_turn AS t ON t.tenant_id = $1 AND t.turn_id = asked.turn_id
ORDER BY asked.place
