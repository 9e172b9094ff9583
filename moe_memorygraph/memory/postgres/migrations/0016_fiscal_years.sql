-- Why: "FY25 Q2" and "last fiscal quarter" mean other months to each tenant.

-- The calendar month in which its fiscal year begins; the year bears the number of the calendar year in which it ends.
ALTER TABLE tenant ADD COLUMN fiscal_year_start smallint NOT NULL DEFAULT 1
    CONSTRAINT tenant_fiscal_year_start_is_a_month CHECK (fiscal_year_start BETWEEN 1 AND 12);

GRANT UPDATE (fiscal_year_start) ON tenant TO mg_app;
