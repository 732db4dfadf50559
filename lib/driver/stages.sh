# stages.sh - a part of quire: the commands and their options, joined by pipes, and
# what their statuses come to. "pids" are those to wait for, "worst" what came of them so far.
# shellcheck shell=sh

kept=''	# where models' answers are
finding=''	# find or foreign: s3put is to look so and to put nothing
abrupt=''	# one may have left others behind
model_key=${VLLM_API_KEY-}	# of the models' servers, which is for ocrpage
unset VLLM_API_KEY

# In a process that becomes ocrpage, or has it as one of its own.
give_key() {
	[ -z "$model_key" ] || export VLLM_API_KEY="$model_key"
}

# worded NAME: its options, which come first, quoted for eval, into words.
worded() {
	case $1 in add | adopt) words="jobdb $1"; return ;; esac
	arguments "$1"
	case $1 in
	ocrpage)
		words="$words --rm${at_once:+ --jobs=$at_once}"
		[ -z "$kept" ] || { quote "$kept" && words="$words --cache=$quoted"; }
		[ -z "$kept" ] || [ -n "${opt_cache?}" ] || words="$words --cache-optional" ;;
	s3put)
		quote "${settings-}" && words="$words ${finding:+--$finding} --settings $quoted"
		quote "$dest" && words="$words -- $quoted" ;;
	jobdb) words="done --rm $words" ;;
	esac
	words="$1 $words"
}

# stage NAME [ARG...]: be that command.
stage() {
	worded "$1"
	[ "$1" != ocrpage ] || give_key
	shift
	eval "exec $words \"\$@\""
}

# link N NAME [ARG...]: start a stage that reads what the one before writes and
# writes to FIFO N. Both ends are opened here, where nothing can block: a stage
# would wait for ever for a neighbour that a signal ended before it opened its.
link() {
	[ -p "$fifos.$1" ] || mkfifo "$fifos.$1" || return
	# shellcheck disable=SC2094 # a FIFO
	exec 3<>"$fifos.$1" 4<"$fifos.$1" 5>"$fifos.$1" 3>&-
	shift
	stage "$@" <&6 >&5 4<&- 5>&- 6<&- &
	started="$started $!"
	exec 6<&4 4<&- 5>&-
}

# compose: all of them, for eval, into pipe: as jobdb work starts them. What they
# count is apart from what it counts itself.
compose() {
	case ${opt_engine?} in *,*) kept=${opt_cache:-$ledger-pages} ;; mock | exec:*) ;; *) kept=${opt_cache:-$ledger-pages} ;; esac
	quote "QUIRE_PROGRESS=$session/progress"
	pipe=$quoted between=''
	for name in $stages; do
		worded "$name"
		pipe="$pipe $between $words" between="'|'"
	done
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
			abrupt=1
			[ -n "$stopped" ] || [ "$r" -le 128 ] || killed "$1"
			worsen 75 ;;
		esac
		shift
	done
	pids=''
	[ -z "$broken" ] || [ "$worst" -gt 1 ] || worst=75
}

# killed NAME: unless it ended so since what it had run was killed.
killed() {
	[ ! -s "$session/killed" ] || return 0
	say "$1 was killed by SIG$(kill -l "$r")"
	[ "$1" = "${1% *,}" ] || echo 2>/dev/null >"$session/killed"
}

# What jobdb work has noted.
say_killed() {
	[ -e "$session/killed" ] || return 0
	while read -r name signal; do
		[ -z "$name" ] || say "$name was killed by SIG$signal"
	done <"$session/killed"
}
