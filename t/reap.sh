#!/bin/sh
# reap.sh SECONDS - kill what a test started and what is older than that, for
# as long as the caller lives. bats' own limit ends a test's children only; a
# grandchild that hangs would hang the suite.
set -u

# Ages by the monotonic clock, proc(5): what ps calls etimes is counted by the
# other one, and wraps around to 130 years where that is set.
older_than() {
	cat /proc/uptime /proc/[0-9]*/stat 2>/dev/null |
	    awk -v limit="$1" -v hz="$(getconf CLK_TCK)" '
		NR == 1 { up = $1; next }
		{
			pid = $1
			sub(/^.*\) /, "")
			if (up - $20 / hz > limit)
				print pid
		}'
}

while kill -0 "$PPID" 2>/dev/null && sleep 5; do
	older_than "$1" | while read -r pid; do
		environ=/proc/$pid/environ
		grep -qzxF "QUIRE_BIN=$QUIRE_BIN" "$environ" &&
		    grep -qz '^BATS_TEST_TMPDIR=' "$environ" &&
		    kill -KILL "$pid"
	done 2>/dev/null
done
