-- Why: fact_find, fact_search and fact_read answer what was known at a time: a fact that was superseded later was open
-- then. When that was learned is when its successor was recorded, so nothing more need be stored.
CREATE FUNCTION mg_learned_later(tenant uuid, successor uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT EXISTS (SELECT 1 FROM fact AS s WHERE s.tenant_id = tenant AND s.fact_id = successor AND s.recorded_at > at);
END;
