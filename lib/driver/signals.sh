# signals.sh - a part of quire: signals are passed on to "pids", and we end by them.
# shellcheck shell=sh

stopped=''	# the signal that came
told=''		# the pids that know

# end STATUS: or by the signal that stopped us, so that the caller sees it.
end() {
	[ -n "$stopped" ] || exit "$1"
	trap - INT TERM HUP
	kill -s "$stopped" "$$"
}

heed_signals() {
	trap 'on_signal INT' INT
	trap 'on_signal TERM' TERM
	trap 'on_signal HUP' HUP
}

# First signal: what is in hand is finished. Second: at once.
# shellcheck disable=SC2317 # called by traps
on_signal() {
	[ -n "$stopped" ] || say 'stopping; once more to stop at once'
	stopped=$1
	pass_on
}

pass_on() {
	told=$pids
	# shellcheck disable=SC2086 # a list of pids, or none yet
	kill -TERM $pids 2>/dev/null
}

# A signal may have come before there was anybody to tell; two would be another.
heed() {
	[ -z "$stopped" ] || [ "$told" = "$pids" ] || pass_on
}

# Not to be cut short by the ^C that the whole group gets.
shielded() (
	trap '' INT TERM HUP
	"$@"
)
