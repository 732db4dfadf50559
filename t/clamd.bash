# clamd.bash - clamd for tests, loaded behind helper: Debian's own, with a database of
# ours, and a stand-in that errs (fake/clamd.py).
#
#	teardown() { stop_clamd; }
#
#	start_clamd 'StreamMaxLength 1M'	start_fake_clamd 'drop' 'ok'
#	avscan
#
# One at a time, and none in a subshell: it ends with the shell that starts it. Its
# address is in QUIRE_CLAMD, its process in clamd_pid.
# shellcheck shell=bash

# What our database finds, as Quire.Test.UNOFFICIAL: plain text.
# shellcheck disable=SC2034 # the test's
clamd_virus='QUIRE-TEST-VIRUS!'

# clamd_need: Debian has clamd where a user's PATH does not look.
clamd_need()
{
	PATH=$PATH:/usr/sbin
	command -v clamd >/dev/null || skip "no clamd (package clamav-daemon)"
}

# start_clamd [LINE...]: the real one, with these lines in its clamd.conf.
start_clamd()
{
	clamd_need
	clamd_dir=$BATS_TEST_TMPDIR/clamd
	mkdir -p "$clamd_dir/db" "$clamd_dir/tmp"
	printf 'Quire.Test:0:*:%s\n' "$(printf %s "$clamd_virus" | od -An -v -tx1 | tr -d ' \n')" \
	    >"$clamd_dir/db/own.ndb"
	printf '%s\n' "LocalSocket $clamd_dir/ctl" "DatabaseDirectory $clamd_dir/db" \
	    "TemporaryDirectory $clamd_dir/tmp" "LogFile $clamd_dir/log" 'Foreground yes' \
	    'FixStaleSocket yes' "$@" >"$clamd_dir/clamd.conf"
	# In no folder of the test's, and none of its processes.
	(cd / && exec env -u QUIRE_WORK setpriv --pdeathsig KILL \
	    clamd -c "$clamd_dir/clamd.conf") >"$clamd_dir/said" 2>&1 3>&- &
	clamd_pid=$!
	export QUIRE_CLAMD=unix:$clamd_dir/ctl
	until_true clamd_answers || {
		cat "$clamd_dir/said" >&2
		return 1
	}
}

# clamd_answers: it has read its database, and listens.
clamd_answers()
{
	python3 - "${QUIRE_CLAMD#unix:}" 2>/dev/null <<-'END'
		import socket, sys
		s = socket.socket(socket.AF_UNIX)
		s.settimeout(10)
		s.connect(sys.argv[1])
		s.sendall(b'zPING\0')
		sys.exit(s.recv(5) != b'PONG\0')
	END
}

# start_fake_clamd [WORD...]: the stand-in, which answers so; its socket is clamd_fake.
start_fake_clamd()
{
	local said

	clamd_fake=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}/fake.ctl
	rm -f "$clamd_fake"*
	coproc clamd_of { exec env -u QUIRE_WORK python3 "${BASH_SOURCE[0]%/*}/fake/clamd.py" "$clamd_fake" "$@"; }
	# shellcheck disable=SC2154 # coproc's
	clamd_pid=$clamd_of_PID
	read -r -t 60 said <&"${clamd_of[0]}" && [[ $said == ready ]]
	export QUIRE_CLAMD=unix:$clamd_fake
}

# stop_clamd: if there is one.
stop_clamd()
{
	[[ -n ${clamd_pid-} ]] || return 0
	kill -KILL "$clamd_pid" 2>/dev/null || :
	wait "$clamd_pid" 2>/dev/null || :
	clamd_pid=
}
