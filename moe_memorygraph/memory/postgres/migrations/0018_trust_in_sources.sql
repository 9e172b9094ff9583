-- Why: where sources disagree, each tenant says how far it trusts which of them.

-- Source, in lower case, to trust, 0..1; a source that is not named is trusted fully.
ALTER TABLE tenant ADD COLUMN source_trust jsonb NOT NULL DEFAULT '{}'
    CONSTRAINT tenant_source_trust_is_a_map CHECK (jsonb_typeof(source_trust) = 'object');

GRANT UPDATE (source_trust) ON tenant TO mg_app;
