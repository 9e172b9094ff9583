-- Whether few embeddings fit a filter, in a tenant with an index of its own; by what a btree holds alone. Null without.
-- $1 tenant, $2 customer ids, $3 categories (null where there are customers), $4 since, $5 until, $6 the tenant's index,
-- $7 how many are few
SELECT
    CASE WHEN to_regclass($6::text) IS NOT NULL THEN
        (
            SELECT count(*)
            FROM (
                SELECT 1
                FROM ticket_embedding AS e
                WHERE
                e.tenant_id = $1
                AND ($2::text[] IS NULL OR e.customer_id = ANY ($2))
                AND ($3::text[] IS NULL OR e.category = ANY ($3))
                AND ($4::timestamptz IS NULL OR e.created_at >= $4)
                AND ($5::timestamptz IS NULL OR e.created_at < $5)
                LIMIT $7::integer + 1
            ) AS fitting
        ) <= $7
    END
