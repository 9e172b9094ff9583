-- Put sealed originals into the vault.
-- $1 tenant, $2.. columns as arrays; of the ids of items, one is not null
INSERT INTO vault_entry (
    tenant_id, entry_id, customer_id, document_id, fact_id, ticket_id, turn_id, entity_type, box
)
SELECT
    $1, one.entry_id, one.customer_id, one.document_id, one.fact_id, one.ticket_id, one.turn_id, one.entity_type,
    one.box
FROM unnest(
    $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::bytea[]
) AS one (entry_id, customer_id, document_id, fact_id, ticket_id, turn_id, entity_type, box)
