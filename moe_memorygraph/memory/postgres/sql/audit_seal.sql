-- Put entries of the audit trail under a new seal.
-- $1 tenant; of the entries, in their order, $2 ids and $3 links; of the seal $4 number, $5 entries, $6 total,
-- $7 previous hash, $8 link, $9 time, $10 key id, $11 hash, $12 MAC
WITH placed AS (
    UPDATE audit_entry AS entry
    SET seal = $4::bigint, place = one.place, link = one.link
    FROM unnest($2::uuid[], $3::bytea[]) WITH ORDINALITY AS one (entry_id, link, place)
    WHERE entry.tenant_id = $1 AND entry.entry_id = one.entry_id AND entry.seal IS NULL
    RETURNING 1
)
INSERT INTO audit_seal (tenant_id, number, entries, total, previous, link, sealed_at, key_id, hash, mac)
SELECT $1, $4::bigint, $5::integer, $6, $7, $8, $9, $10, $11, $12
WHERE (SELECT count(*) FROM placed) = $5::integer
RETURNING number
