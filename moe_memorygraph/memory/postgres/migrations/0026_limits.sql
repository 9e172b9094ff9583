-- Why: a tenant has limits, and the processes that serve it share what is left of its day.

-- A limit of the tenant's own in place of the settings'; NULL: without limit.
CREATE TABLE tenant_limit (
    tenant_id uuid NOT NULL CONSTRAINT tenant_limit_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    name text NOT NULL CHECK (
        name IN (
            'calls_per_second', 'call_burst', 'calls_at_once', 'calls_per_day', 'rows_per_day', 'embeddings_per_day'
        )
    ),
    most double precision CHECK (most >= 0 AND most < 'Infinity'),
    PRIMARY KEY (tenant_id, name)
);

-- What a tenant has had of a day (UTC). The row of a measure is what processes lock while they are lent of it.
CREATE TABLE quota_day (
    tenant_id uuid NOT NULL CONSTRAINT quota_day_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    day date NOT NULL,
    measure text NOT NULL CHECK (measure IN ('calls', 'rows', 'embeddings')),
    used bigint NOT NULL CHECK (used >= 0),
    denied bigint NOT NULL CHECK (denied >= 0),
    PRIMARY KEY (tenant_id, day, measure)
);

-- What of a day's quota a process has in advance, and until when nobody else may have it.
CREATE TABLE quota_lease (
    tenant_id uuid NOT NULL CONSTRAINT quota_lease_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    day date NOT NULL,
    measure text NOT NULL CHECK (measure IN ('calls', 'rows', 'embeddings')),
    holder uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    held_until timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, day, measure, holder)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tenant_limit', 'quota_day', 'quota_lease'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY of_tenant ON %I FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant())',
            name
        );
        EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO mg_app', name);
    END LOOP;
END $$;

GRANT UPDATE (most) ON tenant_limit TO mg_app;
GRANT UPDATE (used, denied) ON quota_day TO mg_app;
