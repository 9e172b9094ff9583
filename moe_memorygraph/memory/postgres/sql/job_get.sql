-- One job.
-- $1 tenant, $2 job_id
SELECT job_id, kind, state, detail, error, created_at, updated_at FROM job WHERE tenant_id = $1 AND job_id = $2
