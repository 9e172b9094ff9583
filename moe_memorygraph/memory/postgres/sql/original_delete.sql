-- Take out what the vault has of items that were written anew.
-- $1 tenant, $2 customers, $3 documents, $4 tickets
DELETE FROM vault_entry
WHERE
tenant_id = $1
AND (customer_id = ANY ($2::text[]) OR document_id = ANY ($3::text[]) OR ticket_id = ANY ($4::text[]))
