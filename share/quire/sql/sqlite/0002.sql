-- Version 2: what is said of a job's result, JSON: see lib/ledger/said.c.
ALTER TABLE job ADD COLUMN result TEXT;
