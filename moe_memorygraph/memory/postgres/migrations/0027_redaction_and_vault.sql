-- Why: each tenant says what becomes of each type of personal data, the same person keeps one pseudonym, and a tenant may
-- keep originals, sealed with a key of its own that can be destroyed.

CREATE TABLE redaction_policy (
    tenant_id uuid NOT NULL CONSTRAINT redaction_policy_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    entity_type text COLLATE "C" NOT NULL CHECK (entity_type ~ '^[A-Z][A-Z_]{1,40}$'),
    policy text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, entity_type)
);

-- The tenant's key, wrapped by a master key that is never in the database. Without this row nothing that was sealed,
-- encrypted, hashed or numbered with it can be opened or recognised again.
CREATE TABLE data_key (
    tenant_id uuid NOT NULL CONSTRAINT data_key_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    key_id uuid NOT NULL,
    wrapped bytea NOT NULL CHECK (octet_length(wrapped) BETWEEN 48 AND 256),
    master_id bytea NOT NULL CHECK (octet_length(master_id) = 8),
    -- Whether originals of what is redacted go to the vault.
    keeps_originals boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- The number of a value; the digest is an HMAC of it under the tenant's key.
CREATE TABLE pseudonym (
    tenant_id uuid NOT NULL CONSTRAINT pseudonym_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    entity_type text COLLATE "C" NOT NULL,
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    number bigint NOT NULL CHECK (number > 0),
    PRIMARY KEY (tenant_id, entity_type, digest),
    CONSTRAINT pseudonym_is_of_one_value UNIQUE (tenant_id, entity_type, number)
);

-- The last number given: a number is never given again, whoever was forgotten.
CREATE TABLE pseudonym_counter (
    tenant_id uuid NOT NULL CONSTRAINT pseudonym_counter_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    entity_type text COLLATE "C" NOT NULL,
    last bigint NOT NULL CHECK (last >= 0),
    PRIMARY KEY (tenant_id, entity_type)
);

-- The originals of one type in one item, sealed. They go with the item, whoever deletes it.
CREATE TABLE vault_entry (
    tenant_id uuid NOT NULL CONSTRAINT vault_entry_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    entry_id uuid NOT NULL,
    customer_id text COLLATE "C",
    ticket_id text COLLATE "C",
    fact_id uuid,
    turn_id uuid,
    document_id text COLLATE "C",
    entity_type text COLLATE "C" NOT NULL,
    box bytea NOT NULL,
    PRIMARY KEY (tenant_id, entry_id),
    CONSTRAINT vault_entry_is_of_one_item
        CHECK (num_nonnulls(customer_id, ticket_id, fact_id, turn_id, document_id) = 1),
    CONSTRAINT vault_entry_customer_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customer ON DELETE CASCADE,
    CONSTRAINT vault_entry_ticket_fk FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket ON DELETE CASCADE,
    CONSTRAINT vault_entry_fact_fk FOREIGN KEY (tenant_id, fact_id) REFERENCES fact ON DELETE CASCADE,
    CONSTRAINT vault_entry_turn_fk FOREIGN KEY (tenant_id, turn_id) REFERENCES session_turn ON DELETE CASCADE,
    CONSTRAINT vault_entry_document_fk FOREIGN KEY (tenant_id, document_id) REFERENCES document ON DELETE CASCADE
);
-- original_read, original_delete, and the deletion of an item, which looks for its entries.
CREATE UNIQUE INDEX vault_entry_by_customer ON vault_entry (tenant_id, customer_id, entity_type)
WHERE customer_id IS NOT NULL;
CREATE UNIQUE INDEX vault_entry_by_ticket ON vault_entry (tenant_id, ticket_id, entity_type)
WHERE ticket_id IS NOT NULL;
CREATE UNIQUE INDEX vault_entry_by_fact ON vault_entry (tenant_id, fact_id, entity_type)
WHERE fact_id IS NOT NULL;
CREATE UNIQUE INDEX vault_entry_by_turn ON vault_entry (tenant_id, turn_id, entity_type)
WHERE turn_id IS NOT NULL;
CREATE UNIQUE INDEX vault_entry_by_document ON vault_entry (tenant_id, document_id, entity_type)
WHERE document_id IS NOT NULL;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY
        ARRAY['redaction_policy', 'data_key', 'pseudonym', 'pseudonym_counter', 'vault_entry']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY of_tenant ON %I FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant())',
            name
        );
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON redaction_policy, pseudonym_counter TO mg_app;
GRANT SELECT, INSERT, DELETE ON data_key, pseudonym, vault_entry TO mg_app;
GRANT UPDATE (wrapped, master_id, keeps_originals) ON data_key TO mg_app;
