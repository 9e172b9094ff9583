-- Why: callers over the network prove who they are. A key names its tenant, so the row is found as any other row is:
-- bound to the tenant. What the key proves itself by is not stored, only its HMAC.
CREATE TABLE api_key (
    tenant_id uuid NOT NULL CONSTRAINT api_key_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    key_id uuid NOT NULL,
    name text NOT NULL,
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['read', 'write', 'admin']),
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    PRIMARY KEY (tenant_id, key_id)
);

ALTER TABLE api_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_key FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON api_key FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant());

GRANT SELECT, INSERT, DELETE ON api_key TO mg_app;
GRANT UPDATE (revoked_at, last_used_at) ON api_key TO mg_app;
