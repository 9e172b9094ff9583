-- Say when the patterns were mined, also those found again unchanged.
-- $1 tenant, $2 mined at
UPDATE pattern SET mined_at = $2 WHERE tenant_id = $1 AND mined_at <> $2
