-- Store audit entries; what is stored already changes nothing.
-- $1 tenant, $2 ids, $3 times, $4 actors, $5 actions, $6 outcomes, $7 lists of objects, $8 counts, $9 digests, $10 MACs
INSERT INTO audit_entry (tenant_id, entry_id, at, actor, action, outcome, objects, counts, digest, mac)
SELECT
    $1,
    one.entry_id,
    one.at,
    one.actor,
    one.action,
    one.outcome,
    coalesce(string_to_array(nullif(one.objects, ''), ' '), '{}'),
    one.counts::jsonb,
    one.digest,
    one.mac
FROM unnest(
    $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bytea[], $10::bytea[]
) AS one (entry_id, at, actor, action, outcome, objects, counts, digest, mac)
ON CONFLICT (tenant_id, entry_id) DO NOTHING
