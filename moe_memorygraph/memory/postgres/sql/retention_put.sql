-- Say how many days a plane is kept.
-- $1 tenant, $2 plane, $3 days
INSERT INTO retention (tenant_id, plane, days)
VALUES ($1, $2, $3)
ON CONFLICT (tenant_id, plane) DO UPDATE SET days = excluded.days
