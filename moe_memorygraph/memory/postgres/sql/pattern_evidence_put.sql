-- Add the tickets behind patterns that stand already.
-- $1 tenant, $2 pattern ids, $3 places, $4 ticket ids
INSERT INTO pattern_evidence (tenant_id, pattern_id, place, ticket_id)
SELECT $1, one.pattern_id, one.place, one.ticket_id
FROM unnest($2::uuid[], $3::integer[], $4::text[]) AS one (pattern_id, place, ticket_id)
