-- Keep facts as they were known until now.
-- $1 tenant, $2 fact ids, $3 until when, $4 the facts as JSON texts
INSERT INTO retracted (tenant_id, kind, item_id, known_until, content)
SELECT $1, 'fact', one.fact_id, $3, one.content::jsonb
FROM unnest($2::text[], $4::text[]) AS one (fact_id, content)
ON CONFLICT DO NOTHING
