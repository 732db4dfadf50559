# stages.sh - a part of quire: commands joined by FIFOs, and what their statuses
# come to. "pids" are those to wait for, "worst" what came of them so far.
# shellcheck shell=sh

leash=''	# whose death is the stages' too: a pid

# stage NAME [ARG...]: with its options, which come first.
stage() {
	name=$1
	shift
	arguments "$name"
	case $name in
	ocrpage) words="$words --rm" ;;
	s3put) words="$words -- \"\$dest\"" ;;
	jobdb) words="done --rm $words" ;;
	esac
	eval "set -- $words \"\$@\""
	set -- "$name" "$@"
	# The parent may have died before the signal was asked for.
	# shellcheck disable=SC2016 # sh's
	[ -z "$leash" ] || set -- setpriv --pdeathsig KILL -- \
		sh -c '[ "$PPID" = "$0" ] || exit; exec "$@"' "$leash" "$@"
	exec "$@"
}

# link N NAME [ARG...]: start a stage that reads what the one before writes and
# writes to FIFO N. Both ends are opened here, where nothing can block: a stage
# would wait for ever for a neighbour that a signal ended before it opened its.
link() {
	mkfifo "$fifos.$1" || return
	# shellcheck disable=SC2094 # a FIFO
	exec 3<>"$fifos.$1" 4<"$fifos.$1" 5>"$fifos.$1" 3>&-
	shift
	stage "$@" <&6 >&5 4<&- 5>&- 6<&- &
	started="$started $!"
	exec 6<&4 4<&- 5>&-
}

# The inner half: jobs on stdin, the rest in the environment. It has a process
# group of its own, which jobdb work signals; here that is only waited for. It
# holds the session, with its stages, also when the outer half is dead. When
# jobdb work dies this is killed, and its stages with it: another run is given
# their documents at once.
inner() {
	leash=$$ started='' worst=0 stopped='' fifos=$session/$$
	trap 'stopped=TERM' TERM
	command exec 9<"$session/lock" && flock -sn 9 || exit 75
	export QUIRE_PROGRESS="$session/progress"
	exec 6<&0 </dev/null
	{ link 1 s3get && link 2 doc2png && link 3 ocrpage && link 4 mdjoin && link 5 s3put; } || exit 75
	stage jobdb <&6 >/dev/null 6<&- &
	pids="$started $!"
	exec 6<&-
	# shellcheck disable=SC2086 # a list of words
	wait_all $stages
	[ ! -e "$session/killed" ] || worst=137 # a loss, not an end by their own will
	exit "$worst"
}

# wait(1) ends early when a trap runs.
wait_for() {
	wait "$1" 2>/dev/null
	r=$?
	[ "$r" -le 128 ] || ! kill -0 "$1" 2>/dev/null || wait_for "$1"
}

# worsen STATUS: 2 counts over 3 over 75 over 1.
worsen() {
	case "$1 $worst" in
	2* | 3\ [017]* | '75 0' | '75 1' | '1 0') worst=$1 ;;
	esac
}

# wait_all NAME...: for each of pids; their statuses worsen worst. The 141s of
# those that wrote to one that died are that one's doing.
wait_all() {
	broken=''
	for pid in $pids; do
		wait_for "$pid"
		case $r in
		0 | 1 | 2 | 3) worsen "$r" ;;
		126 | 127) worsen 3 ;;
		141) broken=1 ;;
		*)
			[ -n "$stopped" ] || [ "$r" -le 128 ] || killed "$1"
			worsen 75 ;;
		esac
		shift
	done
	pids=''
	[ -z "$broken" ] || [ "$worst" -gt 1 ] || worst=75
}

# killed NAME: unless it is what the inner half has said already.
killed() {
	[ "$1" = "${1% *,}" ] || [ ! -e "$session/killed" ] || return 0
	say "$1 was killed by SIG$(kill -l "$r")"
	: >"$session/killed"
}
