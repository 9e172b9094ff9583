-- Why: the preview looks whether a category has tickets at all; without an index that is a walk through all of them.
-- Serves the preview and ticket_categories.
CREATE INDEX ticket_by_category ON ticket (tenant_id, category, created_at DESC);
