# queue.sh - a part of quire: the ledger's queue of a run, by its name.
# shellcheck shell=sh

is_bucket() {
	[ "$1" != "${1#s3://}" ]
}

# place NAME: into place, one name for what has several.
place() {
	if is_bucket "$1"; then
		place=$1
		[ "${place#s3://*/}" != "$place" ] || place=$place/
	else
		place=$(realpath -m -- "$1" && echo .) && place=${place%??}
	fi
}

# A queue is a SRC, a DEST and what changes the output. Where those are no name
# for one (jobdb(1)), or could be read as another pair's, a digest of them is.
name_queue() {
	settings=''
	each_option add_setting
	place "$src" && src=$place
	place "$dest" && to=$place
	! is_bucket "$to" || to=${to%/}/
	queue="$src to $to ($settings)"
	plain=$(printf %s "$queue" | LC_ALL=C tr -d '\001-\037\177' && echo .)
	if [ "$plain" != "$queue." ] || [ "$(printf %s "$queue" | wc -c)" -gt 255 ] ||
		[ "${src#* to }" != "$src" ] || [ "${to#* to }" != "$to" ] ||
		! printf %s "$queue" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1; then
		queue="sha256:$(printf '%s\0' "$src" "$to" "$settings" | sha256sum | cut -c 1-32) ($settings)"
	fi
}

add_setting() {
	[ "$o_output" != output ] || eval "settings=\"\$settings\${settings:+ }$o_name=\$$o_var\""
}

# It may have to wait for another process that holds the ledger.
set_queue() {
	jobdb queue --dest "$dest" --settings "$settings" -- set "$queue" &
	pids=$!
	heed
	wait_all 'jobdb queue'
}
