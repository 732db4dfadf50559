#!/usr/bin/env bats
# What an older version left is gone on with.
# bats file_tags=brief
load helper
load ledger
load run

setup()
{
	quire_setup
	here=$(realpath .)
	queue="$here/in to $here/out (lang=eng dpi=200 text=auto)"
}

# counts QUEUE: added, done, dead and cancelled, and all else that it has.
counts()
{
	jobdb stat --queue "$1" --format json |
	    jq -r '[.added, .done, .dead, .cancelled, .queued + .running + .ready] | map(tostring) | join(" ")'
}

@test "the keys of the fixture are those that version 0.1.0 gave" {
	sqlite3 old.db <"$BATS_TEST_DIRNAME/data/ledger-0.1.0.sql"
	sqlite3 old.db "SELECT quote(ukey), rec ->> 'uri' FROM job UNION ALL
	    SELECT quote(dkey), dest FROM job WHERE dest IS NOT NULL" >keys
	[ "$(wc -l <keys)" -eq 6 ]
	while IFS='|' read -r key uri; do
		[ "${key,,}" = "$(ledger_key "$uri" | tr X x)" ] || return 1
	done <keys
}

@test "a ledger of version 0.1.0 keeps what was settled" {
	ledger_0_1_0 .
	run -0 --separate-stderr jobdb check
	[ -z "$output$stderr" ]
	[ "$(counts "$queue")" = '4 2 1 1 0' ]
	run -0 --separate-stderr jobdb list
	[ "$(jq -r '[.rel, .state, .attempt, .error.code // "-", .dest // "-"] | map(tostring) | join("|")' \
	    <<<"$output")" = "more/fax.tif|done|1|-|file://$here/out/more/fax.tif.md
two-columns.pdf|done|1|-|file://$here/out/two-columns.pdf.md
broken é.pdf|cancelled|1|pdf.damaged|-
broken é.pdf|dead|1|pdf.damaged|-" ]
	run -0 --separate-stderr jobdb queue list
	[ "$(jq -r '[.queue, .dest, .settings, .added] | map(tostring) | join("|")' <<<"$output")" = \
	    "$queue|$here/out|lang=eng dpi=200 text=auto|4" ]
}

@test "a result that is put into a ledger of version 0.1.0 is kept with what is said of it" {
	ledger_0_1_0 .
	[ "$(sqlite3 "$QUIRE_DB" 'PRAGMA user_version')" = 1 ]
	jobdb requeue --queue "$queue" --state "done" >again
	[ "$(sqlite3 "$QUIRE_DB" 'PRAGMA user_version')" = 3 ]
	[ "$(wc -l <again)" -eq 2 ]
	jobdb claim --queue "$queue" -n 1 | results | jq -c '. + {doc_pages: 3, doubtful_pages: [2]}' | jobdb "done" >/dev/null
	[ "$(jobdb list --state "done" | jq -c '[.doc_pages, .doubtful_pages]')" = '[3,[2]]' ]
	[ "$(jobdb list --state queued | jq -c '[.doc_pages, .doubtful_pages]')" = '[null,null]' ]
	sound
}

@test "documents that version 0.1.0 has done are not added again, and its results not read" {
	ledger_0_1_0 .
	s3ls in | jobdb add --queue "$queue" >added
	[ "$(jq -r '[.rel, .added, .state] | map(tostring) | join(" ")' added | sort)" = \
	    'broken é.pdf false dead
more/fax.tif false done
two-columns.pdf false done' ]
	run -1 --separate-stderr jobdb add --queue "$queue" \
	    <<<'{"v":1,"kind":"document","uri":"file://'"$here"'/out/two-columns.pdf.md"}'
	json '.error.code == "job.dest"'
	sound
}

@test "a queue of version 0.1.0 is renamed, and goes on under its new name" {
	ledger_0_1_0 .
	jobdb queue rename "$queue" new
	[ "$(counts new)" = '4 2 1 1 0' ]
	s3ls in | jobdb add --queue new | jq -es 'all(.[]; .added == false)'
	run -0 --separate-stderr jobdb requeue --queue new
	json '.queue == "new" and .state == "queued" and .rel == "broken é.pdf"'
	[ "$(jobdb claim --queue new -n 2 | results | jobdb "done" | jq -r .state)" = "done" ]
	[ "$(counts new)" = '4 3 0 1 0' ]
	sound
}

# The fixture has no results, and a dead letter.
as_it_was='--no-check-dest --ignore-dead'

@test "quire run and status go on with the queue of version 0.1.0, and do nothing twice" {
	ledger_0_1_0 .
	run -0 --separate-stderr quire status in out
	[[ $output == *"$here/in to $here/out"*' 4 '* ]]
	# shellcheck disable=SC2086
	run -0 --separate-stderr quire run $as_it_was in out
	summary '.documents == 3 and .done == 0 and .failed == 0 and .skipped == 2 and .old == 1'
	[ "$(counts "$here/in to $here/out")" = '4 2 1 1 0' ]
	run -0 --separate-stderr jobdb queue list
	[ "$(jq -r '[.queue, .settings] | join("|")' <<<"$output")" = "$here/in to $here/out|{}" ]
	[ -z "$(ls out)" ]
	sound
}

@test "quire run itself takes over the queue of version 0.1.0, and a second one finds it" {
	ledger_0_1_0 .
	for try in 1 2; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr quire run $as_it_was in out
		echo "$try" >&2
		summary '.documents == 3 and .skipped == 2 and .old == 1'
		[[ $stderr != *'not renamed'* ]]
	done
	[ "$(jobdb queue list | jq -r .queue)" = "$here/in to $here/out" ]
}

@test "with other settings than those of version 0.1.0 there is another queue" {
	ledger_0_1_0 .
	# Its own settings, said in another order.
	sql "UPDATE queue SET name = '$here/in to $here/out (lang=eng dpi=100 text=only)' WHERE name = '$queue'"
	run -3 --separate-stderr quire status --text never in out
	# shellcheck disable=SC2086
	run -0 --separate-stderr quire run $as_it_was --text only --dpi 100 in out
	summary '.skipped == 2 and .old == 1'
	run -1 --separate-stderr quire run --text never in out
	summary '.documents == 3 and .failed == 3'
	[ "$(counts "$(jobdb queue list | jq -r 'select(.settings | test("only")).queue')")" = '4 2 1 1 0' ]
	[ "$(jobdb queue list | jq -r .settings | sort)" = '{"dpi":100,"text":"only"}
{"text":"never"}' ]
}

@test "names of version 0.1.0 that were digests are found, too" {
	mkdir 'a to b'
	ledger_0_1_0 'a to b'
	from=$(realpath 'a to b')
	words='lang=eng dpi=200 text=auto'
	name="sha256:$(printf '%s\0' "$from/in" "$from/out" "$words" | sha256sum | cut -c 1-32) ($words)"
	sql "UPDATE queue SET name = '$name'"
	# shellcheck disable=SC2086
	run -0 --separate-stderr quire run $as_it_was 'a to b/in' 'a to b/out'
	summary '.skipped == 2 and .old == 1'
	[[ $(jobdb queue list | jq -r .queue) =~ ^sha256:[0-9a-f]{32}$ ]]
}

@test "who only looks at a queue does not wait for who writes, unless it is to be renamed" {
	ledger_0_1_0 .
	run -0 quire status in out
	hold_ledger
	QUIRE_DB_WAIT=0 run -0 --separate-stderr quire status in out
	[[ $stderr == '' && $output == *"$here/in to $here/out"* ]]
	let_ledger_go
}
