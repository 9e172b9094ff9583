-- Number values that have no number; for after pseudonym_lock, which also lets this statement see what others gave.
-- $1 tenant, $2 types, $3 digests, without repeats, in the order in which they are to be numbered
WITH
missing AS (
    SELECT
        asked.entity_type, asked.digest,
        row_number() OVER (PARTITION BY asked.entity_type ORDER BY asked.place) AS rank
    FROM unnest($2::text[], $3::bytea[]) WITH ORDINALITY AS asked (entity_type, digest, place)
    WHERE NOT EXISTS (
        SELECT 1 FROM pseudonym AS held
        WHERE held.tenant_id = $1 AND held.entity_type = asked.entity_type AND held.digest = asked.digest
    )
),
counted AS (
    UPDATE pseudonym_counter AS held SET last = held.last + new.values
    FROM (SELECT entity_type, count(*) AS values FROM missing GROUP BY entity_type) AS new
    WHERE held.tenant_id = $1 AND held.entity_type = new.entity_type
    RETURNING held.entity_type, held.last - new.values AS before
)
INSERT INTO pseudonym (tenant_id, entity_type, digest, number)
SELECT $1, missing.entity_type, missing.digest, counted.before + missing.rank
FROM missing
JOIN counted ON counted.entity_type = missing.entity_type
