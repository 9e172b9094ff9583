-- Why: 8,000 passages took longer to look through than the words of a million others: each is taken apart first. It pays
-- where a filter leaves few, which an index finds without their words.

-- Ticket passages that hold one of the words and fit a filter, with all their words. They are looked through where the
-- tenant is small (some 3 ms), or where a filter leaves few, the tenant has no index of words of its own, and the shared
-- one is mostly others'.
CREATE OR REPLACE FUNCTION mg_holding(
    tenant uuid, customers text[], categories text[], channel text, status text, since timestamptz, until timestamptz,
    only_pii boolean, words tsquery, passages bigint, most bigint
) RETURNS TABLE (ticket_id text, part integer, tsv tsvector)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 300 SET plan_cache_mode = 'force_custom_plan'
AS $$
DECLARE
    is_looked_through boolean := passages <= 4000 OR (
        num_nonnulls(customers, categories, since, until) > 0
        AND to_regclass('ticket_passage_of_' || replace(tenant::text, '-', '')) IS NULL
        AND passages * 10 < (SELECT c.reltuples FROM pg_class AS c WHERE c.oid = 'ticket_passage'::regclass)
    );
BEGIN
    IF words IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT ticket_id, part, tsv FROM ticket_passage WHERE %s AND %s @@ $8 LIMIT $9',
        mg_fitting(customers, categories, channel, status, since, until, only_pii),
        CASE WHEN is_looked_through THEN 'strip(tsv)' ELSE 'tsv' END
    ) USING tenant, customers, categories, channel, status, since, until, words, most;
END $$;
