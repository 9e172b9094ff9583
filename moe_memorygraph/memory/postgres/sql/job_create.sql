-- Store a job; one that is stored already changes nothing.
-- $1 tenant, $2.. columns
INSERT INTO job (tenant_id, job_id, kind, state, detail, error, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (tenant_id, job_id) DO NOTHING
