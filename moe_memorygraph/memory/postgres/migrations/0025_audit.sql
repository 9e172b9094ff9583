-- Why: who did what, and whether it was let do it, can be read later and cannot be changed unnoticed. An entry is written
-- with what it tells of; a sealer puts entries into a chain afterwards. No entry holds anybody's words: names of actions
-- from the program, ids, numbers and digests. See docs/adr/0017.

CREATE TABLE audit_entry (
    tenant_id uuid NOT NULL CONSTRAINT audit_entry_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    entry_id uuid NOT NULL,
    at timestamptz NOT NULL,
    actor text COLLATE "C" NOT NULL CHECK (actor ~ '^[a-z]+(:[!-~]{1,128})?$'),
    action text COLLATE "C" NOT NULL CHECK (action ~ '^[a-z][a-z0-9_.]{0,63}$'),
    outcome text COLLATE "C" NOT NULL CHECK (outcome ~ '^[a-z][a-z0-9_]{0,31}$'),
    objects text[] NOT NULL,
    counts jsonb NOT NULL CHECK (jsonb_typeof(counts) = 'object'),
    digest bytea CHECK (octet_length(digest) = 32),
    mac bytea NOT NULL CHECK (octet_length(mac) = 32),
    seal bigint CHECK (seal > 0),
    place integer CHECK (place > 0),
    link bytea CHECK (octet_length(link) = 32),
    PRIMARY KEY (tenant_id, entry_id),
    CHECK ((seal IS NULL) = (place IS NULL) AND (seal IS NULL) = (link IS NULL))
);
-- audit_unsealed and audit_to_seal: what waits for a seal, oldest first.
CREATE INDEX audit_entry_unsealed ON audit_entry (tenant_id, entry_id) WHERE seal IS NULL;
-- audit_sealed: the chain in its order.
CREATE INDEX audit_entry_sealed ON audit_entry (tenant_id, seal, place) WHERE seal IS NOT NULL;

CREATE TABLE audit_seal (
    tenant_id uuid NOT NULL CONSTRAINT audit_seal_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    number bigint NOT NULL CHECK (number > 0),
    entries integer NOT NULL CHECK (entries > 0),
    total bigint NOT NULL CHECK (total > 0),
    previous bytea NOT NULL CHECK (octet_length(previous) = 32),
    link bytea NOT NULL CHECK (octet_length(link) = 32),
    sealed_at timestamptz NOT NULL,
    key_id bytea NOT NULL CHECK (octet_length(key_id) = 8),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    mac bytea NOT NULL CHECK (octet_length(mac) = 32),
    PRIMARY KEY (tenant_id, number)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['audit_entry', 'audit_seal'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY of_tenant ON %I FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant())',
            name
        );
    END LOOP;
END $$;

-- Rows are deleted with their tenant only, by tenant_erase. Sealing fills three columns and changes no other.
GRANT SELECT, INSERT, DELETE ON audit_entry, audit_seal TO mg_app;
GRANT UPDATE (seal, place, link) ON audit_entry TO mg_app;
