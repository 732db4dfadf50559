#!/usr/bin/env bats
# runlog by hand; what a person sees of a run is in screen.bats.
load helper
load run

setup()
{
	run_setup
	export TERM=xterm
	unset COLUMNS
}

# counts PART TOOL JSON: what such a command has counted.
counts()
{
	mkdir -p "s/$1"
	echo "$3" >"s/$1/$2.77"
}

# a_session: one in which 12 of 120 documents are done.
a_session()
{
	mkdir -m 700 s
	counts listing jobdb '{"tool":"jobdb","passed":420,"skipped":300,"failed":0}'
	counts progress ocrpage '{"tool":"ocrpage","passed":45,"failed":1}'
	counts ledger jobdb '{"tool":"jobdb","passed":12,"failed":3,"out":20}'
}

# say_when FILE TEXT...: in sh, for a command on the terminal.
# shellcheck disable=SC2016 # it is another shell's
say_when='say_when() { until [ -e "$1" ]; do sleep 0.05; done; shift; printf "$@"; }'

# bats test_tags=brief
@test "log lines and the counter never mix, at 40, 80 and 200 columns; nothing is left at the end" {
	a_session
	long=$(printf 'x%.0s' {1..250})
	for columns in 40 80 200; do
		rm -f one two
		terminal "$columns" --when '^quire: 12 of 120 documents' 'touch one' \
			--when 'first(.|\n)*quire: 12 of 120 documents' 'touch two' \
			-- sh -c "$say_when; { say_when one 'first\n$long\nthird\n'; say_when two last; } | runlog s"
		jq -e --arg long "$long" --argjson n "$columns" '.odd == [] and .left == [] and .status == 0 and
			.lines[0] == "first" and .lines[-3:] == ["third", "last", ""] and
			(.lines[1:-3] | join("")) == $long and
			(.last | map(select(startswith("quire: 12 of"))) | length > 0 and all(length < $n))' <<<"$output"
	done
	# As far as whole parts go.
	jq -e '.last | index("quire: 12 of 120 documents, 45 pages read, 3 failed or unsupported, 300 up to date")' <<<"$output"
	terminal 40 --when '^quire: 12 of 120 documents, 45 pages$|^quire: 12 of 120 documents$' 'touch three' \
		-- sh -c "$say_when; say_when three '' | runlog s"
	jq -e '.left == [] and (.last | index("quire: 12 of 120 documents"))' <<<"$output"
}

# bats test_tags=brief
@test "a terminal of few columns, and one that is made narrower, has one line of counts" {
	a_session
	for columns in 1 2 9; do
		rm -f one two
		terminal "$columns" -- sh -c '{ sleep 1.5; echo; } | runlog s'
		jq -e --argjson n "$columns" '.odd == [] and .lines == ["", ""] and all(.last[]; length < $n or $n == 1)' <<<"$output"
	done
	rm -f one two
	terminal 90 --when 'up to date' '=30' --when '^quire: 12 of 120 documents$' 'touch two' \
		-- sh -c "$say_when; say_when two last | runlog s"
	jq -e '.odd == [] and .left == [] and .lines == ["last", ""]' <<<"$output"
}

@test "a terminal that knows no escapes is sent none" {
	a_session
	for TERM in dumb ''; do
		export TERM
		rm -f one
		terminal 80 --when 'quire: 12 of' 'touch one' -- sh -c "$say_when; { echo first; say_when one 'last\n'; } | runlog --every 1 s"
		jq -e '.left == [] and .odd == [] and .lines[0] == "first" and
			(.lines[1] | startswith("quire: 12 of 120 documents, 45 pages read, 3 failed"))' <<<"$output"
		# Each is a line of its own, none was written over.
		jq -e '.lines | length >= 4 and .[-2:] == ["last", ""]' <<<"$output"
	done
}

@test "without a terminal a line of counts comes once in a while, beside the others" {
	a_session
	mkfifo in
	runlog --every 1 s <in >out 3>&- &
	exec 7>in
	echo first >&7
	until_true grep -q 'quire: 12 of' out
	echo last >&7
	exec 7>&-
	wait "$!"
	[ "$(head -n 1 out)" = first ] && [ "$(tail -n 1 out)" = last ]
	grep -qx 'quire: 12 of 120 documents, 45 pages read, 3 failed or unsupported, 300 up to date' out
	# A minute is not over.
	run -0 runlog s <<<only
	[ "$output" = only ]
}

@test "what a terminal would act on or not show is shown; a line without an end is one" {
	printf 'a\033[2Jb\xc2\x9b31m\xe2\x80\xae\xff\tc\rd\n\nlast \xc3\xa9' >in
	run -0 runlog s <in
	[ "$output" = $'a\\x1b[2Jb\\x9b31m\\u202e\\xff\\x09c\\x0dd\n\nlast é' ]
	# A long line is cut, and none of it lost.
	head -c 100000 /dev/zero | tr '\0' y >in
	run -0 runlog s <in
	[ "$(tr -d '\n' <<<"$output" | wc -c)" -eq 100000 ]
	[ "${#lines[@]}" -eq 13 ]
}

# bats test_tags=brief
@test "a terminal that is stopped holds nobody up, and loses no line" {
	mkdir -m 700 s
	terminal 80 --when ready ^S --when ready 'touch go' --when @written ^Q \
		-- sh -c "$say_when; { echo ready; say_when go ''; seq 400000; touch written; } | runlog s"
	jq -e '.odd == [] and .left == [] and .acted[2] < 300000 and
		.lines == ["ready"] + [range(1; 400001) | tostring] + [""]' <<<"$output"
}

@test "signals are for those who speak: it ends with the last of them" {
	mkdir -m 700 s
	mkfifo in
	env --default-signal=INT,TERM,HUP runlog s <in >out 3>&- &
	pid=$!
	exec 7>in
	echo first >&7
	until_true grep -q first out
	for sig in INT TERM HUP; do kill -s "$sig" "$pid"; done
	echo last >&7
	exec 7>&-
	wait "$pid"
	[ "$(<out)" = $'first\nlast' ]
}

@test "where nothing can be written it reads on to the end, and ends with 3" {
	head -c 9000000 /dev/zero | tr '\0' '\n' >in
	run -3 --separate-stderr sh -c 'runlog s <in >/dev/full'
	[[ $stderr == *io.write*'standard output: No space left on device'* ]]
	run -3 --separate-stderr bash -c 'set -o pipefail; cat in | runlog s >/dev/full'
}
