-- Say how a job stands; no row where there is no such job.
-- $1 tenant, $2 job_id, $3 state, $4 detail, $5 error, $6 now
UPDATE job
SET state = $3, detail = $4, error = $5, updated_at = $6
WHERE tenant_id = $1 AND job_id = $2
RETURNING job_id
