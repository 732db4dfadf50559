# helper.bash - loaded by every test file.
#
# The tag "brief" is for tests whose time goes by in waiting for the same code again, and
# for those of the driver, which is none of the sanitizers': t/suite leaves them out there.
# Leaks are looked for, by a sanitizer, where "leaks" is true or QUIRE_LONG is set:
# that costs more than most commands do.
# QUIRE_TOP is the source tree, QUIRE_BIN the folder of the commands (make
# check says which; by hand it is .build/bin). Each test starts in an empty
# folder of its own, with QUIRE_WORK, TMPDIR and the ledger beside it.
# shellcheck shell=bash
bats_require_minimum_version 1.5.0
: "${BATS_TEST_TIMEOUT:=300}"
export BATS_TEST_TIMEOUT

setup()
{
	quire_setup
}

quire_setup()
{
	QUIRE_TOP=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
	: "${QUIRE_BIN:=$QUIRE_TOP/.build/bin}"
	PATH=$QUIRE_BIN:$PATH
	QUIRE_WORK=$BATS_TEST_TMPDIR/work
	TMPDIR=$BATS_TEST_TMPDIR/tmp
	export QUIRE_DB=$BATS_TEST_TMPDIR/jobs.db
	# ASan's own 1 would look like "some record failed".
	export ASAN_OPTIONS=exitcode=99${ASAN_OPTIONS:+:$ASAN_OPTIONS}
	[[ -n ${leaks-}${QUIRE_LONG-} ]] || ASAN_OPTIONS+=:detect_leaks=0
	export QUIRE_TOP QUIRE_BIN QUIRE_WORK TMPDIR PATH
	unset QUIRE_LOG QUIRE_PROGRESS QUIRE_CLOCK QUIRE_DB_WAIT
	mkdir -p "$TMPDIR" "$BATS_TEST_TMPDIR/here"
	cd "$BATS_TEST_TMPDIR/here" || return
}

# needs_terminal: a chroot may have no pseudo-terminals.
needs_terminal()
{
	script -qec true /dev/null </dev/null >/dev/null 2>&1 ||
	    skip "no pseudo-terminal: /dev/pts is not mounted"
}

# json EXPR: every record in $output satisfies the jq expression.
json()
{
	# shellcheck disable=SC2154
	jq -es "length > 0 and all(.[]; $1)" <<<"$output" >/dev/null || {
		printf 'not true of all records: %s\n%s\n' "$1" "$output" >&2
		return 1
	}
}

# leftovers: no process of this test is left, and no file in QUIRE_WORK or
# TMPDIR, as_user's own included. What is dying is given two seconds.
leftovers()
{
	local left try

	for try in {1..20}; do
		left=$(left_processes)
		[[ -n $left ]] || break
		[[ $try -eq 20 ]] || sleep 0.1
	done
	[[ -z $left ]] || {
		printf 'processes are left:\n%s\n' "$left" >&2
		return 1
	}
	left=$(find "$QUIRE_WORK" "$TMPDIR" "$BATS_TEST_TMPDIR"/user/{work,tmp} \
	    -mindepth 1 2>/dev/null || :)
	[[ -z $left ]] || {
		printf 'files are left:\n%s\n' "$left" >&2
		return 1
	}
}

# Processes that were given this test's QUIRE_WORK, or one below it, or
# stand in its folder, other than this shell and what it descends from.
left_processes()
{
	local pid pids own=" " self=$BASHPID dir=$BATS_TEST_TMPDIR

	while [[ $self -gt 1 ]]; do
		own+="$self "
		self=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$self/status")
	done
	# What looks finds itself, and is gone when its findings are read.
	pids=$({
		grep -lzE "^QUIRE_WORK=$dir/(user/)?work(/|$)" /proc/[0-9]*/environ
		find /proc -maxdepth 2 -path '/proc/[0-9]*/cwd' -lname "$dir/*"
	} 2>/dev/null | cut -d/ -f3 | sort -u)
	for pid in $pids; do
		[[ $own != *" $pid "* && -d /proc/$pid ]] || continue
		printf '%s %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline")"
	done
}

# as_user COMMAND...: run it as an ordinary user, whom file modes bind. Then
# QUIRE_WORK, TMPDIR, the ledger and the folder user are that user's.
as_user()
{
	local dir=$BATS_TEST_TMPDIR

	mkdir -p "$dir/user/tmp"
	if [[ $(id -u) -ne 0 ]]; then
		QUIRE_DB=$dir/user/jobs.db QUIRE_WORK=$dir/user/work \
		    TMPDIR=$dir/user/tmp "$@"
		return
	fi
	# The build may lie where nobody else may look.
	[[ -d $dir/bin ]] || cp -R "$QUIRE_BIN" "$dir/bin"
	chmod a+x "$BATS_RUN_TMPDIR" "${dir%/*}" "$dir" "$dir/here"
	chmod -R a+rX "$dir/bin"
	chown -R 65534:65534 "$dir/user"
	PATH=$dir/bin:$PATH QUIRE_BIN=$dir/bin QUIRE_DB=$dir/user/jobs.db \
	    QUIRE_WORK=$dir/user/work TMPDIR=$dir/user/tmp setpriv --reuid=65534 --regid=65534 \
	    --clear-groups "$@"
}

# uptime_ms: the time, by the clock that nobody sets.
uptime_ms()
{
	local s

	read -r s _ </proc/uptime
	echo "${s/./}0"
}

# stopwatch, and then took: the seconds since.
stopwatch()
{
	began=$(uptime_ms)
}

took()
{
	echo $((($(uptime_ms) - began) / 1000))
}

# within SECONDS COMMAND...: try again until it succeeds, for that time.
within()
{
	local began limit=$1

	shift
	stopwatch
	until "$@"; do
		[[ $(took) -lt $limit ]] || {
			echo "never true: $*" >&2
			return 1
		}
		sleep 0.05
	done
}

# until_true COMMAND...: within a minute.
until_true()
{
	within 60 "$@"
}

# once_more ARG...: kill(1) again, when it is another request and not taken
# for the first one (quire.7).
once_more()
{
	sleep 0.2
	kill "$@"
}

# gone PID: no process has it, but for one that nobody has waited for.
gone()
{
	! kill -0 "$1" 2>/dev/null || grep -qs '^State:[[:space:]]*Z' "/proc/$1/status"
}

# sql STATEMENT: of the ledger.
sql()
{
	sqlite3 -cmd '.timeout 20000' "$QUIRE_DB" "$@"
}

# hold_ledger: another process writes to it from now on, until let_ledger_go.
# What is started meanwhile is to be without descriptor 8.
hold_ledger()
{
	mkfifo holder
	sqlite3 -bail -cmd '.timeout 20000' "$QUIRE_DB" <holder >held 3>&- &
	holder=$!
	exec 8>holder
	printf 'BEGIN IMMEDIATE;\n.print held\n' >&8
	until_true grep -q held held
}

let_ledger_go()
{
	exec 8>&-
	wait "$holder"
}

# sanitized: the commands are, which makes them slow and large.
sanitized()
{
	LC_ALL=C grep -q __asan_init "$QUIRE_BIN/jobdb"
}

# at_length: for what the gates sample, and make long does.
at_length()
{
	[[ -n ${QUIRE_LONG-} ]] || skip "make long does it"
}

# need_marks: the file system here has user attributes.
need_marks()
{
	: >probe
	python3 -c 'import os; os.setxattr("probe", "user.quire.x", b"x")' 2>/dev/null ||
	    skip "no user attributes in $PWD"
	rm probe
}

# with PROGRAM...: they are there, or the test is skipped.
with()
{
	local program

	for program; do
		command -v "$program" >/dev/null || skip "$program is not installed"
	done
}
