-- What a tenant has beside the topics that all begin with, by name.
-- $1 tenant
SELECT name, label, names, words, examples, is_retired
FROM topic
WHERE tenant_id = $1
ORDER BY name
