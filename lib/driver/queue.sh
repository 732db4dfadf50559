# queue.sh - a part of quire: the ledger's queue of a run, by its name.
# shellcheck shell=sh

# The schemes of the stores that the commands know; the Makefile reads them in
# the rows of lib/place. What has none of them is a path.
stores='s3'

is_store() {
	for store in $stores; do
		[ "$1" = "${1#"$store"://}" ] || return 0
	done
	return 1
}

# place NAME: into place, one name for what has several.
place() {
	if is_store "$1"; then
		place=$1
		[ "${place#*://*/}" != "$place" ] || place=$place/
	else
		real_place "$1" || { place=$(realpath -m -- "$1" && echo .) && place=${place%??}; }
	fi
}

# real_place PATH: what realpath(1) says, without it, where PATH is a directory or
# would lie in one. Fails where we might not find back, or there are links.
real_place() {
	# shellcheck disable=SC3013 # POSIX has it since 2024, and dash
	[ . -ef "$PWD" ] || return 1
	from=$PWD
	place=$1 last=''
	if [ ! -d "$place" ]; then
		case $place in */) return 1 ;; */*) last=${place##*/} place=${place%/*}/ ;; *) last=$1 place=. ;; esac
		case $last in . | ..) return 1 ;; esac
		[ ! -h "$1" ] || return 1
	fi
	case $place in /*) ;; *) place=./$place ;; esac
	cd -P -- "$place" 2>/dev/null || return 1
	place=${PWD%/}${last:+/$last}
	place=${place:-/}
	cd -- "$from" || die "$from: cannot go back there"
	case $place in //*) return 1 ;; esac
}

# A queue is a SRC, a DEST and what changes the output: "settings", JSON with
# sorted keys and without what is at its default. So an option that is new
# changes no name.
name_queue() {
	place "$src" && src=$place
	place "$dest" && to=$place
	! is_store "$to" || to=${to%/}/
	words='' newer=''
	each_option add_setting
	settings={}
	if [ -n "$words" ]; then
		command -v jq >/dev/null || die 'jq is needed (package jq)'
		settings=$(eval "jq -cnS $words '\$ARGS.named'") || die 'jq fails'
	fi
	queue="$src to $to"
	[ "$settings" = '{}' ] || queue="$queue (sha256:$(printf %s "$settings" | sha256 16))"
	if ! is_plain "$queue" || [ "${to#* (sha256:}${to#* (lang=}" != "$to$to" ]; then
		queue=sha256:$(printf '%s\0' "$src" "$to" "$settings" | sha256 32)
	fi
	name_former
}

# For jq, into words. Of a number there are several spellings, too.
add_setting() {
	[ "$o_output" = output ] || return 0
	eval "given=\$$o_var"
	json=arg
	case $o_value in
	flag) given=${given:+true} json=argjson ;;
	number | *..*) ! canonical "$given" || { given=$number json=argjson; } ;;
	esac
	[ "$given" != "$o_default" ] || return 0
	quote "$given"
	words="$words --$json $o_name $quoted"
	has lang,dpi,text "$o_name" || newer=1
}

# canonical NUMBER: into number, where it is one.
canonical() {
	number=${1#+}
	while [ "${number#0?}" != "$number" ]; do
		number=${number#0}
	done
	case $number in
	'' | *[!0-9]* | ????????????????*) return 1 ;;
	esac
}

# sha256 N: the first N digits of that of the standard input.
sha256() {
	sha256sum | cut -c "1-$1"
}

# is_plain NAME: whether it can be a queue's (jobdb(1)), and cannot be read as
# that of another SRC and DEST. Most need nobody to count and to convert.
is_plain() {
	case ${src#* to }/${to#* to } in "$src/$to") ;; *) return 1 ;; esac
	case $1 in
	*[!abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\ /._:,@%+=\(\)-]*) ;;
	*)
		[ "${#1}" -le 255 ]
		return
		;;
	esac
	plain=$(printf %s "$1" | LC_ALL=C tr -d '\001-\037\177' && echo .)
	[ "$plain" = "$1." ] && [ "$(printf %s "$1" | wc -c)" -le 255 ] &&
		printf %s "$1" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1
}

# What version 0.1.0 called the queue, into former; it knew three settings.
name_former() {
	former=''
	[ -z "$newer" ] || return 0
	words="lang=${opt_lang?} dpi=${opt_dpi?} text=${opt_text?}"
	former="$src to $to ($words)"
	is_plain "$former" ||
		former="sha256:$(printf '%s\0' "$src" "$to" "$words" | sha256 32) ($words)"
}

# A queue of version 0.1.0 goes on under its name of today. It may have to wait
# for another process that holds the ledger. Into any_done: whether some job of it is.
set_queue() {
	any_done=''
	command exec 5>"$session/standing" || {
		say "$root: no room for a session there"
		worst=3
		return
	}
	jobdb queue --dest "$dest" --settings "$settings" ${former:+--was "$former"} --any-done \
		-- set "$queue" >&5 5>&- &
	pids=$!
	exec 5>&-
	heed
	wait_all 'jobdb queue'
	read -r any_done <"$session/standing" || any_done=''
}

# Who looks waits for nobody, unless there is a queue to rename.
find_queue() {
	[ -z "$former" ] || jobdb queue -- rename "$former" "$queue" || queue=$former
}
