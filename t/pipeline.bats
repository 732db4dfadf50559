#!/usr/bin/env bats
# All commands together: by hand, and by quire run.
load helper

setup()
{
	quire_setup
	samples=$QUIRE_TOP/share/quire/samples
}

teardown()
{
	! mountpoint -q "$BATS_TEST_TMPDIR/here/full" || umount "$BATS_TEST_TMPDIR/here/full"
}

by_hand()
{
	s3ls "$1" | s3get | doc2png | ocrpage --rm | mdjoin | s3put --rm "$2"
}

# summary EXPR: the numbers of the summary in $stderr add up, and the jq
# expression holds for {documents, done, pages, failed, lost, skipped, codes}.
summary()
{
	local text
	text=$(sed -n 's/^quire: \([0-9]*\) documents: \([0-9]*\) done (\([0-9]*\) pages), \([0-9]*\) failed\(, \([0-9]*\) lost\)\{0,1\}, \([0-9]*\) skipped (up to date)$/{"documents":\1,"done":\2,"pages":\3,"failed":\4,"lost":0\6,"skipped":\7}/p' <<<"$stderr" |
	    sed 's/:0\([0-9]\)/:\1/')
	sed -n 's/^quire: failed: \([0-9]*\) \(.*\)$/{"\2":\1}/p' <<<"$stderr" |
	    jq -es --argjson n "$text" '$n + {codes: (add // {})} |
		.documents == .done + .failed + .lost + .skipped and .failed == ([.codes[]] | add // 0) and ('"$1"')' >/dev/null || {
		printf 'not true of the summary: %s\n%s\n' "$1" "$stderr" >&2
		return 1
	}
}

# many FOLDER N: so many documents, with names long enough that no pipe holds
# the records of 600.
many()
{
	local i pad
	pad=$(printf '%0200d' 0)
	mkdir "$1"
	cp "$samples/two-columns.pdf" master.pdf
	for ((i = 0; i < $2; i++)); do
		ln master.pdf "$1/$i-$pad.pdf"
	done
}

# begin ARG...: quire run in the background, in a process group of its own, as
# $pid; some result is there when this returns. Its messages go to err.
begin()
{
	env --default-signal=INT setsid quire run "$@" >stdout 2>err 3>&- &
	pid=$!
	until_true some_result "${!#}"
}

some_result()
{
	[[ -n $(find "$1" -name '*.md' 2>/dev/null | head -1) ]]
}

# finish: wait for it; its status is in $status and its messages in $stderr.
finish()
{
	until_true gone "$pid"
	status=0
	wait "$pid" || status=$?
	stderr=$(<err)
	[ ! -s stdout ]
}

children()
{
	grep -lx "PPid:[[:space:]]*$1" /proc/[0-9]*/status 2>/dev/null | cut -d/ -f3
}

# stage_pid NAME: the driver's child of that name.
stage_pid()
{
	local p
	children "$pid" | while read -r p; do
		[[ $(cat "/proc/$p/comm" 2>/dev/null) != "$1" ]] || echo "$p"
	done
}

# Every result is a whole one.
whole()
{
	local f
	find "$1" -type f >found
	[ -s found ]
	while read -r f; do
		cmp want.md "$f"
	done <found
}

# what_two_columns_gives: into want.md.
want_two_columns()
{
	by_hand "$samples/two-columns.pdf" want >/dev/null
	mv want/two-columns.pdf.md want.md
}

@test "by hand, the samples become Markdown and the broken one is named" {
	run -1 --separate-stderr by_hand "$samples" out
	[ "${#lines[@]}" -eq 5 ]
	run -0 jq -rs 'map(select(.error))[] | "\(.rel) \(.error.code) \(.error.class)"' <<<"$output"
	[ "$output" = 'broken.pdf pdf.damaged validation' ]
	(cd "$samples" && ls) | grep -v broken | sed 's/$/.md/' | diff - <(ls out)
	grep -q 'gathering of folded pages is a quire' out/scan.pdf.md
	grep -qxF '<!-- Page 2 -->' out/fax.tif.md
	[[ $stderr == *broken.pdf*pdf.damaged* || $stderr == *pdf.damaged*broken.pdf* ]]
	leftovers
}

@test "quire run does the same, and says what it did" {
	by_hand "$samples" want || [ "$?" -eq 1 ]
	run -1 --separate-stderr quire run "$samples" out
	[ -z "$output" ]
	diff -r want out
	summary '.documents == 5 and .done == 4 and .pages == 7 and .codes == {"pdf.damaged": 1} and .lost == 0'
	[[ $stderr == *broken.pdf* ]]
	[ "${stderr_lines[-1]}" = 'quire: failed: 1 pdf.damaged' ]
	leftovers
}

@test "one job or two give the same" {
	run -1 quire run -j1 "$samples" one
	run -1 quire run --jobs=2 "$samples" two
	diff -r one two
	leftovers
}

@test "a second run does nothing and says so" {
	quire run "$samples" out --exclude 'broken*'
	find out -type f -printf '%p %T@ %i\n' | sort >before
	run -0 --separate-stderr quire run "$samples" out --exclude 'broken*'
	summary '.documents == 4 and .skipped == 4 and .done == 0'
	[ "${#stderr_lines[@]}" -eq 1 ]
	find out -type f -printf '%p %T@ %i\n' | sort | diff before -
	leftovers
}

@test "a document that has changed is done again, and it alone" {
	cp -r "$samples" in
	quire run in out --exclude 'broken*'
	cp in/two-columns.pdf in/scan.pdf
	touch -d '1 hour' in/scan.pdf
	run -0 --separate-stderr quire run in out --exclude 'broken*'
	summary '.done == 1 and .skipped == 3'
	cmp out/scan.pdf.md out/two-columns.pdf.md
}

@test "what failed is tried again" {
	mkdir in
	head -c 5000 "$samples/two-columns.pdf" >in/a.pdf
	run -1 --separate-stderr quire run in out
	summary '.failed == 1 and .done == 0'
	cp "$samples/two-columns.pdf" in/a.pdf
	run -0 --separate-stderr quire run in out
	summary '.failed == 0 and .done == 1'
}

@test "DEST below SRC is not listed" {
	mkdir in && cp "$samples/two-columns.pdf" in
	run -0 --separate-stderr quire run in in/out
	cp "$samples/two-columns.pdf" in/out/mine.pdf
	run -0 --separate-stderr quire run in "$PWD/in/../in/out/"
	summary '.documents == 1 and .skipped == 1'
	ln -s in/out link
	run -0 --separate-stderr quire run "$PWD/in" link
	summary '.documents == 1 and .skipped == 1'
	[ ! -e in/out/out ]
}

@test "DEST may be SRC: the results are no documents then" {
	mkdir in && cp "$samples/two-columns.pdf" in && echo text >in/mine.md
	run -0 --separate-stderr quire run in in
	summary '.documents == 1 and .done == 1'
	[ -s in/two-columns.pdf.md ]
	ln -s in link
	run -0 --separate-stderr quire run link/. "$PWD/in"
	summary '.documents == 1 and .skipped == 1'
	[ "$(find in -type f | wc -l)" -eq 3 ]
}

@test "SRC may be one file" {
	run -0 --separate-stderr quire run "$samples/two-columns.pdf" out
	summary '.documents == 1 and .pages == 2'
	[ "$(find out -type f)" = out/two-columns.pdf.md ]
}

@test "an empty SRC is no fault" {
	mkdir in
	run -0 --separate-stderr quire run in out
	[ "$stderr" = 'quire: 0 documents: 0 done (0 pages), 0 failed, 0 skipped (up to date)' ]
	leftovers
}

@test "odd names go all the way" {
	mkdir in
	# shellcheck disable=SC2016
	names=(' ' 'a b' $'new\nline' "quo'te" 'dou"ble' 'back\slash' '50%' '%41' 'caf'$'\xc3\xa9' \
	    'latin'$'\xe9' -x --rm '*' '$HOME' ';' $'\e[31m' .hidden '~' '#' 'a/ b/ -c/d')
	for n in "${names[@]}"; do
		mkdir -p "in/$(dirname -- "$n")"
		cp "$samples/two-columns.pdf" "in/$n"
	done
	want_two_columns
	run -0 --separate-stderr quire run in out
	summary ".done == ${#names[@]} and .failed == 0"
	for n in "${names[@]}"; do
		cmp want.md "out/$n.md"
	done
	[ "$(find out -type f -print0 | tr -dc '\0' | wc -c)" -eq "${#names[@]}" ]
	run -0 --separate-stderr quire run in out
	summary ".skipped == ${#names[@]}"
	mkdir './-o d' && cp "$samples/two-columns.pdf" './-o d'
	run -0 --separate-stderr quire run -- '-o d' $'-\'"\n*'
	cmp want.md $'./-\'"\n*/two-columns.pdf.md'
	leftovers
}

@test "--match and --exclude choose, with any character in them" {
	mkdir in && cp "$samples/two-columns.pdf" "in/it's.pdf"
	cp "$samples/two-columns.pdf" in/other.pdf
	# shellcheck disable=SC2016
	run -0 --separate-stderr quire run --match "it'*" --match '' --match='*$(x)' in out
	summary '.documents == 1'
	[ -s "out/it's.pdf.md" ]
	run -0 --separate-stderr quire run in out --exclude "*'*"
	summary '.documents == 1 and .done == 1'
	[ -s out/other.pdf.md ]
}

@test "a page that cannot be read is a gap and is counted" {
	mkdir in && cp "$samples/fax.tif" in
	head -c 1500 /dev/zero | dd of=in/fax.tif bs=1 seek=2000 conv=notrunc status=none
	run -0 --separate-stderr quire run in out
	summary '.documents == 1 and .done == 1 and .failed == 0'
	grep -qxF '> **Page 1 could not be read** (page.image)' out/fax.tif.md
	[ "${stderr_lines[-1]}" = 'quire: pages not read: 1 page.image' ]
}

@test "every failure is counted by its code" {
	mkdir in && cp "$samples/broken.pdf" in/a && cp "$samples/broken.pdf" in/b
	: >in/empty && echo text >in/text && cp "$samples/two-columns.pdf" in
	run -1 --separate-stderr quire run in out
	summary '.documents == 5 and .done == 1 and .codes == {"pdf.damaged": 2, "document.empty": 1, "document.type": 1}'
	[[ $stderr == *'quire: failed: 2 pdf.damaged'*'quire: failed: 1 '* ]]
	leftovers
}

@test "a SRC that is not there is 3" {
	run -3 --separate-stderr quire run none out
	[ "$stderr" = 'quire: none: there is no such folder or file' ]
	[ ! -e out ]
	leftovers
}

@test "a bad command line is 2, before any work" {
	mkdir in
	for args in '--none in out' '-Z in out' 'in' 'in out x' '-j' '-j 0 in out' '-jx in out' '--text=x in out' '--dpi 1 in out' '--lang xyz in out'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr quire run $args
		[ -z "$output" ]
		[[ $stderr == *usage:* && $stderr != *documents* ]]
	done
	run -2 --separate-stderr quire run --lang xyz in out
	[[ $stderr == *tesseract-ocr-xyz* ]]
	run -2 --separate-stderr quire walk in out
	[ ! -e out ]
	leftovers
}

@test "a DEST that cannot be written is 3, before any work" {
	mkdir ro && chmod 555 ro
	cp -r "$samples" in && chmod -R a+rX in
	run -3 --separate-stderr as_user quire run in ro/out
	[[ $stderr == *'"code":"dest.open"'*ro/out* ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
	run -3 --separate-stderr as_user quire run in ro
	[[ $stderr == *'"code":"dest.open"'*ro* ]]
	run -3 --separate-stderr quire run in in/scan.pdf
	[ ! -e ro/out ]
	leftovers
}

@test "a full DEST fails documents and is not taken for success" {
	mkdir full
	mount -t tmpfs -o size=64k tmpfs full 2>/dev/null || skip "needs to mount a tmpfs"
	cat /dev/zero >full/most 2>/dev/null || :
	mkdir in && cp "$samples/two-columns.pdf" in
	run -1 --separate-stderr quire run in full/out
	summary '.documents == 1 and .codes == {"dest.write": 1}'
	[[ $stderr == *'No space left on device'* ]]
	[ -z "$(find full/out -type f)" ]
	leftovers
}

@test "a work directory without room fails documents, and none is left" {
	mkdir full
	mount -t tmpfs -o size=256k tmpfs full 2>/dev/null || skip "needs to mount a tmpfs"
	export QUIRE_WORK=$PWD/full/work
	run -1 --separate-stderr quire run "$samples" out --text never --exclude 'broken*'
	summary '.documents == 4 and .codes["disk.full"] > 0 and .lost == 0'
	leftovers
	[ -z "$(find full/work -mindepth 1)" ]
	cat /dev/zero >full/most 2>/dev/null || :
	run -3 --separate-stderr quire run "$samples" out2
	[[ $stderr == *"quire: $QUIRE_WORK: no room for a session there" ]]
	[ -z "$(find full/work -mindepth 1)" ]
}

@test "a work directory that is not private is refused" {
	mkdir -m 755 shared in
	QUIRE_WORK=$PWD/shared run -3 --separate-stderr quire run in out
	[[ $stderr == *work.root* ]]
	mkdir -m 700 mine && ln -s mine link
	mkdir -m 700 tmp && ln -s "$PWD/mine" "tmp/quire-$(id -u)"
	unset QUIRE_WORK
	TMPDIR=$PWD/tmp run -3 --separate-stderr quire run in out
	[[ $stderr == *work.root* ]]
}

@test "Control-C once: what is in hand is finished, the rest is for the next run" {
	want_two_columns
	many in 600
	begin in out
	kill -INT -- "-$pid"
	finish
	[ "$status" -eq 130 ]
	[[ $stderr == *'quire: stopping; once more to stop at once'* ]]
	summary '.done > 0 and .lost == 0 and .codes == {"stage.stopped": .failed}'
	whole out
	[ "$(find out -type f | wc -l)" -lt 600 ]
	leftovers
}

@test "Control-C twice: at once" {
	many in 20
	begin -j1 --text never in out
	# What is in hand will not be done by itself.
	# shellcheck disable=SC2046
	kill -STOP $(children "$(stage_pid ocrpage)")
	kill -INT -- "-$pid"
	until_true grep -q 'ocrpage.*told to stop' err
	kill -0 "$pid"
	SECONDS=0
	once_more -INT -- "-$pid"
	finish
	[ "$SECONDS" -lt 20 ]
	[ "$status" -eq 130 ]
	[[ $stderr == *'quire: stopping; once more to stop at once'* ]]
	leftovers
}

@test "SIGTERM and SIGHUP stop as Control-C does, sent to the driver or to its group" {
	want_two_columns
	many in 600
	begin in out
	kill -TERM "$pid"
	finish
	[ "$status" -eq 143 ]
	summary '.done > 0 and .lost == 0'
	whole out
	leftovers
	begin in out2
	kill -HUP -- "-$pid"
	finish
	[ "$status" -eq 129 ]
	summary '.done > 0 and .lost == 0'
	whole out2
	leftovers
}

@test "a signal at any moment of the start leaves nothing behind" {
	mkdir in && cp "$samples/two-columns.pdf" in
	# Each moment is another one; none is waited for.
	for ms in 0 10 30 50 70 90 100 110 120 130 150; do
		env --default-signal=INT setsid quire run in out >stdout 2>err 3>&- &
		pid=$!
		sleep "$(printf '0.%03d' "$ms")"
		kill -INT -- "-$pid" 2>/dev/null || kill -INT "$pid" 2>/dev/null || :
		finish
		[ "$status" -eq 130 ] || [ "$status" -eq 0 ]
		leftovers
	done
}

killed()
{
	want_two_columns
	many in 600
	begin in out
	kill -KILL "$(stage_pid "$1")"
	finish
	[ "$status" -eq 75 ]
	[[ $stderr == *"quire: $1 was killed by SIGKILL"* ]]
	[ "$(grep -c 'was killed' err)" -eq 1 ]
	summary "$2"
	whole out
	leftovers
}

@test "s3ls killed: 75, named, and nothing is left behind" {
	killed s3ls '.done > 0'
}

@test "s3get killed: 75, named, and nothing is left behind" {
	killed s3get '.done > 0 and .lost > 0'
}

@test "doc2png killed: 75, named, and nothing is left behind" {
	killed doc2png '.done > 0 and .lost > 0'
}

@test "ocrpage killed: 75, named, and nothing is left behind" {
	killed ocrpage '.done > 0 and .lost > 0'
}

@test "mdjoin killed: 75, named, and nothing is left behind" {
	killed mdjoin '.done > 0 and .lost > 0'
}

@test "s3put killed: 75, named, and nothing is left behind" {
	killed s3put '.lost > 0'
}

@test "after a driver that was killed, the next run tidies up, but not under the living" {
	many in 600
	mkdir in2 && cp master.pdf in2
	begin in out
	last=$(stage_pid s3put) all=$(for s in s3ls s3get doc2png ocrpage mdjoin s3put; do stage_pid "$s"; done)
	[ "$(wc -w <<<"$all")" -eq 6 ]
	kill -KILL "$pid"
	until_true gone "$pid"
	session=$(find "$QUIRE_WORK" -maxdepth 1 -name 'run.*')
	run -0 quire run in2 out2
	kill -0 "$last"
	[ -d "$session/work" ]
	# shellcheck disable=SC2086
	kill -TERM $all
	# shellcheck disable=SC2086
	for p in $all; do until_true gone "$p"; done
	[ -d "$session" ]
	run -0 quire run in2 out3
	[ ! -e "$session" ]
	leftovers
}

@test "a session of the dead that has no lock is left until it is old" {
	mkdir in
	quire run in out
	mkdir -p "$QUIRE_WORK/run.new" "$QUIRE_WORK/run.old/work"
	touch -d '2 hours ago' "$QUIRE_WORK/run.old"
	mkdir "$QUIRE_WORK/A.0123456789abcdef"
	run -0 quire run in out
	[ -d "$QUIRE_WORK/run.new" ]
	[ ! -e "$QUIRE_WORK/run.old" ]
	[ -d "$QUIRE_WORK/A.0123456789abcdef" ]
}

@test "two runs at once do not get in each other's way" {
	cp -r "$samples" in && rm in/broken.pdf
	quire run in out1 2>err1 3>&- &
	first=$!
	quire run in out2 2>err2 3>&- &
	wait "$first"
	wait "$!"
	diff -r out1 out2
	[ "$(find out1 -type f | wc -l)" -eq 4 ]
	leftovers
}

@test "a terminal is shown a counter line, and the summary" {
	needs_terminal
	cp -r "$samples" in
	for i in 1 2 3 4; do cp in/photo.jpg "in/photo$i.jpg"; done
	run -1 script -qec 'quire run -j1 in out' /dev/null </dev/null
	[[ $output == *$'\rquire: '*' listed, '*' pages made, '*' done, '*' failed, '*' skipped'* ]]
	[[ $output == *'quire: 9 documents: 8 done (11 pages), 1 failed, 0 skipped (up to date)'* ]]
	[[ $output == *'doc2png: '*broken.pdf*'(pdf.damaged, validation)'* ]]
	leftovers
}

@test "the driver runs with its standard descriptors closed" {
	mkdir in && cp "$samples/two-columns.pdf" in
	run -0 sh -c 'exec quire run in out <&- >&- 2>&-'
	[ -s out/two-columns.pdf.md ]
	leftovers
}

@test "the caller's IFS, CDPATH and options of the shell are no matter" {
	mkdir in && cp "$samples/two-columns.pdf" in
	IFS=0123456789/ CDPATH=/ ENV=/none POSIXLY_CORRECT=1 run -0 --separate-stderr quire run in out
	summary '.done == 1'
}
