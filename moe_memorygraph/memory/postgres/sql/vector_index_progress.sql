-- How far the building of an index has come.
-- $1 process id of the session that builds it
SELECT phase, tuples_done, tuples_total FROM pg_stat_progress_create_index WHERE pid = $1
