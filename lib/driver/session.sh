# session.sh - a part of quire: a directory of each run's own below "root", and what
# is done with those whose run is dead.
# shellcheck shell=sh

# As id(1) says, without it.
user_id() {
	user=''
	while read -r key _ effective _ && [ -z "$user" ]; do
		[ "$key" != Uid: ] || user=$effective
	done 2>/dev/null <"/proc/$$/status"
	[ -n "$user" ] || user=$(id -u)
}

root=${QUIRE_WORK-}
[ -n "$root" ] || { user_id && root=${TMPDIR:-/var/tmp}/quire-$user; }

# A session is a directory of this run's own in the root. It is alive while
# the lock is held, which jobdb work inherits; the root is, until that is so and
# the lock says whose it is. Writing shows that there is room.
open_session() {
	command exec 8<"$root" || die "$root: cannot be read"
	shielded flock -s -w 10 8 || die "$root: another process keeps it locked (lslocks(8) says which)"
	name_session
	export session QUIRE_WORK="$session/work" QUIRE_PROGRESS="$session/progress"
	if ! shielded mkdir -m 700 -- "$session" "$session/work" "$session/progress" \
		"$session/listing" "$session/ledger" "$session/there" || ! command exec 9>"$session/lock" ||
		! shielded flock -sn 9 || ! printf '%s\n' "$$" >&9 2>/dev/null; then
		trap '' INT TERM HUP
		rm -rf -- "$session"
		die "$root: no room for a session there"
	fi
	exec 8<&-
	# Those that will be needed, by one process; who lacks one makes it.
	mkfifo -- "$session/0.0" "$session/0.1" "$session/list.1" 2>/dev/null
}

# Into session: run. and eight digits that nobody else has: a pid may be another's,
# too, in a container.
name_session() {
	while :; do
		read -r word 2>/dev/null </proc/sys/kernel/random/uuid || word=$(mktemp -u XXXXXXXX) || end 3
		session=$root/run.${word%%-*}
		[ -e "$session" ] || [ -h "$session" ] || return 0
	done
}

# remove SESSION: its lock last, by which the next run knows one that is dead.
remove() {
	set -- "$1"/[!l]* "$1"/le* "$1"/li* "$1"
	rm -rf -- "$@" 2>/dev/null || rm -rf -- "$1"
}

# Whether all that a directory holds is called as in a session: somebody's own
# is left, whatever its name is.
is_session() {
	[ -d "$1" ] && [ ! -h "$1" ] && others=$(find "$1" -mindepth 1 -maxdepth 1 \
		! -name new ! -name lock ! -name work ! -name progress ! -name listing ! -name ledger \
		! -name killed ! -name listed ! -name standing ! -name there \
		! -name 'list.[0-9]' ! -name '[0-9]*.[0-9]' 2>&1) && [ -z "$others" ]
}

# What a run that was killed has left behind; our own is locked.
sweep_sessions() {
	for old in "$root"/run.????????; do
		[ "$old" != "${session-}" ] && is_session "$old" && is_dead "$old" && shielded remove "$old"
	done
}

# Whose lock is empty, or not there, was given up half made or half removed, when
# nobody is about to make one. flock(1) would make a file that it is to open.
is_dead() (
	exec 2>/dev/null 9>&-
	[ -s "$1/lock" ] || { command exec 7<"$root" && flock -n 7; } || exit
	[ ! -e "$1/lock" ] || { command exec 6<"$1/lock" && flock -n 6; }
)
