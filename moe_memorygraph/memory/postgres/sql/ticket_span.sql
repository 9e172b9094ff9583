-- Times of the oldest and the newest ticket.
-- $1 tenant
SELECT min(created_at) AS oldest, max(created_at) AS newest FROM ticket WHERE tenant_id = $1
