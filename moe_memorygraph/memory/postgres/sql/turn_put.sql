-- Store turns that are not stored yet; a row for each that was new.
-- $1 tenant, $2..$7 columns as arrays, ordered by turn_id; $8 origin or null
INSERT INTO session_turn (tenant_id, turn_id, session_id, role, body, created_at, expires_at, tsv, origin_id)
SELECT
    $1, one.turn_id, one.session_id, one.role, one.body, one.created_at, one.expires_at,
    to_tsvector('pg_catalog.english', one.body), $8::uuid
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[])
    AS one (turn_id, session_id, role, body, created_at, expires_at)
ON CONFLICT (tenant_id, turn_id) DO NOTHING
RETURNING turn_id
