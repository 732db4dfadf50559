-- The ledger, version 1. Times are milliseconds since 1970, UTC.
-- state: 0 queued, 1 running, 2 done, 3 dead, 4 cancelled.

PRAGMA application_id = 0x71756972;	-- "quir"

CREATE TABLE queue (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	dest TEXT NOT NULL,
	settings TEXT NOT NULL,
	added INTEGER NOT NULL DEFAULT 0,	-- jobs that were ever added
	created INTEGER NOT NULL
) STRICT;

-- One row a document and version of it. rec is its record as it was added.
-- ukey, vkey and dkey are digests of its uri, its
-- version (or etag) and the uri of its result: see lib/ledger/key.c.
CREATE TABLE job (
	id INTEGER PRIMARY KEY,
	queue INTEGER NOT NULL REFERENCES queue,
	ukey BLOB NOT NULL,
	vkey BLOB NOT NULL,
	state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 4),
	run_at INTEGER NOT NULL,	-- when queued: not before; else when it came to its state
	attempt INTEGER NOT NULL DEFAULT 0,
	lost INTEGER NOT NULL DEFAULT 0,	-- losses while alone
	alone INTEGER NOT NULL DEFAULT 0,	-- to be given out with no other
	token INTEGER,			-- of whom it was given to last: 32 bits of chance
	lease INTEGER,			-- when running: until when
	session INTEGER,		-- when running: whose, or NULL
	dkey BLOB,
	dest TEXT,
	code TEXT,			-- of its last error
	error TEXT,			-- the last "error", JSON
	rec TEXT NOT NULL
) STRICT;

-- A partial index is found by the numbers alone: of those that are queued, to be
-- alone or not; of those that run; of those that are dead.
CREATE UNIQUE INDEX job_key ON job (queue, ukey, vkey);
CREATE INDEX job_ready ON job (queue, run_at, id) WHERE state = 0 AND alone = 0;
CREATE INDEX job_alone ON job (queue, run_at, id) WHERE state = 0 AND alone = 1;
CREATE INDEX job_session ON job (session) WHERE state = 1;
CREATE INDEX job_dest ON job (dkey) WHERE dkey IS NOT NULL;
CREATE INDEX job_dead ON job (id) WHERE state = 3;

-- A process that holds jobs; it is alive while it holds its byte of DB.lock.
CREATE TABLE session (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	host TEXT NOT NULL,
	pid INTEGER NOT NULL,
	created INTEGER NOT NULL
) STRICT;

-- What happened to jobs besides being given out and done.
CREATE TABLE event (
	id INTEGER PRIMARY KEY,
	job INTEGER NOT NULL,
	at INTEGER NOT NULL,
	what TEXT NOT NULL,	-- failed, lost, released, requeued, cancelled, dead
	code TEXT,
	attempt INTEGER NOT NULL,
	session INTEGER		-- whose the job was
) STRICT;
CREATE INDEX event_job ON event (job);
CREATE INDEX event_session ON event (session) WHERE session IS NOT NULL;
