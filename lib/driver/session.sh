# session.sh - a part of quire: a directory of each run's own below "root", and what
# is done with those whose run is dead.
# shellcheck shell=sh

root=${QUIRE_WORK:-${TMPDIR:-/var/tmp}/quire-$(id -u)}

# A session is a directory of this run's own in the root. It is alive while
# the lock is held, which jobdb work inherits; the root is, until there is that
# lock. Writing shows that there is room.
open_session() {
	command exec 8<"$root" || die "$root: cannot be read"
	shielded flock -s -w 10 8 || die "$root: another process keeps it locked (lslocks(8) says which)"
	session=$(trap '' INT TERM HUP; exec mktemp -d -- "$root/run.XXXXXXXX") || end 3
	export session QUIRE_WORK="$session/work" QUIRE_PROGRESS="$session/progress"
	if ! command exec 9>"$session/new" || ! shielded furnish; then
		trap '' INT TERM HUP
		rm -rf -- "$session"
		die "$root: no room for a session there"
	fi
	exec 8<&-
}

# shellcheck disable=SC2317 # called by shielded
furnish() {
	flock -sn 9 && printf '%s\n' "$$" >&9 2>/dev/null && cd -- "$session" &&
		mv new lock && mkdir -m 700 work progress listing ledger
}

# remove SESSION: its lock last, by which the next run knows one that is dead.
remove() {
	find "$1" -mindepth 1 -maxdepth 1 ! -name lock -exec rm -rf -- {} + 2>/dev/null
	rm -rf -- "$1"
}

# Whether all that a directory holds is called as in a session: somebody's own
# is left, whatever its name is.
is_session() {
	[ -d "$1" ] && [ ! -h "$1" ] && others=$(find "$1" -mindepth 1 -maxdepth 1 \
		! -name new ! -name lock ! -name work ! -name progress ! -name listing ! -name ledger \
		! -name killed ! -name listed ! -name 'list.[0-9]' ! -name '[0-9]*.[0-9]' 2>&1) && [ -z "$others" ]
}

# What a run that was killed has left behind; our own is locked.
sweep_sessions() {
	for old in "$root"/run.????????; do
		[ "$old" != "${session-}" ] && is_session "$old" && is_dead "$old" && shielded remove "$old"
	done
}

# One without a lock was given up half made or half removed, when nobody is
# about to make one. flock(1) would make a file that it is to open.
is_dead() (
	exec 2>/dev/null 9>&-
	if [ -e "$1/lock" ]; then
		command exec 7<"$1/lock" && flock -n 7
	else
		command exec 7<"$root" && flock -n 7 && [ ! -e "$1/lock" ]
	fi
)
