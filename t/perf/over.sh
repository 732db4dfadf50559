#!/bin/sh
# shellcheck source=/dev/null disable=SC2154 # here, tmp and missed are of measure
#
# What quire run takes over its commands by hand, as quire(1) writes them down: of
# one small PDF, of a folder that is up to date, and of an empty one.
. "$(dirname -- "$0")/measure"

# hand: IN OUT QUEUE
cat >"$tmp/hand" <<'EOT'
#!/bin/sh
jobdb queue --dest "$2" set "$3" || exit
s3ls --min-age 0 "$1" | jobdb add --queue "$3" --listing "$2.list" >/dev/null || exit
jobdb work --queue "$3" --listing "$2.list" --pipe -- s3get '|' doc2png '|' \
	ocrpage --rm '|' mdjoin '|' s3put "$2" '|' jobdb done --rm >/dev/null || exit
jobdb stat --listing "$2.list" >/dev/null
EOT

# over NAME IN: seven times each, beside each other. Up to date is what was once done.
over() {
	for i in 1 2 3 4 5 6 7; do
		[ "$1" = same ] || rm -rf -- "$tmp/ours" "$tmp/hands" "$tmp"/*.db*
		QUIRE_DB=$tmp/ours.db cost "$1.run" quire run --min-age 0 "$2" "$tmp/ours" 2>/dev/null ||
			die "run $i failed"
		rm -f "$tmp/hands.list"
		QUIRE_DB=$tmp/hands.db cost "$1.hand" sh "$tmp/hand" "$2" "$tmp/hands" q || die "run $i by hand failed"
	done
	[ "$1" = empty ] || diff -r "$tmp/ours" "$tmp/hands" >&2 || die 'the results are not the same'
	note "$3: by hand, CPU seconds" "$(seconds "$1.hand")"
	row "$3: more than by hand" "$(compute "$(seconds "$1.run") - $(seconds "$1.hand")")" '<=' 0.1
}

mkdir "$tmp/in" "$tmp/none"
cp "$here/../../share/quire/samples/two-columns.pdf" "$tmp/in" || exit
head_line
over one "$tmp/in" 'one small PDF'
over same "$tmp/in" 'up to date'
over empty "$tmp/none" 'an empty folder'
exit "$missed"
