-- Passages with their document's title, in the order asked.
-- $1 tenant, $2 document ids, $3 parts
SELECT
    d.document_id, d.title, d.path, d.updated_at, p.part, p.heading,
    substr(d.body, p.start + 1, p.stop - p.start) AS passage
FROM unnest($2::text[], $3::integer[]) WITH ORDINALITY AS asked (document_id, part, place)
JOIN document AS d ON d.tenant_id = $1 AND d.document_id = asked.document_id
JOIN document_passage AS p ON p.tenant_id = $1 AND p.document_id = asked.document_id AND p.part = asked.part
ORDER BY asked.place
