-- Why: a large tenant gets a partial HNSW index of its own (docs/adr/0007), which needs no partition, so that no row is
-- ever moved. Serves ticket_search: its order by distance, under `tenant_id = $1`, is this index's for such a tenant.
-- Nothing is copied: the one partition becomes the table.

DO $$
BEGIN
    IF (SELECT count(*) FROM pg_inherits WHERE inhparent = 'ticket_embedding'::regclass) <> 1 THEN
        RAISE EXCEPTION 'ticket_embedding has partitions that no release made';
    END IF;
END $$;

ALTER TABLE ticket_embedding DETACH PARTITION ticket_embedding_rest;
DROP TABLE ticket_embedding;
ALTER TABLE ticket_embedding_rest RENAME TO ticket_embedding;
ALTER TABLE ticket_embedding RENAME CONSTRAINT ticket_embedding_rest_pkey TO ticket_embedding_pkey;
ALTER INDEX ticket_embedding_rest_tenant_id_customer_id_created_at_idx RENAME TO ticket_embedding_by_customer;

GRANT SELECT, INSERT, DELETE ON ticket_embedding TO mg_app;
