-- Up to where the cells are right, if they were ever made, and up to where they will be once all is counted that this
-- sees. A mark that lies ahead comes from another server's counting: then everything is counted anew.
-- $1 tenant
SELECT
    (
        SELECT m.seen_before::text FROM ticket_cell_mark AS m
        WHERE m.tenant_id = $1 AND m.seen_before <= pg_snapshot_xmin(pg_current_snapshot())
    ) AS seen_before,
    pg_snapshot_xmin(pg_current_snapshot())::text AS until
