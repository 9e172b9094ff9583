-- The newest living turns of a session, newest first.
-- $1 tenant, $2 session, $3 now, $4 limit
SELECT turn_id, session_id, role, body, created_at, expires_at
FROM session_turn
WHERE tenant_id = $1 AND session_id = $2 AND expires_at > $3
ORDER BY created_at DESC, turn_id DESC
LIMIT $4
