-- What the vault has of one item, by type.
-- $1 tenant, $2.. its id as that of a customer, document, fact, ticket or turn: all but one null
SELECT entity_type, box
FROM vault_entry
WHERE
tenant_id = $1
AND (
    customer_id = $2::text
    OR document_id = $3::text
    OR fact_id = $4::uuid
    OR ticket_id = $5::text
    OR turn_id = $6::uuid
)
ORDER BY entity_type
