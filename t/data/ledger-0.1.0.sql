-- What version 0.1.0 left in its ledger of
--	quire run /tmp/quire-fixture/in /tmp/quire-fixture/out
-- over three of share/quire/samples, said twice; between the two, "broken é.pdf"
-- had become a newer version of itself. See ledger_0_1_0 of t/ledger.bash.
PRAGMA application_id = 1903520114;
PRAGMA user_version = 1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE queue (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	dest TEXT NOT NULL,
	settings TEXT NOT NULL,
	added INTEGER NOT NULL DEFAULT 0,	-- jobs that were ever added
	created INTEGER NOT NULL
) STRICT;
INSERT INTO queue VALUES(1,'/tmp/quire-fixture/in to /tmp/quire-fixture/out (lang=eng dpi=200 text=auto)','/tmp/quire-fixture/out','lang=eng dpi=200 text=auto',4,1795738875875);
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
INSERT INTO job VALUES(1,1,X'0f6c1cd9219181120c0d1ab67fa4d76c8a33a139',X'c3fc751617995957',2,1795738881365,1,0,0,3028445779,NULL,NULL,X'0fc41cd963a79d47bdbcb2e3a35522e84d461dd4','file:///tmp/quire-fixture/out/more/fax.tif.md',NULL,NULL,'{"v":1,"kind":"document","uri":"file:///tmp/quire-fixture/in/more/fax.tif","rel":"more/fax.tif","size":18400,"etag":"18400-1770091506000000000","mtime":"2026-02-03T04:05:06Z","id":"01M8D61E1HN5V57KMEMQZK6D2Y"}');
INSERT INTO job VALUES(2,1,X'b0c90f12dd6eafcde0abd31688c32f981c15e88b',X'd75bd0c805c066d6',2,1795738877040,1,0,0,2346012598,NULL,NULL,X'5b080f1228faf9dd6b6f8d1f5135d02dbcc10a9d','file:///tmp/quire-fixture/out/two-columns.pdf.md',NULL,NULL,'{"v":1,"kind":"document","uri":"file:///tmp/quire-fixture/in/two-columns.pdf","rel":"two-columns.pdf","size":29648,"etag":"29648-1767323045000000000","mtime":"2026-01-02T03:04:05Z","id":"01M8D61E1HN5V57KMEMQZK6D2Z"}');
INSERT INTO job VALUES(3,1,X'b0c9a0cdd1d383ee0cabce13e6d65d20b34ea597',X'1e646088ae2f5d3f',4,1795738882654,1,0,0,3020663627,NULL,NULL,NULL,NULL,'pdf.damaged','{"stage":"doc2png","class":"validation","code":"pdf.damaged","message":"poppler cannot read it: Syntax Error: Couldn''t find trailer dictionary"}','{"v":1,"kind":"document","uri":"file:///tmp/quire-fixture/in/broken é.pdf","rel":"broken é.pdf","size":14824,"etag":"14824-1767323045000000000","mtime":"2026-01-02T03:04:05Z","id":"01M8D61E1HN5V57KMEMQZK6D30"}');
INSERT INTO job VALUES(4,1,X'b0c9a0cdd1d383ee0cabce13e6d65d20b34ea597',X'7ad4f68ea85ff93f',3,1795738883439,1,0,0,1270358834,NULL,NULL,NULL,NULL,'pdf.damaged','{"stage":"doc2png","class":"validation","code":"pdf.damaged","message":"poppler cannot read it: Syntax Error: Couldn''t find trailer dictionary"}','{"v":1,"kind":"document","uri":"file:///tmp/quire-fixture/in/broken é.pdf","rel":"broken é.pdf","size":14824,"etag":"14824-1772600767000000000","mtime":"2026-03-04T05:06:07Z","id":"01M8D61MJYMC6K30GBG191RQZV"}');
CREATE TABLE session (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	host TEXT NOT NULL,
	pid INTEGER NOT NULL,
	created INTEGER NOT NULL
) STRICT;
CREATE TABLE event (
	id INTEGER PRIMARY KEY,
	job INTEGER NOT NULL,
	at INTEGER NOT NULL,
	what TEXT NOT NULL,	-- failed, lost, released, requeued, cancelled, dead
	code TEXT,
	attempt INTEGER NOT NULL,
	session INTEGER		-- whose the job was
) STRICT;
INSERT INTO event VALUES(1,3,1795738877115,'dead','pdf.damaged',1,1);
INSERT INTO event VALUES(2,3,1795738882655,'cancelled','job.superseded',1,NULL);
INSERT INTO event VALUES(3,4,1795738883440,'dead','pdf.damaged',1,2);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('session',2);
CREATE UNIQUE INDEX job_key ON job (queue, ukey, vkey);
CREATE INDEX job_ready ON job (queue, run_at, id) WHERE state = 0 AND alone = 0;
CREATE INDEX job_alone ON job (queue, run_at, id) WHERE state = 0 AND alone = 1;
CREATE INDEX job_session ON job (session) WHERE state = 1;
CREATE INDEX job_dest ON job (dkey) WHERE dkey IS NOT NULL;
CREATE INDEX job_dead ON job (id) WHERE state = 3;
CREATE INDEX event_job ON event (job);
CREATE INDEX event_session ON event (session) WHERE session IS NOT NULL;
COMMIT;
