-- Why: in a large tenant, a filter that keeps a few per cent leaves its HNSW index too little: the walk was long and all
-- embeddings were compared after it. By these, only those that fit are compared. Serves ticket_search.
CREATE INDEX ticket_embedding_by_category ON ticket_embedding (tenant_id, category, created_at);
CREATE INDEX ticket_embedding_by_time ON ticket_embedding (tenant_id, created_at);
