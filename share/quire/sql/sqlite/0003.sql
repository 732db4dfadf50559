-- Version 3: whose each result is. job is the one that wrote it last, or, while
-- written is 0, the one whose document is to have it.
CREATE TABLE result (
	dkey BLOB PRIMARY KEY,	-- a digest of its uri, as that of job
	job INTEGER NOT NULL,
	written INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT OR REPLACE INTO result (dkey, job, written)
	SELECT dkey, id, 1 FROM job WHERE state = 2 AND dkey IS NOT NULL ORDER BY run_at, id;

-- Of a document one job runs at a time, in all queues of one DEST.
CREATE INDEX job_running ON job (ukey) WHERE state = 1;
