-- Why: tenants describe predicates of their own, or the usual ones otherwise: how many values, of which type, under which
-- names, asked for how, and how fast they grow old.

CREATE TABLE predicate (
    tenant_id uuid NOT NULL CONSTRAINT predicate_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL CHECK (name <> ''),
    single boolean NOT NULL,
    value text COLLATE "C" NOT NULL,
    aliases jsonb NOT NULL CONSTRAINT predicate_aliases_is_a_list CHECK (jsonb_typeof(aliases) = 'array'),
    asked_by jsonb NOT NULL CONSTRAINT predicate_asked_by_is_a_list CHECK (jsonb_typeof(asked_by) = 'array'),
    hinted_by jsonb NOT NULL CONSTRAINT predicate_hinted_by_is_a_list CHECK (jsonb_typeof(hinted_by) = 'array'),
    -- Days after which an open fact is believed half as much; null: age says nothing against it.
    half_life_days double precision CHECK (half_life_days > 0),
    PRIMARY KEY (tenant_id, name)
);

ALTER TABLE predicate ENABLE ROW LEVEL SECURITY;
ALTER TABLE predicate FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON predicate FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON predicate TO mg_app;
