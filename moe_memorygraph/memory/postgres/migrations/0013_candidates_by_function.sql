-- Why: the large statements are planned once for all tenants and not at each call, which took longer than running them.
-- What does hang on the tenant stays in two small functions of ticket_search, planned at each call: which index finds
-- its candidates. Row security holds inside: both run as who calls them.

-- The conditions of a ticket filter as a part of a statement that has the filter as $1 to $8, tenant first.
CREATE FUNCTION mg_fitting(
    customers text[], categories text[], channel text, status text, since timestamptz, until timestamptz, only_pii boolean
) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 'tenant_id = $1'
|| CASE WHEN customers IS NULL THEN '' ELSE ' AND customer_id = ANY ($2)' END
|| CASE WHEN categories IS NULL THEN '' ELSE ' AND category = ANY ($3)' END
|| CASE WHEN channel IS NULL THEN '' ELSE ' AND channel = $4' END
|| CASE WHEN status IS NULL THEN '' ELSE ' AND status = $5' END
|| CASE WHEN since IS NULL THEN '' ELSE ' AND created_at >= $6' END
|| CASE WHEN until IS NULL THEN '' ELSE ' AND created_at < $7' END
|| CASE WHEN only_pii THEN ' AND has_pii' ELSE '' END;

-- The ticket passages closest in meaning that fit a filter, with their cosine distance. A tenant with an index of its
-- own has it walked, unless so few passages fit that comparing them all is quicker; a walk that leaves too few, because
-- the filter took them, is followed by that comparison. Without an index all that fit are compared.
-- passages: of the tenant, about; null where they were never counted. most: how many at most.
CREATE FUNCTION mg_nearest(
    tenant uuid, customers text[], categories text[], channel text, status text, since timestamptz, until timestamptz,
    only_pii boolean, wanted halfvec, passages bigint, most integer
) RETURNS TABLE (ticket_id text, part integer, distance double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100 SET plan_cache_mode = 'force_custom_plan'
AS $$
DECLARE
    fitting text := mg_fitting(customers, categories, channel, status, since, until, only_pii);
    has_index boolean := to_regclass('ticket_embedding_of_' || replace(tenant::text, '-', '')) IS NOT NULL;
    -- Comparing n takes 0.65 n us, a walk 100 for each hundredth of all that fits and 700 to begin with: as quick at
    -- about this n. Of a customer or a category it sees more in vain: their tickets are alike, far from most questions.
    few bigint := (500 + 20 * sqrt(coalesce(passages, 0))) * CASE WHEN customers IS NULL AND categories IS NULL THEN 1 ELSE 2 END;
    is_few boolean;
    ids text[];
    parts integer[];
    distances double precision[];
BEGIN
    IF wanted IS NULL THEN
        RETURN;
    END IF;
    IF has_index AND num_nonnulls(customers, categories, since, until) > 0 THEN
        -- by what a btree holds alone
        EXECUTE format(
            'SELECT count(*) <= $8 FROM (SELECT 1 FROM ticket_embedding WHERE %s LIMIT $8 + 1) AS counted',
            mg_fitting(customers, CASE WHEN customers IS NULL THEN categories END, NULL, NULL, since, until, false)
        ) INTO is_few USING tenant, customers, categories, channel, status, since, until, few;
    END IF;
    IF has_index AND is_few IS NOT TRUE THEN
        EXECUTE format(
            'SELECT array_agg(ticket_id), array_agg(part), array_agg(distance) FROM ('
            ' SELECT ticket_id, part, embedding <=> $8 AS distance FROM ticket_embedding WHERE %s'
            ' ORDER BY embedding::halfvec(%s) <=> $8::halfvec(%2$s) LIMIT $9) AS near',
            fitting, vector_dims(wanted)
        ) INTO ids, parts, distances
        USING tenant, customers, categories, channel, status, since, until, wanted, most;
        IF cardinality(ids) >= most THEN
            RETURN QUERY SELECT * FROM unnest(ids, parts, distances);
            RETURN;
        END IF;
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT ticket_id, part, embedding <=> $8 AS distance FROM ticket_embedding WHERE %s'
        ' ORDER BY distance, ticket_id, part LIMIT $9',
        fitting
    ) USING tenant, customers, categories, channel, status, since, until, wanted, most;
END $$;

-- Ticket passages that hold one of the words and fit a filter, with all their words. A small tenant is looked through
-- for them, in some 3 ms: the index of words holds those of all tenants, and beside a very large one the words of a
-- question lead to half a million rows.
CREATE FUNCTION mg_holding(
    tenant uuid, customers text[], categories text[], channel text, status text, since timestamptz, until timestamptz,
    only_pii boolean, words tsquery, passages bigint, most bigint
) RETURNS TABLE (ticket_id text, part integer, tsv tsvector)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 300 SET plan_cache_mode = 'force_custom_plan'
AS $$
BEGIN
    IF words IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT ticket_id, part, tsv FROM ticket_passage WHERE %s AND %s @@ $8 LIMIT $9',
        mg_fitting(customers, categories, channel, status, since, until, only_pii),
        CASE WHEN passages <= 4000 THEN 'strip(tsv)' ELSE 'tsv' END
    ) USING tenant, customers, categories, channel, status, since, until, words, most;
END $$;
