-- Let nobody else number values of these types until this transaction ends.
-- $1 tenant, $2 types, without repeats and in order, so that two transactions lock in one order
INSERT INTO pseudonym_counter AS held (tenant_id, entity_type, last)
SELECT $1, asked.entity_type, 0 FROM unnest($2::text[]) AS asked (entity_type)
ON CONFLICT (tenant_id, entity_type) DO UPDATE SET last = held.last
