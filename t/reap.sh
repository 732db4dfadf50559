#!/bin/sh
# reap.sh SECONDS - kill what a test started and what is older than that, for
# as long as the caller lives. bats' own limit ends a test's children only; a
# grandchild that hangs would hang the suite.
set -u

while kill -0 "$PPID" 2>/dev/null && sleep 5; do
	ps -eo pid=,etimes= | while read -r pid age; do
		environ=/proc/$pid/environ
		# A process that starts while ps looks is given an age of 2^32 - 1.
		[ "$age" -gt "$1" ] && [ "$age" -lt 1000000 ] && grep -qzxF "QUIRE_BIN=$QUIRE_BIN" "$environ" &&
		    grep -qz '^BATS_TEST_TMPDIR=' "$environ" &&
		    kill -KILL "$pid"
	done 2>/dev/null
done
