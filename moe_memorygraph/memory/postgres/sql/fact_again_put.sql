-- Note that another call said a fact that is held.
-- $1 tenant, $2 fact, $3 origin, $4 the fact as given
INSERT INTO fact_again (tenant_id, fact_id, origin_id, content) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
