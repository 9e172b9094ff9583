-- Why: each thing written says by which call and credential, so that trust follows the credential and not what a text
-- claims; what gives orders waits apart until somebody looked at it; and all that came from one source can be taken back.

-- One row for a call or a load that wrote. tier: how far such writers are trusted (memory/trust.py).
CREATE TABLE origin (
    tenant_id uuid NOT NULL CONSTRAINT origin_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    origin_id uuid NOT NULL,
    tier text COLLATE "C" NOT NULL CHECK (tier IN ('record', 'agent', 'text')),
    actor text COLLATE "C" NOT NULL,
    tool text COLLATE "C" NOT NULL,
    run_id uuid,
    written_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, origin_id)
);

-- What stood before has no origin: it counts as loaded by an administrator. No foreign keys to origin: its rows are never
-- deleted but with their tenant, and checking one would cost each row of a bulk load.
-- stated_to is the end as it was given; valid_to may be an earlier one, at which another fact begins.
ALTER TABLE fact
    ADD COLUMN tier text COLLATE "C" NOT NULL DEFAULT 'record' CHECK (tier IN ('record', 'agent', 'text')),
    ADD COLUMN origin_id uuid,
    ADD COLUMN stated_to timestamptz;
UPDATE fact SET stated_to = valid_to WHERE superseded_by IS NULL AND valid_to IS NOT NULL;
ALTER TABLE ticket ADD COLUMN origin_id uuid;
ALTER TABLE document ADD COLUMN origin_id uuid;
ALTER TABLE session_turn ADD COLUMN origin_id uuid;

-- Said again of a fact that is held, by another call: if the first is taken back, this stands. content: the fact as given.
CREATE TABLE fact_again (
    tenant_id uuid NOT NULL,
    fact_id uuid NOT NULL,
    origin_id uuid NOT NULL,
    content jsonb NOT NULL CHECK (jsonb_typeof(content) = 'object'),
    PRIMARY KEY (tenant_id, fact_id, origin_id),
    CONSTRAINT fact_again_fact_fk FOREIGN KEY (tenant_id, fact_id) REFERENCES fact ON DELETE CASCADE
);

-- What was taken back, and facts as they stood before that changed them: no expert reads it. It was known until then.
CREATE TABLE retracted (
    tenant_id uuid NOT NULL CONSTRAINT retracted_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('fact', 'session_turn', 'ticket', 'document')),
    item_id text COLLATE "C" NOT NULL,
    known_until timestamptz NOT NULL,
    content jsonb NOT NULL CHECK (jsonb_typeof(content) = 'object'),
    PRIMARY KEY (tenant_id, kind, item_id, known_until)
);

-- Writes that give orders to whoever reads them: held until an administrator looked at them.
CREATE TABLE quarantine (
    tenant_id uuid NOT NULL CONSTRAINT quarantine_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    review_id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('fact', 'turn', 'document')),
    state text COLLATE "C" NOT NULL CHECK (state IN ('held', 'released', 'discarded')),
    item_key text COLLATE "C" NOT NULL,
    signs text[] NOT NULL CHECK (cardinality(signs) > 0),
    content jsonb NOT NULL CHECK (jsonb_typeof(content) = 'object'),
    tier text COLLATE "C" NOT NULL CHECK (tier IN ('record', 'agent', 'text')),
    actor text COLLATE "C" NOT NULL,
    tool text COLLATE "C" NOT NULL,
    run_id uuid,
    held_at timestamptz NOT NULL,
    settled_at timestamptz,
    PRIMARY KEY (tenant_id, review_id)
);
-- quarantine_known: whether a document was looked at already.
CREATE INDEX quarantine_by_item ON quarantine (tenant_id, kind, item_key);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['origin', 'fact_again', 'retracted', 'quarantine'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY of_tenant ON %I FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant())',
            name
        );
    END LOOP;
END $$;

-- An origin is never changed; a review only settles; what was taken back goes only where its subject is forgotten.
GRANT SELECT, INSERT, DELETE ON origin, fact_again, retracted, quarantine TO mg_app;
GRANT UPDATE (state, settled_at) ON quarantine TO mg_app;
