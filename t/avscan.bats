#!/usr/bin/env bats
# avscan: what clamd says of documents, by a real one with a database of ours; and by a
# stand-in (fake/clamd.py) what comes of one that errs. Nothing may be called clean.
load helper
load clamd

setup()
{
	quire_setup
	samples=$QUIRE_TOP/share/quire/samples
	mkdir in
	cp "$samples/two-columns.pdf" in/good.pdf
	{ cat in/good.pdf && echo "$clamd_virus"; } >in/bad.pdf
}

teardown()
{
	stop_clamd
}

# scan FILE [OPTION...]: avscan of it, or of all in a folder.
scan()
{
	s3ls "$1" | s3get >got
	run --separate-stderr timeout 200 avscan "${@:2}" <got
}

# of REL EXPR: what the record of that document says.
of()
{
	# shellcheck disable=SC2154 # run's
	jq -r --arg rel "$1" "select(.rel == \$rel) | $2" <<<"$output"
}

# nothing_clean: no record says so, and none is without an error.
nothing_clean()
{
	json '.error != null and .scan.result != "clean"'
}

@test "a clean document passes on with what clamd said, an infected one fails with the name" {
	start_clamd
	scan in
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 2 ]
	[ "$(of good.pdf '.scan | [.result, .bytes, has("signature")] | @tsv')" = \
	    "clean	$(wc -c <in/good.pdf)	false" ]
	[[ $(of good.pdf .scan.version) == ClamAV\ [0-9]* ]]
	[ "$(of good.pdf '.error, (.took_ms.avscan | type)')" = $'null\nnumber' ]
	[ "$(of bad.pdf '.error | [.stage, .class, .code, .message] | @tsv')" = \
	    "avscan	validation	scan.infected	clamd found Quire.Test.UNOFFICIAL" ]
	[ "$(of bad.pdf '.scan | [.result, .signature] | @tsv')" = 'infected	Quire.Test.UNOFFICIAL' ]
	[[ $stderr == *'"code":"scan.infected"'*'Quire.Test.UNOFFICIAL'* ]]
	# In its place, by the path that s3get gave.
	[ "$(of good.pdf .path)" = "$(jq -r 'select(.rel == "good.pdf") | .path' got)" ]
}

@test "what is infected is not opened: doc2png passes it on" {
	start_clamd
	scan in
	doc2png <<<"$output" >pages || [ "$?" -eq 1 ]
	[ "$(jq -r 'select(.kind == "page") | .rel' pages | sort -u)" = good.pdf ]
	[ "$(jq -r 'select(.kind == "page") | .scan.result' pages | sort -u)" = clean ]
	[ "$(jq -r 'select(.error) | [.rel, .error.code] | @tsv' pages)" = 'bad.pdf	scan.infected' ]
	work=$(of bad.pdf .work)
	[ "$(ls "$work")" = source ]
}

@test "clamd's limits are errors that name what to raise" {
	start_clamd 'StreamMaxLength 300K' 'MaxFileSize 200K' 'AlertExceedsMax yes'
	head -c 100000 /dev/zero >in/small
	head -c 250000 /dev/zero >in/file
	head -c 2000000 /dev/zero >in/stream
	scan in
	[ "$status" -eq 1 ]
	[ "$(of small .scan.result)" = clean ]
	[ "$(of file '[.error.class, .error.code, .scan.result, .scan.signature] | @tsv')" = \
	    'permanent	scan.limit	limit	Heuristics.Limits.Exceeded.MaxFileSize' ]
	[[ $(of file .error.message) == *'raise MaxFileSize in its clamd.conf'* ]]
	[ "$(of stream '[.error.class, .error.code, .scan.result] | @tsv')" = 'permanent	scan.limit	limit' ]
	[[ $(of stream .error.message) == *'raise StreamMaxLength in its clamd.conf'* ]]
}

@test "over TCP it is the same, the limit too" {
	read -r port < <(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	start_clamd "TCPSocket $port" 'TCPAddr 127.0.0.1' 'StreamMaxLength 300K'
	head -c 9000000 /dev/zero >in/stream
	# localhost may be ::1 first, where nobody listens.
	for address in "127.0.0.1:$port" "localhost:$port"; do
		QUIRE_CLAMD='' scan in --clamd "$address"
		[ "$status" -eq 1 ]
		[ "$(of good.pdf .scan.result)" = clean ]
		[ "$(of bad.pdf .error.code)" = scan.infected ]
		[ "$(of stream .error.code)" = scan.limit ]
	done
	QUIRE_CLAMD='' scan in --clamd "[::1]:$port" --patience 0
	[ "$status" -eq 75 ]
	nothing_clean
}

@test "what is encrypted is an error where clamd is to alert of it" {
	# It is enough that the archive says so.
	python3 - <<-'END'
		import zipfile
		with zipfile.ZipFile('in/a.zip', 'w') as z:
		    z.writestr('a.txt', 'text')
		data = bytearray(open('in/a.zip', 'rb').read())
		for mark, at in (b'PK\3\4', 6), (b'PK\1\2', 8):
		    data[data.index(mark) + at] |= 1
		open('in/a.zip', 'wb').write(data)
	END
	start_clamd 'AlertEncrypted yes'
	scan in/a.zip
	[ "$status" -eq 1 ]
	nothing_clean
	json '.error.class == "validation" and .error.code == "scan.encrypted" and .scan.result == "encrypted" and
	    .scan.signature == "Heuristics.Encrypted.Zip"'
}

@test "many at once, on connections of their own" {
	start_clamd 'MaxThreads 4'
	for i in {1..40}; do cp in/good.pdf "in/g$i.pdf"; done
	for i in {1..10}; do cp in/bad.pdf "in/b$i.pdf"; done
	for jobs in 1 16; do
		scan in -j "$jobs"
		[ "$status" -eq 1 ]
		[ "$(jq -r .scan.result <<<"$output" | sort | uniq -c | tr -s ' \n' ' ')" = ' 41 clean 11 infected ' ]
	done
	rm -rf "${QUIRE_WORK:?}"
	leftovers
}

@test "an empty document is clean, and a damaged one, as nothing is in them" {
	start_clamd
	: >in/empty
	cp "$samples/broken.pdf" in
	scan in
	[ "$(of empty '[.scan.result, .scan.bytes] | @tsv')" = 'clean	0' ]
	[ "$(of broken.pdf .scan.result)" = clean ]
}

@test "clamd gets the bytes of the document, all of them, whatever its size" {
	export QUIRE_CLAMD_LOG=$PWD/log
	start_fake_clamd
	for n in 1 65535 65536 65537 131072 3000001; do
		head -c "$n" /dev/urandom >"in/$n"
	done
	scan in
	[ "$status" -eq 0 ]
	json '.scan.result == "clean" and .scan.version == "ClamAV 9.9/27000/Sun Nov 29 08:00:00 2026"'
	jq -r '[.size, .sha256] | join(" ")' got | sort >want
	jq -r '[.scan.bytes, .sha256] | join(" ")' <<<"$output" | sort | diff want -
	sort log | diff want -
}

@test "a clamd that is not there is waited for, and then ends the command" {
	scan in --clamd "unix:$PWD/none" --patience 1
	[ "$status" -eq 75 ]
	[ "${#lines[@]}" -eq 2 ]
	nothing_clean
	json '.error.class == "transient" and .error.code == "scan.server"'
	[[ $stderr == *'none: No such file or directory: waiting for it'*'"level":"error"'*'clamav-daemon'* ]]
	# The one that is there by default is not started by tests.
	: >none
	scan in --clamd "unix:$PWD/none" --patience 0
	[ "$status" -eq 75 ]
	nothing_clean
}

@test "one that is started meanwhile is asked" {
	clamd_need
	s3ls in | s3get >got
	QUIRE_CLAMD=unix:$BATS_TEST_TMPDIR/clamd/ctl timeout 200 avscan <got >out.json 2>err 3>&- &
	pid=$!
	until_true grep -q 'waiting for it' err
	start_clamd
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 1 ]
	[ "$(jq -r .scan.result out.json | sort | tr '\n' ' ')" = 'clean infected ' ]
}

@test "one that dies under a document and is gone ends the command, nothing is clean" {
	start_fake_clamd wait
	head -c 8000000 /dev/zero >in/long
	s3ls in/long | s3get >got
	avscan --patience 0 <got >out.json 2>err 3>&- &
	pid=$!
	until_true test -e "$clamd_fake.waits"
	stop_clamd
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 75 ]
	output=$(cat out.json)
	nothing_clean
}

@test "one that hangs up is asked again, and no more than three times" {
	start_fake_clamd drop cut:1 half ok
	scan in/good.pdf
	[ "$status" -eq 0 ]
	json '.scan.result == "clean"'
	for word in cut:1 cut:20000 half; do
		stop_clamd
		start_fake_clamd "$word"
		scan in
		[ "$status" -eq 1 ]
		nothing_clean
		json '.error.class == "transient" and .error.code == "scan.server" and (.error.message | contains("hung up"))'
	done
}

@test "one that only ever hangs up is not there" {
	start_fake_clamd drop
	scan in --patience 1
	[ "$status" -eq 75 ]
	nothing_clean
}

@test "silence is an error after --timeout" {
	start_fake_clamd silent
	scan in/good.pdf --timeout 1
	[ "$status" -eq 1 ]
	nothing_clean
	json '.error.class == "transient" and .error.code == "scan.server" and (.error.message | contains("silent for 1 s"))'
	stop_clamd
	# It takes a part, and no more.
	head -c 4000000 /dev/zero >in/long
	start_fake_clamd hang:1
	scan in/long --timeout 1
	[ "$status" -eq 1 ]
	nothing_clean
	json '.error.code == "scan.server" and .scan == null'
	stop_clamd
	start_fake_clamd mute
	scan in/good.pdf --timeout 1 --patience 1
	[ "$status" -eq 75 ]
	nothing_clean
}

@test "an answer that takes a while is waited for" {
	start_fake_clamd 'after:1.5:stream: OK'
	scan in/good.pdf --timeout 100
	[ "$status" -eq 0 ]
	json '.scan.result == "clean" and .took_ms.avscan >= 1500'
}

@test "what makes no sense is an error, and of a first document says that this is no clamd" {
	for word in 'all:stream: OK' 'all:2: stream: OK' 'all:SSH-2.0-OpenSSH_9.2' 'all:' 'all:1: ' \
	    'say:OK' 'say:stream: OK ' 'say:stream: clean' 'say:stream:  FOUND' 'say:' 'say:stream: OK\x002: stream: OK' \
	    endless; do
		echo "$word" >&2
		start_fake_clamd "$word"
		scan in/good.pdf
		[ "$status" -eq 3 ]
		nothing_clean
		json '.error.code == "scan.answer" and .error.class == "transient"'
		stop_clamd
		# After one that made sense it is the document's.
		start_fake_clamd 'say:stream: A FOUND' "$word"
		scan in -j 1
		[ "$status" -eq 1 ]
		[ "$(jq -r .error.code <<<"$output" | sort | tr '\n' ' ')" = 'scan.answer scan.infected ' ]
		nothing_clean
		stop_clamd
	done
}

@test "what is said before it has the document is not taken for clean" {
	head -c 8000000 /dev/zero >in/long
	start_fake_clamd 'early:stream: OK'
	scan in/long
	[ "$status" -eq 3 ]
	nothing_clean
	json '.error.code == "scan.answer"'
	stop_clamd
	start_fake_clamd 'early:stream: A FOUND'
	scan in/long
	json '.error.code == "scan.infected" and .scan.bytes < 8000000'
	stop_clamd
	start_fake_clamd 'early:INSTREAM size limit exceeded. ERROR'
	scan in/long
	json '.error.code == "scan.limit"'
}

@test "clamd's own errors are errors" {
	start_fake_clamd "say:stream: Can't allocate memory ERROR" 'all:COMMAND READ TIMED OUT' ok
	scan in/good.pdf
	[ "$status" -eq 1 ]
	json '.error.class == "transient" and .error.code == "scan.failed"'
	# It was we who were slow: asked again.
	scan in/good.pdf
	[ "$status" -eq 0 ]
	stop_clamd
	start_fake_clamd 'say:stream: Heuristics.Encrypted.PDF FOUND'
	scan in/good.pdf
	json '.error.class == "validation" and .error.code == "scan.encrypted" and .scan.result == "encrypted"'
}

@test "a signature's name is escaped and cut" {
	start_fake_clamd 'say:stream: a\x1b[31m\xff\xe2\x80\xae'"$(printf '%0600d' 0)"' FOUND'
	scan in/good.pdf
	[ "$status" -eq 1 ]
	json '.error.code == "scan.infected" and (.scan.signature | startswith("a\\x1b[31m\\xff\\u202e000") and length == 200)'
	[[ $stderr != *$'\e'* ]]
	[ "$(of good.pdf .error.message)" = "clamd found $(of good.pdf .scan.signature)" ]
}

@test "a document that changes or goes while it is scanned is an error" {
	head -c 8000000 /dev/zero >in/long
	for change in 'truncate -s 9000000' 'truncate -s 100' 'touch -d 2001-01-01' rm; do
		echo "$change" >&2
		start_fake_clamd wait
		s3ls in/long | s3get >got
		avscan <got >out.json 2>err 3>&- &
		pid=$!
		until_true test -e "$clamd_fake.waits"
		$change "$(jq -r .path got)"
		: >"$clamd_fake.go"
		status=0
		wait "$pid" || status=$?
		[ "$status" -eq 1 ]
		output=$(cat out.json)
		nothing_clean
		json '.error.class == "transient" and .error.code == "document.changed"'
		stop_clamd
	done
}

@test "a document elsewhere is copied, and what was scanned is what is read later" {
	start_fake_clamd
	jq -nc --arg path "$PWD/in/good.pdf" '{kind: "document", $path, scan: {result: "x"}}' >got
	run -0 --separate-stderr avscan <got
	json '.path == .work + "/source" and .scan.result == "clean" and (.id | length) == 26'
	cmp "$(jq -r .path <<<"$output")" in/good.pdf
	rm in/good.pdf
	run -0 --separate-stderr doc2png <<<"$output"
	json '.kind == "page"'
}

@test "only a plain file is scanned" {
	start_fake_clamd
	mkfifo fifo
	ln -s /dev/zero zero
	for path in fifo zero /dev/zero . none; do
		jq -nc --arg path "$path" '{kind: "document", $path}'
	done >in.json
	run -1 --separate-stderr timeout 100 avscan <in.json
	nothing_clean
	json '.error.code == "document.type" or .error.code == "document.missing"'
	[ "${#lines[@]}" -eq 5 ]
	# Nor through a link in a work directory.
	s3ls in/good.pdf | s3get >got
	path=$(jq -r .path got)
	ln -sf "$PWD/in/bad.pdf" "$path"
	run -1 --separate-stderr avscan <got
	nothing_clean
}

@test "an address that is none is 2, and one that is not known 75" {
	for address in '' nope unix: :3310 host: host:x host:0 host:65536 host:3310x ::1:3310 '[]:1' \
	    "unix:$(printf '%0108d' 0)"; do
		run -2 --separate-stderr avscan --clamd "$address" </dev/null
		[[ $stderr == "avscan: --clamd $address"* ]]
	done
	QUIRE_CLAMD=nope run -2 --separate-stderr avscan </dev/null
	[[ $stderr == "avscan: QUIRE_CLAMD nope: no address of clamd"* ]]
	QUIRE_CLAMD=nope run -0 --separate-stderr avscan --clamd unix:x </dev/null
	run -75 --separate-stderr avscan --clamd quire.invalid:3310 </dev/null
	[[ $stderr == *'quire.invalid'* ]]
}

@test "told to stop it waits for no clamd, and lets what is scanned end" {
	head -c 8000000 /dev/zero >in/long
	s3ls in/long | s3get >got
	avscan --clamd "unix:$PWD/none" <got >out.json 2>err 3>&- &
	pid=$!
	until_true grep -q 'waiting for it' err
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 143 ]
	output=$(cat out.json)
	json '.error.code == "stage.stopped" and .scan == null'
	start_fake_clamd wait
	avscan <got >out.json 2>err 3>&- &
	pid=$!
	until_true test -e "$clamd_fake.waits"
	kill -TERM "$pid"
	until_true grep -q 'told to stop' err
	: >"$clamd_fake.go"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 143 ]
	output=$(cat out.json)
	json '.error == null and .scan.result == "clean"'
}

@test "told twice it ends at once, and what it had in hand is not clean" {
	head -c 8000000 /dev/zero >in/long
	start_fake_clamd wait
	s3ls in | s3get >got
	avscan <got >out.json 2>err 3>&- &
	pid=$!
	until_true test -e "$clamd_fake.waits"
	kill -TERM "$pid"
	until_true grep -q 'told to stop' err
	once_more -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 143 ]
	[ "$(jq -s 'map(select(.error == null)) | length' out.json)" -eq 0 ]
}

@test "what a ledger's pipeline cannot have scanned is left for the next run" {
	jobdb queue --dest out set q
	s3ls in | jobdb add --queue q >/dev/null
	# More often than it has attempts: it is no document's fault.
	for i in 1 2 3 4 5 6; do
		run -75 --separate-stderr jobdb work --queue q --wait 0 --pipe -- s3get '|' \
		    avscan --clamd "unix:$PWD/none" --patience 0 '|' jobdb 'done' --rm
		output=$(jobdb list --queue q)
		json '.state == "queued" and .error.code == "scan.server"'
		sql 'UPDATE job SET run_at = 1'
	done
	leftovers
}

@test "quire run --scan: what is infected is a dead letter, and is not opened" {
	start_clamd
	run -1 --separate-stderr quire run --scan in out
	[[ $stderr == *'2 documents: 1 done'*'1 failed'*'failed: 1 scan.infected'* ]]
	[ "$(ls out)" = good.pdf.md ]
	output=$(jobdb list --state dead)
	json '.rel == "bad.pdf" and .error.code == "scan.infected" and .error.stage == "avscan" and
	    (.error.message | contains("Quire.Test.UNOFFICIAL"))'
	# It stays so, for a run that does not scan, too; and what is done is up to date.
	for scan in '' --scan; do
		# shellcheck disable=SC2086 # none
		run -1 --separate-stderr quire run $scan in out
		[[ $stderr == *'2 documents: 0 done'*'1 skipped (up to date), 1 dead before'* ]]
	done
	run -0 quire status in out
	leftovers
}

@test "quire run --scan says where clamd is, and ends with 75 where it is not" {
	run -75 --separate-stderr quire run --scan --clamd "unix:$PWD/none" --patience 1 in out
	[[ $stderr == *'none: No such file or directory'*'2 left: run it again to go on'* ]]
	[ ! -e out/good.pdf.md ]
	start_clamd
	address=$QUIRE_CLAMD
	QUIRE_CLAMD=unix:none run -1 --separate-stderr quire run --scan --clamd "$address" --force in out
	[[ $stderr == *'1 done'*'failed: 1 scan.infected'* ]]
	leftovers
	run -2 --separate-stderr quire run --clamd "$address" in out
	[[ $stderr == 'quire: --clamd is for --scan'* ]]
	run -2 --separate-stderr quire run --scan --clamd nope in out
	[[ $stderr == *'nope: no address of clamd'* ]]
}

@test "quire run --scan ends with 3 where no clamd answers, and nothing is opened" {
	start_fake_clamd 'all:SSH-2.0-OpenSSH_9.2'
	run -3 --separate-stderr quire run --scan in out
	[[ $stderr == *'"code":"scan.answer"'* ]]
	[ ! -e out/good.pdf.md ]
	leftovers
}
