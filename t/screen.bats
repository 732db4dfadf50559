#!/usr/bin/env bats
# What a person sees of quire, on a terminal and without one.
# bats file_tags=brief
load helper
load run

setup()
{
	run_setup
	export TERM=xterm
	unset COLUMNS
}

@test "quire run on a terminal: whole lines, one a failure, the counter, the summary, and nothing else" {
	cp -r "$samples" in
	for i in 1 2 3 4; do cp in/photo.jpg "in/photo$i.jpg"; done
	for columns in 40 300; do
		rm -rf out "$QUIRE_DB"*
		terminal "$columns" -- quire run -j1 in out
		jq -e '.odd == [] and .status == 1 and .lines[-1] == "" and
			(.last | any(test("^quire: [0-9]+ of 9 documents"))) and
			([.lines[] | select(test("^quire: [0-9]+ (of|documents listed)"))] == [])' <<<"$output"
	done
	jq -r '.lines[]' <<<"$output" >said
	grep -qx 'quire: 9 documents: 8 done (11 pages), 1 failed, 0 skipped (up to date)' said
	[ "$(grep -vc '^quire: ' said)" -eq 2 ] # it, and the last, empty line
	grep -qE '^doc2png: [0-9A-Z]{26}: broken.pdf: .* \(pdf.damaged, validation\): copy it again, ' said
	leftovers
}

@test "Control-C on a terminal: what ends says so, and no counter and no trouble is left" {
	many in 120
	terminal 200 --when '^quire: [1-9][0-9]* of 120' ^C -- quire run -j1 in out
	jq -e '.odd == [] and .left == [] and .lines[-1] == "" and .status == -2 and
		([.lines[] | select(. == "quire: stopping; once more to stop at once" or . == "^Cquire: stopping; once more to stop at once")] | length == 1) and
		(.lines | any(test("^quire: 120 documents: [0-9]+ done .*, [0-9]+ left$"))) and
		(.lines | all(test("No such process|Terminated|[0-9]+ of 120 doc") | not))' <<<"$output"
	run -0 quire run in out
	leftovers
}

# slow_bin: commands of which s3get waits for the file go, and runlog is quick to speak.
slow_bin()
{
	mkdir bin
	ln -s "$QUIRE_BIN"/* bin
	rm bin/s3get bin/runlog
	# shellcheck disable=SC2016 # it is another shell's
	printf '#!/bin/sh\n[ "$1" = -h ] || while [ ! -e "%s/go" ] && [ "$(readlink /proc/self/fd/0)" != /dev/null ]; do sleep 0.1; done\nexec "%s/s3get" "$@"\n' \
		"$PWD" "$QUIRE_BIN" >bin/s3get
	printf '#!/bin/sh\necho $$ >"%s/runlog.pid"\nexec "%s/runlog" --every 1 "$@"\n' "$PWD" "$QUIRE_BIN" >bin/runlog
	chmod 755 bin/s3get bin/runlog
}

@test "quire run without a terminal says now and then how it goes, a short run does not" {
	many in 3
	slow_bin
	bin/quire run in out 2>err 3>&- &
	# shellcheck disable=SC2034 # for finish
	pid=$!
	until_true grep -q '^quire: 0 of 3 documents, 0 pages read' err
	touch go
	finish
	[ "$status" -eq 0 ]
	[ "$(tail -n 1 <<<"$stderr")" = 'quire: 3 documents: 3 done (6 pages), 0 failed, 0 skipped (up to date)' ]
	run -0 --separate-stderr quire run --force in out
	[ "$stderr" = 'quire: 3 documents: 3 done (6 pages), 0 failed, 0 skipped (up to date)' ]
	leftovers
}

@test "runlog killed: it is said, and the run goes on" {
	many in 3
	slow_bin
	# shellcheck disable=SC2016 # it is another shell's
	terminal 80 --when '^quire: ' 'kill -KILL "$(cat runlog.pid)"; touch go' -- bin/quire run in out
	jq -e '.status == 0 and .left == [] and
		(.lines | any(. == "quire: runlog was killed by SIGKILL: what was said last may be missing")) and
		(.lines | any(. == "quire: 3 documents: 3 done (6 pages), 0 failed, 0 skipped (up to date)"))' <<<"$output"
	leftovers
}

@test "one line a failure, with what to do, in JSON too; a success says nothing but at debug" {
	mkdir in
	cp "$samples"/{two-columns,broken}.pdf in
	: >in/empty.pdf
	run -1 --separate-stderr quire run in out
	grep '^{' <<<"$stderr" >said
	jq -es 'map([.msg[0:5], .code, .level]) | sort == [["broke", "pdf.damaged", "warn"], ["empty", "document.empty", "warn"]]' said
	jq -es 'all(.advice | startswith("copy it again"))' said
	rm -rf out "$QUIRE_DB"*
	QUIRE_LOG=debug run -1 --separate-stderr quire run in out
	grep '^{' <<<"$stderr" >said
	jq -es 'map(select(.level == "debug" and .tool == "jobdb") | .msg) | contains(["now done", "dead"])' said
}

# fail_with CLASS: the job of the ledger, by its worker.
fail_with()
{
	run -1 --separate-stderr jobdb work --queue q --wait 0 -- sh -c "jq -c --unbuffered \
		'.error = {stage: \"x\", class: \"$1\", code: \"a.b\", message: \"m\"}' | jobdb done"
}

@test "what was tried in vain to the end is said to be, and nothing else is said twice" {
	jobdb queue --dest out set q
	jobdb add --queue q <<<'{"v":1,"kind":"document","uri":"file:///a","rel":"a"}' >/dev/null
	sql 'UPDATE job SET attempt = 4'
	fail_with transient
	jq -es 'map(.msg) == ["a: tried for the last time: dead"]' <<<"$stderr"
	jobdb requeue --code a.b >/dev/null
	fail_with permanent
	[ -z "$stderr" ]
}

@test "quire help shows manuals, with man and without; of a verb what -h says" {
	mkdir nowhere
	run -0 --separate-stderr quire help
	manual=$output
	[ -z "$stderr" ]
	[[ $manual == *'turn the documents of a folder or a bucket into Markdown'*'EXIT STATUS'* ]]
	# A man that does not work, as on a system that was minimized.
	printf '#!/bin/sh\necho minimized\nexit 1\n' >nowhere/man
	chmod 755 nowhere/man
	for page in quire s3ls s3get doc2png ocrpage mdjoin s3put jobdb runlog quire-records; do
		PATH=$PWD/nowhere:$PATH run -0 --separate-stderr quire help "$page"
		[ -z "$stderr" ]
		[[ $output == *NAME*"$page"*DESCRIPTION*'SEE ALSO'* ]]
		[ "$(grep -cE '^ *\.[A-Z]' <<<"$output")" -eq 0 ]
		[ "$(grep -cE '.{83}' <<<"$output")" -eq 0 ] # examples are as they are
	done
	# None of its words is lost: those of mandoc's text are all there.
	for page in quire jobdb; do
		PATH=$PWD/nowhere:$PATH quire help "$page" | tr -cs 'a-zA-Z' '\n' | sort -u >ours
		mandoc -Tascii "$QUIRE_TOP/man/$page.1" | sed 's/.\x08//g' | sed '1d;$d' | tr -cs 'a-zA-Z' '\n' | sort -u >theirs
		run -0 comm -13 ours theirs
		[ -z "$output" ]
	done
	for verb in run status clean help; do
		run -0 --separate-stderr quire help "$verb"
		[ "$output" = "$(quire "$verb" -h)" ]
		[[ $output == *"quire $verb - "* ]]
	done
	run -2 --separate-stderr quire help nothing
	[[ $stderr == 'quire: nothing: no such verb, nor a command'* ]]
}

@test "quire status without operands: all queues, in 80 columns; none yet is said, with 0" {
	run -0 --separate-stderr quire status
	[ "$output$stderr" = 'no queue is there: nothing has been run yet' ]
	[ ! -e "$QUIRE_DB" ]
	mkdir in other && cp "$samples/two-columns.pdf" in
	quire run in out
	quire run other out2
	run -0 --separate-stderr quire status
	[ -z "$stderr" ]
	[[ $output == *"$PWD/in to $PWD/out"*1*"$PWD/other to $PWD/out2"* ]]
	[ "$(grep -v / <<<"$output" | grep -cE '.{81}')" -eq 0 ]
	run -2 --separate-stderr quire status in
	[[ $stderr == *'SRC and DEST are needed'* ]]
	: >corrupt.db && printf 'no ledger, long enough to be read as one that is damaged %0200d' 1 >corrupt.db
	run -3 --separate-stderr quire status --db corrupt.db
	[[ $stderr == *ledger.corrupt* ]]
	# What a queue is called is shown.
	jobdb queue --dest out set $'a\u202eb\u009bc'
	run -0 jobdb stat
	[[ $output == *'a\u202eb\x9bc'$'\n'* ]]
}
