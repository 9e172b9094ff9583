-- Why: tickets that come without a category get a topic, which is told apart from what the tenant itself says; and a
-- tenant may have topics of its own, or other names, words and examples for those that all begin with.

-- How probable the category is where it is ours; null: the tenant gave it, or there is none.
ALTER TABLE ticket ADD COLUMN topic_probability double precision
    CONSTRAINT ticket_topic_is_probable CHECK (topic_probability BETWEEN 0 AND 1),
    ADD CONSTRAINT ticket_topic_is_a_category CHECK (topic_probability IS NULL OR category <> '');

CREATE TABLE topic (
    tenant_id uuid NOT NULL CONSTRAINT topic_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL CHECK (name <> ''),
    -- What its tickets get as their category; null: the name.
    label text COLLATE "C" CHECK (label <> ''),
    names text[] NOT NULL DEFAULT '{}',
    words text[] NOT NULL DEFAULT '{}',
    examples text[] NOT NULL DEFAULT '{}',
    -- Never told of a ticket.
    is_retired boolean NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, name)
);

ALTER TABLE topic ENABLE ROW LEVEL SECURITY;
ALTER TABLE topic FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON topic FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant());

GRANT SELECT, INSERT, UPDATE, DELETE ON topic TO mg_app;
-- ticket_topics: a category that was ours, or was none, is copied to where searches filter by it.
GRANT UPDATE (category) ON ticket_passage, ticket_embedding TO mg_app;
-- ticket_to_tell: the few that have no category of the tenant's.
CREATE INDEX ticket_without_category ON ticket (tenant_id, ticket_id) WHERE category IS NULL OR topic_probability IS NOT NULL;
