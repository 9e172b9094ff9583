-- How far the building of an index has come, in blocks of the table where the phase counts no rows.
-- $1 process id of the session that builds it
SELECT
    phase,
    CASE WHEN tuples_total > 0 THEN tuples_done ELSE blocks_done END AS done,
    CASE WHEN tuples_total > 0 THEN tuples_total ELSE blocks_total END AS total
FROM pg_stat_progress_create_index
WHERE pid = $1
