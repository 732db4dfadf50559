#!/bin/sh
# shellcheck source=/dev/null disable=SC2154 # here, tmp and missed are of measure
#
# What it costs to stop a run in the middle with ^C and to go on, against a run
# that nobody stops.
#
# stop.sh [FOLDER]...: documents of one's own instead of the samples
. "$(dirname -- "$0")/measure"

make_documents() {
	mkdir "$tmp/in"
	if [ $# -gt 0 ]; then
		cp -RL -- "$@" "$tmp/in" || exit
		return
	fi
	for n in 1 2 3 4 5 6 7 8; do
		for name in scan two-columns; do
			cp "$here/../../share/quire/samples/$name.pdf" "$tmp/in/$name-$n.pdf" || exit
		done
	done
}

# go-on: a run, stopped once half of the results are there, and another.
cat >"$tmp/go-on" <<'EOT'
#!/bin/bash
half=$1 in=$2 out=$3
env --default-signal=INT setsid quire run "$in" "$out" &
pid=$!
until [[ $(find "$out" -name '*.md' 2>/dev/null | wc -l) -ge $half ]]; do
	kill -0 "$pid" 2>/dev/null || break
	sleep 0.05
done
kill -INT -- "-$pid" || exit 3
wait "$pid"
[[ $? -eq 130 ]] || exit 3
find "$out" -name '*.md' | wc -l >"$out.half"
exec quire run "$in" "$out"
EOT

make_documents "$@"
QUIRE_DB=$tmp/plain.db cost plain quire run "$tmp/in" "$tmp/plain" || [ $? -eq 1 ] || die 'the plain run failed'
all=$(find "$tmp/plain" -name '*.md' | wc -l)
QUIRE_DB=$tmp/stopped.db cost stopped bash "$tmp/go-on" "$((all / 2))" "$tmp/in" "$tmp/stopped" ||
	[ $? -eq 1 ] || die 'the run that was stopped failed'
diff -r "$tmp/plain" "$tmp/stopped" >&2 || die 'the results are not the same'

head_line
note 'documents' "$all"
note 'of them done when it had stopped' "$(cat "$tmp/stopped.half")"
note 'CPU seconds, without a stop' "$(seconds plain)"
row 'stopped in the middle and gone on / without' "$(compute "$(seconds stopped) / $(seconds plain)")" '<=' 1.15
exit "$missed"
