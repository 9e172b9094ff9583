-- Describe a predicate, or describe it anew.
-- $1 tenant, $2 name, $3 single, $4 value, $5 aliases, $6 asked by, $7 hinted by, $8 half-life in days or null
INSERT INTO predicate (tenant_id, name, single, value, aliases, asked_by, hinted_by, half_life_days)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (tenant_id, name) DO UPDATE
SET
    single = excluded.single,
    value = excluded.value,
    aliases = excluded.aliases,
    asked_by = excluded.asked_by,
    hinted_by = excluded.hinted_by,
    half_life_days = excluded.half_life_days
