# run.bash - loaded by the tests of the whole pipeline, behind helper.
# shellcheck shell=bash

run_setup()
{
	quire_setup
	samples=$QUIRE_TOP/share/quire/samples
}

by_hand()
{
	s3ls "$1" | s3get | doc2png | ocrpage --rm | mdjoin | s3put --rm "$2"
}

# summary EXPR: each document is in one word of the summary in $stderr, the words
# add up, and the jq expression holds for {documents, done, pages, failed, skipped,
# old, unsupported, elsewhere, lost, hands, left, cancelled, clashing, codes}.
summary()
{
	{
		sed -n 's/^quire: \([0-9]*\) documents: \([0-9]*\) done (\([0-9]*\) pages), \([0-9]*\) failed, \([0-9]*\) skipped (up to date).*$/{"documents":\1,"done":\2,"pages":\3,"failed":\4,"skipped":\5}/p' <<<"$stderr"
		summary_word adopted 'taken over'
		summary_word old 'dead before'
		summary_word unsupported 'unsupported'
		summary_word elsewhere 'done by another run'
		summary_word lost 'failed in another run'
		summary_word hands 'in the hands of another run'
		summary_word left 'left'
		summary_word cancelled 'cancelled'
		summary_word clashing 'clashing'
		sed -n 's/^quire: failed: \([0-9]*\) \(.*\)$/{"codes":{"\2":\1}}/p' <<<"$stderr"
	} | jq -es 'reduce .[] as $o ({"codes":{}}; . * $o) |
		.documents == .done + .failed + .skipped + .adopted + .old + .unsupported + .elsewhere +
			.lost + .hands + .left + .cancelled + .clashing and
		.failed == ([.codes[]] | add // 0) and ('"$1"')' >/dev/null || {
		printf 'not true of the summary: %s\n%s\n' "$1" "$stderr" >&2
		return 1
	}
}

# summary_word NAME WORDS: how many the line that adds up has of those.
summary_word()
{
	local n

	n=$(sed -n "s/^quire: [0-9]* documents: .*, \([0-9]*\) $2\(,.*\)*$/\1/p" <<<"$stderr")
	printf '{"%s":%d}\n' "$1" "${n:-0}"
}

# many FOLDER N: so many documents.
many()
{
	local i
	mkdir "$1"
	cp "$samples/two-columns.pdf" master.pdf
	for ((i = 0; i < $2; i++)); do
		ln master.pdf "$1/$i.pdf"
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
	# shellcheck disable=SC2034 # for the test
	wait "$pid" || status=$?
	stderr=$(<err)
	[ ! -s stdout ]
}

# all_of_it: the pids of the driver, which has a session of its own, and of all
# that it runs.
all_of_it()
{
	ps -s "$pid" -o pid=
}

# named NAME: those of them that run a command line with NAME at its beginning,
# as "jobdb work" or "s3get", but not as a child of one that does.
named()
{
	ps -s "$pid" -o pid=,ppid=,args= | awk -v name="$1 " '
		{
			is = $1
			parent = $2
			sub(/^ *[0-9]+ +[0-9]+ +/, "")
			sub(/^([^ ]*\/)?(sh|bash) [^ ]*\//, "sh ")
			sub(/^[^ ]*\//, "")
			if (index($0 " ", name) == 1)
				of[is] = parent
		}
		END {
			for (p in of)
				if (!(of[p] in of))
					print p
		}'
}

# some_named NAME: there is one.
some_named()
{
	[[ -n $(named "$1") ]]
}

# nobody: no process of this test is left.
nobody()
{
	[[ -z $(left_processes) ]]
}

# helper_of NAME: a child of that stage which runs the same program.
helper_of()
{
	local p
	for p in $(named "$1"); do
		ps --ppid "$p" -o pid= | head -n 1
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

# stand_in NAME: another command of that name, from standard input; the real
# one is $real. The driver is then to be run by "$PWD/bin/quire".
stand_in()
{
	[[ -d bin ]] || cp -R "$QUIRE_BIN" bin
	rm "bin/$1"
	{
		printf '#!/bin/bash\nreal=%q\n' "$QUIRE_BIN/$1"
		cat
	} >"bin/$1"
	chmod +x "bin/$1"
}

# settled N: that many jobs are done, none is otherwise, each has been settled
# once, and the ledger is sound. One result stands for each in out.
settled()
{
	local said
	said=$(jobdb check 2>&1 || echo "status $?")
	if [[ -n $said || $(jobdb list | jq -r .state | sort | uniq -c | tr -s ' ') != " $1 done" ||
	    $(find out -type f | wc -l) -ne $1 ]]; then
		printf 'not settled: %s\n' "$said" >&2
		jobdb stat >&2
		return 1
	fi
	whole out
}

# done_after_kill N RESULTS SRC DEST: the next run does the rest of N documents, whose
# results RESULTS looks at, and nothing is left. What is looked at is in $step.
done_after_kill()
{
	step='the next run'
	timeout 100 quire run "$3" "$4" 2>err2 || return
	jobdb stat >standing
	step='the states of the jobs'
	[[ $(jobdb list | jq -r .state | sort | uniq -c | tr -s ' ') == " $1 done" ]] || return
	step='the results'
	$2 || return
	step='processes that are left'
	until_true nobody || return
	step='what quire clean leaves'
	quire clean && leftovers || return
	step='jobdb check'
	jobdb check >checked 2>&1 && [[ ! -s checked ]]
}

# tell_kill: what there is to tell where that was not so.
tell_kill()
{
	echo "wrong: $step" >&2
	tail -n 1 kills >&2
	touch err2 standing checked
	tail -n +1 err err2 standing checked >&2
	jobdb list >&2
	left_processes >&2
}

# terminal COLUMNS [--when REGEX COMMAND]... -- COMMAND...: see t/terminal.py.
terminal()
{
	needs_terminal
	run -0 --separate-stderr python3 "$QUIRE_TOP/t/terminal.py" "$@"
	[ -z "$stderr" ]
}
