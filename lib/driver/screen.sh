# screen.sh - a part of quire: what a person sees while a run goes on.
# shellcheck shell=sh

# watched COMMAND...: run it. Meanwhile runlog says how it goes; on a terminal it is
# the only one to write there: it shows what all others say, above a line of counts.
# It ends when nobody is left who could say more. Elsewhere the log is written
# by who has something to say, and the pipe is only held.
watched() {
	if ! { : >&2; } 2>/dev/null ||
		{ [ ! -p "$session/0.0" ] && ! mkfifo -- "$session/0.0" 2>/dev/null; }; then
		"$@"
		return
	fi
	exec 3<>"$session/0.0"
	(trap '' INT TERM HUP; exec runlog "$session") <"$session/0.0" >&2 3>&- 9>&- &
	screen=$!
	# Its death is not ours.
	trap : PIPE
	if [ -t 2 ]; then
		export QUIRE_LOG="text${QUIRE_LOG:+,$QUIRE_LOG}"
		{ exec 3>&-; "$@"; } 2>"$session/0.0"
	else
		{ exec 3>&-; "$@"; } 8>"$session/0.0"
	fi
	wait_for "$screen"
	trap - PIPE
	[ "$r" -le 128 ] || say "runlog was killed by SIG$(kill -l "$r"): what was said last may be missing"
}
