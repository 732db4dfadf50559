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
