# ledger.bash - loaded by the tests of jobdb, behind helper.
# shellcheck shell=bash

# ledger_setup: a ledger with the queue q, and a log that reads as text.
ledger_setup()
{
	quire_setup
	export QUIRE_LOG=text QUIRE_DB=$BATS_TEST_TMPDIR/here/jobs.db
	unset QUIRE_CLOCK QUIRE_DB_WAIT
	jobdb queue set q --dest /out --settings 'as they are'
}

# docs N [FROM]: N records of documents, from that number on.
docs()
{
	awk -v n="$1" -v from="${2-1}" 'BEGIN {
		for (i = from; i < from + n; i++)
			printf "{\"v\":1,\"kind\":\"document\",\"uri\":\"file:///in/d%d.pdf\",\"rel\":\"d%d.pdf\",\"etag\":\"e%d\"}\n", i, i, i
	}'
}

# results: the records that come in, as what was put.
results()
{
	sed 's|^\(.*"rel":"\([^"]*\)".*\)}$|\1,"dest":"file:///out/\2.md"}|'
}

# failures CLASS CODE [MEMBERS]: the records that come in, failed.
failures()
{
	sed 's|}$|,"error":{"stage":"x","class":"'"$1"'","code":"'"$2"'","message":"m"'"${3-}"'}}|'
}

# claim N: claim that many of q.
claim()
{
	jobdb claim --queue q -n "$1"
}

# settle [--rm]: jobdb done.
settle()
{
	jobdb "done" "$@"
}

# states QUEUED RUNNING DONE DEAD CANCELLED: that many jobs stand so.
states()
{
	local got

	got=$(jobdb stat --queue q --format json |
	    jq -r '[.queued, .running, .done, .dead, .cancelled] | map(tostring) | join(" ")')
	[[ $got == "$*" ]] || {
		echo "queued, running, done, dead, cancelled: $got, not $*" >&2
		return 1
	}
}

# sound: the ledger is, and keeps no fault.
sound()
{
	local said

	said=$(jobdb check 2>&1 || echo "status $?")
	[[ -z $said ]] || {
		printf 'jobdb check: %s\n' "$said" >&2
		return 1
	}
}

# at MS: from now on that is the time.
at()
{
	export QUIRE_CLOCK=$BATS_TEST_TMPDIR/clock
	echo "$1" >"$QUIRE_CLOCK.new"
	mv "$QUIRE_CLOCK.new" "$QUIRE_CLOCK"
}

# has_lines N FILE: at least.
has_lines()
{
	[[ -f $2 && $(wc -l <"$2") -ge $1 ]]
}

# has_used TICKS PID: so much CPU time.
has_used()
{
	[ "$(awk '{ print $14 + $15 }' "/proc/$2/stat")" -ge "$1" ]
}

# failed CODE [STATUS]: the last line of stderr says so, and the status.
failed()
{
	# shellcheck disable=SC2154
	[[ $status -eq ${2-3} && ${stderr_lines[-1]} == "jobdb: "*"($1"[,\)]* ]] || {
		printf 'status %s, said: %s\n' "$status" "$stderr" >&2
		return 1
	}
}

# wait_all PID...: for these and no more, as bats has children of its own.
wait_all()
{
	local pid

	for pid; do
		wait "$pid" || return
	done
}

# ledger_0_1_0 FOLDER: QUIRE_DB as version 0.1.0 left it after quire run
# FOLDER/in FOLDER/out, twice; and FOLDER/in with what it read, by names, sizes
# and times alone, so that whoever reads one of them again fails. Of that
# queue, two are done, one is dead, one is cancelled.
ledger_0_1_0()
{
	local dir id uri dest size mtime file

	dir=$(realpath -m "$1")
	sed "s|/tmp/quire-fixture|$dir|g" "$BATS_TEST_DIRNAME/data/ledger-0.1.0.sql" >fixture.sql
	mkdir -p "${QUIRE_DB%/*}"
	sqlite3 -bail "$QUIRE_DB" <fixture.sql
	sqlite3 -separator '|' "$QUIRE_DB" "SELECT id, rec ->> 'uri', ifnull(dest, ''), rec ->> 'size',
	    rec ->> 'mtime' FROM job ORDER BY id" >fixture.jobs
	while IFS='|' read -r id uri dest size mtime; do
		file=${uri#file://}
		mkdir -p "${file%/*}"
		truncate -s "$size" "$file"
		touch -d "$mtime" "$file"
		echo "UPDATE job SET ukey = $(ledger_key "$uri") WHERE id = $id;"
		[[ -z $dest ]] || echo "UPDATE job SET dkey = $(ledger_key "$dest") WHERE id = $id;"
	done <fixture.jobs >fixture.keys
	sqlite3 -bail "$QUIRE_DB" <fixture.keys
}

# ledger_key URI: what the ledger knows it by, as a literal of SQL's.
ledger_key()
{
	local name=${1##*/} stem near

	stem=${name%%.*}
	near=$(fnv16 "${1%"$name"}")$(printf %s "$stem" | head -c -3 | fnv16)
	echo "X'$near$(printf %s "$1" | sha256sum | head -c 32)'"
}

# fnv16 [TEXT]: of it, or of standard input, FNV-1a of 32 bits folded to 16.
fnv16()
{
	local byte h=2166136261

	for byte in $({ [[ $# -eq 0 ]] && cat || printf %s "$1"; } | od -An -v -tu1); do
		h=$((((h ^ byte) * 16777619) & 0xffffffff))
	done
	printf %04x $(((h ^ h >> 16) & 0xffff))
}
