-- Content hashes of those that are stored.
-- $1 tenant, $2 ticket ids
SELECT ticket_id, content_hash FROM ticket WHERE tenant_id = $1 AND ticket_id = ANY ($2::text[]) ORDER BY ticket_id
