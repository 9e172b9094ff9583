-- Make this what the tenant has of one topic.
-- $1 tenant, $2 name, $3 label or null, $4 names, $5 words, $6 examples, $7 whether it is retired
INSERT INTO topic (tenant_id, name, label, names, words, examples, is_retired)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant_id, name) DO UPDATE SET
    label = excluded.label, names = excluded.names, words = excluded.words, examples = excluded.examples,
    is_retired = excluded.is_retired
