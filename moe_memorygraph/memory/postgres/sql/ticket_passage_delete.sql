-- Drop the passages of changed tickets; their embeddings go with them.
-- $1 tenant, $2 ticket ids
DELETE FROM ticket_passage WHERE tenant_id = $1 AND ticket_id = ANY ($2::text[])
