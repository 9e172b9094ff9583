-- Why: a run is stored before its answer leaves, with the work that follows it; long work is followed by its job.

CREATE TABLE run (
    tenant_id uuid NOT NULL CONSTRAINT run_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    run_id uuid NOT NULL,
    tool text NOT NULL,
    question text NOT NULL,
    created_at timestamptz NOT NULL,
    answer text NOT NULL,
    confidence double precision CHECK (confidence BETWEEN 0 AND 1),
    abstained boolean NOT NULL,
    envelope jsonb NOT NULL CHECK (jsonb_typeof(envelope) = 'object'),
    decision jsonb NOT NULL CHECK (jsonb_typeof(decision) = 'object'),
    computed text[] NOT NULL,
    PRIMARY KEY (tenant_id, run_id)
);

CREATE TABLE outbox (
    tenant_id uuid NOT NULL CONSTRAINT outbox_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    task_id uuid NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL CHECK (jsonb_typeof(payload) = 'object'),
    attempts integer NOT NULL CHECK (attempts >= 0),
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    due_at timestamptz,
    held_until timestamptz,
    is_dead boolean NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, task_id)
);
-- outbox_claim and outbox_pending: living tasks, oldest first.
CREATE INDEX outbox_living ON outbox (tenant_id, added_at, task_id) WHERE NOT is_dead;

CREATE TABLE job (
    tenant_id uuid NOT NULL CONSTRAINT job_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    job_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed')),
    detail jsonb NOT NULL CHECK (jsonb_typeof(detail) = 'object'),
    error text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, job_id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['run', 'outbox', 'job'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY of_tenant ON %I FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant())',
            name
        );
    END LOOP;
END $$;

GRANT SELECT, INSERT, DELETE ON run TO mg_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, job TO mg_app;
