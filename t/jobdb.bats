#!/usr/bin/env bats
# jobdb: what was added is given out, and settled once.
load helper
load ledger

setup()
{
	ledger_setup
}

teardown()
{
	[[ -z ${mounted-} ]] || umount "$mounted"
}

codes()
{
	jq -r '[.rel, .error.code // "-"] | join(" ")' <<<"$output"
}

# The ledger, by the state of each job.
standing()
{
	jobdb list "$@" | jq -r '[.rel, .etag, .state, .attempt] | map(tostring) | join(" ")'
}

@test "a queue is made, changed and listed" {
	run -0 --separate-stderr jobdb queue list
	[ "$output" = '{"v":1,"kind":"queue","queue":"q","dest":"/out","settings":"as they are","added":0}' ]
	jobdb queue set --settings 'dpi 300' 'a "b" é' --dest s3://x/
	jobdb queue set q --dest /elsewhere
	docs 2 | jobdb add --queue 'a "b" é' >added
	run -0 --separate-stderr jobdb queue list
	[ "$(jq -r '[.queue, .dest, .settings, .added] | map(tostring) | join("|")' <<<"$output")" = \
	    'q|/elsewhere||0
a "b" é|s3://x/|dpi 300|2' ]
	jq -es 'all(.[]; .queue == "a \"b\" é")' added
}

@test "a queue is renamed, and keeps what it has" {
	docs 2 | jobdb add --queue q >added
	claim 1 | results >given
	run -0 --separate-stderr jobdb queue rename q 'an "other" é'
	[ -z "$output$stderr" ]
	run -0 --separate-stderr jobdb queue list
	[ "$(jq -r '[.queue, .dest, .settings, .added] | map(tostring) | join("|")' <<<"$output")" = \
	    'an "other" é|/out|as they are|2' ]
	settle <given >settled
	run -0 --separate-stderr jobdb stat --queue 'an "other" é' --format json
	[ "$(jq -c '[.queued, .running, .done]' <<<"$output")" = '[1,0,1]' ]
	docs 3 | jobdb add --queue 'an "other" é' >added
	[ "$(jq -c .added added | tr '\n' ' ')" = 'false false true ' ]
	sound
}

@test "a queue that no run uses is removed; with its jobs where that is asked for" {
	jobdb queue set empty --dest /empty
	run -0 --separate-stderr jobdb queue remove empty
	[ -z "$output$stderr" ]
	run -3 --separate-stderr jobdb queue remove empty
	[[ $stderr == *'empty: no such queue'* ]]
	jobdb queue set gone --dest /out
	for queue in q gone; do
		docs 3 | jobdb add --queue "$queue" >added
		jobdb claim --queue "$queue" -n 2 | results | settle >settled
	done
	run -3 --separate-stderr jobdb queue remove gone
	[[ $stderr == *'gone: not removed, it has 3 jobs (--force'* ]]
	jobdb claim --queue gone -n 1 >given
	run -3 --separate-stderr jobdb queue remove --force gone
	[[ $stderr == *'gone: not removed, 1 of its jobs are being worked on'* ]]
	[ "$(jobdb list --queue gone | wc -l)" -eq 3 ]
	results <given | settle >settled
	run -0 --separate-stderr jobdb queue remove --force gone
	[ -z "$output$stderr" ]
	[ "$(jobdb queue list | jq -r .queue)" = q ]
	[ "$(jobdb list | wc -l)" -eq 3 ]
	# What it had written is nobody's; what was not another's is not done again.
	docs 3 | jobdb add --queue q >added
	[ "$(jq -r .state added | tr '\n' ' ')" = 'queued queued queued ' ]
	# No number is used again: a token of then is nobody's.
	docs 1 9 | jobdb add --queue q >added
	[ "$(sql 'SELECT max(id) FROM job')" = 7 ]
	jobdb queue set next --dest /next
	[ "$(sql "SELECT id FROM queue WHERE name = 'next'")" = 4 ]
	sound
}

@test "a queue that is not there, or whose new name is taken, is not renamed" {
	run -0 --separate-stderr jobdb queue rename none other
	[ -z "$output$stderr" ]
	jobdb queue set other --dest /other
	docs 1 | jobdb add --queue q >added
	jobdb queue list >before
	run -0 --separate-stderr jobdb queue rename q other
	[ -z "$output" ]
	[[ $stderr == 'jobdb: '*'not renamed: the queue other is there too' ]]
	jobdb queue list | cmp - before
	for name in '' $'a\nb' "$(printf 'x%.0s' {1..256})"; do
		run --separate-stderr jobdb queue rename -- q "$name"
		failed ledger.queue 2
	done
	jobdb queue list | cmp - before
}

@test "a queue's name that is none is refused" {
	for name in '' $'a\nb' $'\x7f' $'\xe9' "$(printf 'x%.0s' {1..256})"; do
		run --separate-stderr jobdb queue set --dest /out -- "$name"
		failed ledger.queue 2
	done
	jobdb queue set "$(printf 'x%.0s' {1..255})" --dest /out
	# And what could not be listed.
	run --separate-stderr jobdb queue set large --dest /out --settings "$(printf 'x%.0s' {1..8190})"
	failed ledger.queue 2
	jobdb queue set large --dest /out --settings "$(printf '\001%.0s' {1..8188})"
	[ "$(jobdb queue list | wc -l)" -eq 3 ]
	run -2 --separate-stderr jobdb queue set name
	[[ $stderr == *'--dest is needed'* ]]
	run -2 --separate-stderr jobdb queue set name --dest ''
	[[ $stderr == *'--dest: its argument is empty'* ]]
	[ "$(jobdb queue list | wc -l)" -eq 3 ]
	run -2 --separate-stderr jobdb queue show
	run -2 --separate-stderr jobdb queue list more
	run -2 --separate-stderr jobdb queue set name more --dest /out
	run -2 --separate-stderr jobdb queue rename q
}

@test "verbs without their queue say so" {
	for verb in 'add' 'claim -n 1' 'work -- true' 'list' 'requeue' 'stat'; do
		# shellcheck disable=SC2086 # verbs and their options are words
		run --separate-stderr jobdb ${verb/ / --queue none } </dev/null
		[[ $verb == *' '* ]] || run --separate-stderr jobdb "$verb" --queue none </dev/null
		failed ledger.queue
		[[ -z $output ]]
	done
}

@test "a command line that is wrong ends with 2 and the usage" {
	while read -ra words; do
		run -2 --separate-stderr jobdb "${words[@]}" </dev/null
		[ -z "$output" ]
		[[ $stderr == *'usage: jobdb '* ]] || return 1
	done <<-'EOT'

		no-such-verb
		add
		add --queue
		add --queue q more
		claim --queue q
		claim --queue q -n 1 -
		claim --queue q more
		claim --queue q -n 0
		work --queue q
		work --queue q --lease 0 -- true
		list --state nowhere
		stat --format xml
		queue
	EOT
	run -2 --separate-stderr jobdb list --select '.a ='
	failed select.syntax 2
}

@test "--db may stand anywhere, and its ledger is made" {
	unset QUIRE_DB
	jobdb --db one queue set q --dest /out
	jobdb queue --db=two set q --dest /out
	jobdb queue set q --dest /out --db three
	[ -s one ] && [ -s two ] && [ -s three ]
	run -0 --separate-stderr jobdb --db=one stat --format json
	json '.queue == "q"'
}

@test "without --db and QUIRE_DB the ledger is below XDG_STATE_HOME, else HOME" {
	unset QUIRE_DB
	XDG_STATE_HOME=$PWD/new/state jobdb queue set q --dest /out
	[ -s new/state/quire/jobs.db ]
	[ "$(stat -c %a new new/state/quire | tr '\n' ' ')" = '700 700 ' ]
	env -u XDG_STATE_HOME HOME="$PWD/home" jobdb queue set q --dest /out
	[ -s home/.local/state/quire/jobs.db ]
	run --separate-stderr env -u XDG_STATE_HOME -u HOME jobdb stat
	failed ledger.open
}

@test "add keeps the record, gives it an id, and the same again changes nothing" {
	big='"big":123456789012345678901234567890,"meta":{ "a" : 1.0e5 }'
	docs 3 | sed "s/}\$/,$big}/" >in
	run -0 --separate-stderr jobdb add --queue q <in
	[ -z "$stderr" ]
	json '.added == true and .queue == "q" and (.id | test("^[0-9A-HJKMNP-TV-Z]{26}$"))'
	[[ ${lines[0]} == "$(head -n 1 in | sed 's/}$//')",'"id":"'* ]]
	first=$(jq -r .id <<<"$output")
	{ cat in; docs 1 4; } >longer
	run -0 --separate-stderr jobdb add --queue q <longer
	[ "$(jq -c .added <<<"$output" | tr '\n' ' ')" = 'false false false true ' ]
	[ "$(jq -r .id <<<"$output" | head -n 3)" = "$first" ]
	[ "$(claim 1 | jq -r .id)" = "$(head -n 1 <<<"$first")" ]
	run -0 --separate-stderr jobdb list
	[[ ${lines[0]} == *",$big,"* ]]
	states 3 1 0 0 0
	sound
}

@test "what was put nowhere is not done" {
	docs 2 | jobdb add --queue q >added
	claim 2 | sed '1s|}$|,"dest":"file:///out/d1.md"}|' >in
	run -1 --separate-stderr settle <in
	[ "$(jq -r '"\(.rel) \(.state) \(.error.code)"' <<<"$output")" = 'd1.pdf done null
d2.pdf null record.member' ]
	states 0 1 1 0 0
	sound
}

@test "add says how a document stands that was added before" {
	docs 4 | jobdb add --queue q >added
	[ "$(jq -r .state added | sort -u)" = queued ]
	claim 1 | results | settle
	claim 1 | failures permanent x.y | settle || [ "$?" -eq 1 ]
	claim 1 >running
	mkdir progress
	docs 5 | QUIRE_PROGRESS=$PWD/progress jobdb add --queue q >added
	[ "$(jq -r '"\(.added) \(.state)"' added | tr '\n' ,)" = 'false done,false dead,false running,false queued,true queued,' ]
	[ "$(jq .skipped progress/jobdb.*)" -eq 1 ]
}

@test "what the ledger says of a job is never taken from the input" {
	docs 1 | sed 's|}$|,"token":"1","state":"done","dest":"file:///etc","work":"/w","path":"/p","added":true,"attempt":4}|' |
	    jobdb add --queue q >added
	[ "$(jq -r .state added)" = queued ]
	[ "$(jq -r '[.token, .dest, .work, .path, .attempt] | unique | tostring' added)" = '[null]' ]
	run -0 --separate-stderr claim 1
	json '.attempt == 1 and .attempts_left == 4 and (has("state") or has("dest") | not)'
}

@test "the same document in another queue is another job" {
	jobdb queue set p --dest /other
	docs 1 | jobdb add --queue q >added
	run -0 --separate-stderr jobdb add --queue p < <(docs 1)
	json '.added and .queue == "p"'
}

@test "what two queues do alike is said" {
	docs 3 | jobdb add --queue q >added
	jobdb queue set again --dest /out --settings 'as they are'
	jobdb queue set others --dest /out --settings 'as they are not'
	jobdb queue set elsewhere --dest /out2 --settings 'as they are'
	for queue in q others elsewhere; do
		run -0 --separate-stderr jobdb add --queue "$queue" < <(docs 3)
		[ -z "$stderr" ]
	done
	run -0 --separate-stderr jobdb add --queue again < <(docs 2 2)
	[ "$stderr" = "jobdb: 2 documents are added that the queue 'q' has, too, with the same settings and results: both do them; one of the two is enough" ]
	# Once is enough; and another version, or what q has given up, is no double.
	run -0 --separate-stderr jobdb add --queue again < <(docs 3 2 | sed '/d3/s/e3/f3/')
	[ -z "$stderr" ]
	claim 1 | failures validation x.y | settle >settled || [ $? -eq 1 ]
	run -0 --separate-stderr jobdb add --queue again < <(docs 1)
	[ -z "$stderr" ]
	sound
}

@test "a new version cancels the queued one, by version before etag" {
	docs 1 | jobdb add --queue q >added
	run -0 --separate-stderr jobdb add --queue q < <(docs 1 | sed 's/e1/new/')
	json .added
	run -0 --separate-stderr standing
	[ "$output" = 'd1.pdf e1 cancelled 0
d1.pdf new queued 0' ]
	[ "$(sql 'select what, code from event')" = 'cancelled|job.superseded' ]
	docs 2 | sed 's/}$/,"version":"1"}/' | jobdb add --queue q >added
	run -0 --separate-stderr jobdb add --queue q < <(docs 2 | sed 's/"e[12]"/"x"/; s/}$/,"version":"1"}/')
	json '.added == false'
	states 2 0 0 0 2
	sound
}

@test "no version is given out while another one runs, nor queued again after it" {
	docs 1 | jobdb add --queue q >added
	claim 1 >old
	docs 1 | sed 's/e1/new/' | jobdb add --queue q >added
	run -0 --separate-stderr claim 1
	[ -z "$output" ]
	run -0 --separate-stderr jobdb claim --queue q - <added
	[ -z "$output" ]
	sound
	failures transient x.y <old | settle >settled || [ $? -eq 1 ]
	states 1 0 0 0 1
	run -0 --separate-stderr claim 1
	json '.etag == "new"'
	run -0 --separate-stderr settle < <(results <<<"$output")
	states 0 0 1 0 1
	sound
}

@test "a document that is again what it was is done again" {
	docs 1 | jobdb add --queue q >added
	claim 1 | results | settle >settled
	docs 1 | sed 's/e1/new/' | jobdb add --queue q >added
	claim 1 | results | settle >settled
	run -0 --separate-stderr jobdb add --queue q < <(docs 1)
	json '.state == "queued"'
	# Once, and it can be queued again as any other.
	run -0 --separate-stderr jobdb add --queue q < <(docs 1)
	json '.added == false and .state == "queued"'
	states 1 0 2 0 0
	run -0 --separate-stderr claim 1
	json '.etag == "e1"'
	results <<<"$output" | settle >settled
	states 0 0 3 0 0
	run -0 --separate-stderr jobdb requeue < <(docs 1 | sed 's/}$/,"queue":"q"}/')
	states 1 0 2 0 0
	sound
}

@test "what was cancelled by a newer version, or failed, is new when it comes again" {
	docs 1 | jobdb add --queue q >added
	docs 1 | sed 's/e1/new/' | jobdb add --queue q >added
	run -0 --separate-stderr jobdb add --queue q < <(docs 1)
	json '.state == "queued"'
	states 1 0 0 0 2
	claim 1 | failures permanent x.y | settle >settled || [ $? -eq 1 ]
	docs 1 | sed 's/e1/new/' | jobdb add --queue q >added
	jq -e .added added
	docs 1 | jobdb add --queue q >added
	jq -e .added added
	states 1 0 0 0 4
	sound
}

@test "one that runs and is again what it was is not superseded" {
	docs 1 | jobdb add --queue q >added
	claim 1 >old
	docs 1 | sed 's/e1/new/' | jobdb add --queue q >added
	run -0 --separate-stderr jobdb add --queue q < <(docs 1)
	json '.added == false and .state == "running"'
	states 0 1 0 0 1
	failures transient x.y <old | settle >settled || [ $? -eq 1 ]
	states 1 0 0 0 1
	sql 'update job set run_at = 1 where state = 0'
	claim 1 >old
	# And once more the other way, which is another job then.
	run -0 --separate-stderr jobdb add --queue q < <(docs 1 | sed 's/e1/new/')
	json '.state == "queued"'
	results <old | settle >settled
	run -0 --separate-stderr claim 1
	json '.etag == "new"'
	sound
}

@test "whatever version comes last is the one that is done" {
	version() { docs 1 | sed "s/e1/$1/" | jobdb add --queue q >added; }
	version A
	claim 1 >old
	for name in B C A; do version "$name"; done
	results <old | settle >settled
	states 0 0 1 0 2
	version B
	jq -e '.added and .state == "queued"' added
	claim 1 | failures cancelled x.y | settle >settled || [ $? -eq 1 ]
	# What was cancelled itself, and not by another version, stays so.
	version B
	jq -e '.added == false and .state == "cancelled"' added
	# That B ran, and may have written A's result before it was cancelled.
	version A
	jq -e '.added == false and .state == "queued"' added
	states 1 0 0 0 3
	claim 1 | results | settle >settled
	version A
	jq -e '.added == false and .state == "done"' added
	states 0 0 1 0 3
	docs 1 2 | jobdb add --queue q >added
	docs 1 2 | sed 's/e2/x/' | jobdb add --queue q >added
	claim 1 | failures cancelled x.y | settle >settled || [ $? -eq 1 ]
	docs 1 2 | jobdb add --queue q >added
	jq -e '.added and .state == "queued"' added
	sound
}

@test "requeue takes no cancelled version, nor one in another's name" {
	version() { docs 1 | sed "s/e1/$1/" | jobdb add --queue q >added; }
	version A
	version B
	claim 1 | failures cancelled x.y | settle >settled || [ $? -eq 1 ]
	run -0 --separate-stderr jobdb requeue --queue q --state cancelled
	states 1 0 0 0 1
	[ "$(sql 'select count(*) from event where what = "requeued"')" -eq 1 ]
	sound
	claim 1 | results | settle >settled
	version A
	version B
	claim 1 | results | settle >settled
	# The job of then is listed, but another has its version now.
	jobdb list --queue q --state "done" | head -n 1 >first
	run -1 --separate-stderr jobdb requeue <first
	json '.error.code == "job.superseded"'
	states 0 0 2 0 2
}

@test "a version that cannot be added takes no other's place" {
	docs 1 | jobdb add --queue q >added
	run -1 --separate-stderr jobdb add --queue q < <(docs 1 |
	    jq -c '.etag = "new" | .meta = ("x" * 64900)')
	json '.error.code == "record.large"'
	states 1 0 0 0 0
	sound
}

@test "a document's record without a kind is settled as one" {
	docs 1 | jq -c 'del(.kind)' | jobdb add --queue q >added
	claim 1 | failures permanent x.y | settle >settled || [ $? -eq 1 ]
	states 0 0 0 1 0
	run -0 --separate-stderr jobdb requeue < <(jobdb list)
	states 1 0 0 0 0
}

@test "a result that the ledger knows is no source" {
	docs 1 | jobdb add --queue q >added
	claim 1 | results | settle >settled
	docs 2 | sed 's|/in/d1.pdf|/out/d1.pdf.md|' >in
	run -1 --separate-stderr jobdb add --queue q <in
	[ "$(codes)" = 'd1.pdf job.dest
d2.pdf -' ]
	json '.error == null or .error.class == "validation"'
	states 1 0 1 0 0
	jobdb list --state 'done' | jobdb requeue >again
	run -1 --separate-stderr jobdb add --queue q < <(head -n 1 in)
	failed job.dest 1
}

@test "add refuses what is no document, and what could not be given out" {
	{
		echo '{"v":1,"kind":"page","uri":"file:///in/x"}'
		echo '{"v":1,"kind":"document"}'
		echo '{"v":1,"kind":"document","uri":7}'
		echo 'no record'
		docs 1 | jq -c '.meta = ("x" * 65000)'
		docs 1 2 | jq -c '.meta = ("x" * 64000)'
		docs 1 3 | failures permanent a.b
	} >in
	run -1 --separate-stderr jobdb add --queue q <in
	[ "$(jq -r '.error.code // "-"' <<<"$output" | sort | tr '\n' ' ')" = \
	    '- a.b record.kind record.large record.member record.member record.syntax ' ]
	states 1 0 0 0 0
	run -0 --separate-stderr claim 1
	[ "${#output}" -le 65536 ]
	json '.meta | length == 64000'
}

@test "an empty input is no fault" {
	for verb in 'add --queue q' 'claim --queue q -' 'done' requeue; do
		# shellcheck disable=SC2086 # verbs and their options are words
		run -0 --separate-stderr jobdb $verb </dev/null
		[ -z "$output$stderr" ]
	done
	run -0 --separate-stderr claim 5
	[ -z "$output$stderr" ]
}

@test "an add that is killed leaves whole records, and all that it said" {
	docs 20000 >in
	for ms in 005 010 020 040 060 080 100 150 200 300; do
		timeout -s KILL "0.$ms" jobdb add --queue q <in >out || [ $? -eq 137 ]
		# A last line may be cut short.
		grep '}$' out | jq -r 'select(.added) | .id' >>acknowledged || [ $? -eq 1 ]
	done
	sound
	jobdb add --queue q <in | jq -r .id | sort >all
	[ "$(sort -u all | wc -l)" -eq 20000 ]
	sort -u acknowledged >said
	[ "$(sort acknowledged | uniq -d | wc -l)" -eq 0 ]
	[ "$(comm -23 said all | wc -l)" -eq 0 ]
	states 20000 0 0 0 0
	sound
}

@test "claim gives what is ready, oldest first, and says what it is to be settled by" {
	docs 5 | jobdb add --queue q >added
	run -0 --separate-stderr claim 2
	[ "$(jq -r .rel <<<"$output" | sort | tr '\n' ' ')" = 'd1.pdf d2.pdf ' ]
	json '.queue == "q" and .attempt == 1 and .attempts_left == 4 and (.token | test("^[0-9a-f]{16}$"))'
	run -0 --separate-stderr claim 9
	[ "${#lines[@]}" -eq 3 ]
	run -0 --separate-stderr claim 9
	[ -z "$output" ]
	states 0 5 0 0 0
	sound
}

@test "claim - gives those of its input that are ready" {
	docs 4 | jobdb add --queue q >added
	claim 1 >taken
	docs 6 | sed 's/}$/,"mine":1e2}/' >in
	run -0 --separate-stderr jobdb claim --queue q - <in
	[ "$(jq -r .rel <<<"$output" | tr '\n' ' ')" = 'd2.pdf d3.pdf d4.pdf ' ]
	[[ ${lines[0]} == *',"mine":1e2,'* ]]
	[ "$(jq -r .id <<<"$output")" = "$(tail -n 3 added | jq -r .id)" ]
	json '.attempts_left == 4 and (.token | length == 16)'
	states 0 4 0 0 0
}

@test "claim - takes back first what a lease has run out on" {
	at 1000000000000
	docs 2 | jobdb add --queue q >added
	jobdb claim --queue q -n 2 --lease 10 >slow
	run -0 --separate-stderr jobdb claim --queue q - <added
	[ -z "$output" ]
	at 1000000010001
	run -0 --separate-stderr jobdb claim --queue q - <added
	[ "${#lines[@]}" -eq 2 ]
	run -1 --separate-stderr settle < <(results <slow)
	json '.error.code == "job.stale"'
	# Named by hand they are not alone, and so the next loss is no count.
	[ "$(sql 'select sum(alone), sum(lost) from job')" = '0|0' ]
	sound
}

@test "claim - takes the records of list, failed ones too" {
	at 1000000000000
	docs 2 | jobdb add --queue q >added
	claim 2 | failures transient a.b ',"retry_after_ms":5000' | settle >settled || [ $? -eq 1 ]
	jobdb list --code a.b >listed
	run -0 --separate-stderr jobdb claim --queue q - <listed
	[ -z "$output" ]
	at 1000000005000
	run -0 --separate-stderr jobdb claim --queue q - <listed
	[ "${#lines[@]}" -eq 2 ]
	json '.attempt == 2 and (has("error") or has("state") | not)'
}

@test "done settles a job once, and only by the last token" {
	docs 2 | jobdb add --queue q >added
	claim 2 | results >in
	head -n 1 in >one
	run -0 --separate-stderr settle <one
	json '.state == "done" and .dest == "file:///out/d1.pdf.md"'
	states 0 1 1 0 0
	run -1 --separate-stderr settle <in
	[ "$(codes)" = 'd1.pdf job.stale
d2.pdf -' ]
	json '.error == null or .error.class == "permanent"'
	states 0 0 2 0 0
	for token in '"00000001ffffffff"' '"zz"' '""' '"00000000000000010000000000000001"'; do
		run -1 --separate-stderr settle < <(jq -c ".token = $token" one)
		[ "$(codes)" = 'd1.pdf job.stale' ]
	done
	run -1 --separate-stderr settle < <(jq -c 'del(.token), (.token = 1)' one)
	[ "$(codes)" = 'd1.pdf record.member
d1.pdf record.member' ]
	sound
}

@test "done takes no token with another document's id" {
	docs 2 | jobdb add --queue q >added
	claim 2 | results >in
	# Each with the other's token, done and failed.
	jq -sc '[.[0].token, .[1].token] as $t | .[0].token = $t[1] | .[1].token = $t[0] | .[]' in | head -n 2 >swapped
	run -1 --separate-stderr settle <swapped
	[ "$(codes)" = 'd1.pdf job.stale
d2.pdf job.stale' ]
	run -1 --separate-stderr settle < <(failures permanent a.b <swapped)
	[[ $stderr == *'its token is that of another document'* ]]
	states 0 2 0 0 0
	# Whose it is need not be said.
	run -0 --separate-stderr settle < <(jq -c 'del(.id)' in)
	states 0 0 2 0 0
	sound
}

@test "an empty dest is none, and an error that is null is none" {
	docs 3 | jobdb add --queue q >added
	claim 3 | results >in
	run -1 --separate-stderr settle < <(sed -n '1s|"file:///out[^"]*"|""|p' in)
	[ "$(codes)" = 'd1.pdf record.member' ]
	states 0 3 0 0 0
	run -0 --separate-stderr settle < <(jq -c '.error = null' in)
	[ "$(jq -r .state <<<"$output" | sort -u)" = "done" ]
	states 0 0 3 0 0
	sound
	# Nor is it one to any other command.
	run -1 --separate-stderr s3get < <(echo '{"v":1,"kind":"document","uri":"file:///nowhere/a.pdf","rel":"a.pdf","error":null}')
	json '.error.code == "document.missing"'
}

@test "done counts the pages of what it settles as done, and once" {
	docs 3 | jobdb add --queue q >added
	claim 3 | jq -c '.doc_pages = 7' | results >got
	mkdir progress
	{
		cat got
		head -n 1 got
		failures permanent x.y <got
	} | QUIRE_PROGRESS=$PWD/progress jobdb "done" >settled || [ $? -eq 1 ]
	[ "$(jq -s 'map(.pages) | add' progress/*)" -eq 21 ]
}

@test "done ends with 1 when a record carries an error, whoever set it" {
	docs 2 | jobdb add --queue q >added
	claim 2 | failures permanent a.b >in
	run -1 --separate-stderr settle <in
	[ "$output" = "$(cat in)" ]
	states 0 0 0 2 0
	# One whose token is stale goes on as it is.
	run -1 --separate-stderr settle <in
	[ "$output" = "$(cat in)" ]
	[[ $stderr == *job.stale* ]]
}

@test "a page's record settles nothing" {
	docs 2 | jobdb add --queue q >added
	claim 2 | sed 's/"document"/"page"/' >in
	run -1 --separate-stderr settle <in
	[ "$(codes)" = 'd1.pdf record.kind
d2.pdf record.kind' ]
	run -1 --separate-stderr settle < <(failures permanent a.b <in)
	[ "$(codes)" = 'd1.pdf a.b
d2.pdf a.b' ]
	states 0 2 0 0 0
}

@test "done --rm removes work directories, of stale and failed ones too" {
	docs 3 | jobdb add --queue q >added
	mkdir -m 700 "$QUIRE_WORK"
	claim 3 | results >in
	n=0
	while IFS= read -r line; do
		n=$((n + 1))
		work=$(realpath "$QUIRE_WORK")/A.000000000000000$n
		mkdir "$work" && echo text >"$work/out.md"
		jq -c --arg w "$work" '.work = $w | .path = $w + "/out.md"' <<<"$line"
	done <in >with
	{
		sed -n 1p with
		sed -n 2p with | failures permanent a.b
		sed -n 3p with | jq -c '.token = "0000000100000001"'
	} >mixed
	run -1 --separate-stderr settle <mixed
	[ "$(find "$QUIRE_WORK" -mindepth 1 -maxdepth 1 | wc -l)" -eq 3 ]
	jobdb list | jobdb requeue >again || [ $? -eq 1 ]
	states 2 1 0 0 0
	{
		jobdb claim --queue q - <<<"$(sed -n 1p with)"
		jobdb claim --queue q - <<<"$(sed -n 2p with)" | failures permanent a.b
		sed -n 3p mixed
	} | jq -c --slurpfile w with '.work = $w[.rel[1:2] | tonumber - 1].work | .dest = "file:///out/x"' >mixed2
	run -1 --separate-stderr settle --rm <mixed2
	[ -z "$(ls "$QUIRE_WORK")" ]
	[ "$(jq -c 'select(.state == "done") | has("work") or has("path")' <<<"$output")" = false ]
}

@test "a lease that has run out gives the job to another, and its token is stale" {
	at 1000000000000
	docs 2 | jobdb add --queue q >added
	jobdb claim --queue q -n 2 --lease 10 >slow
	at 1000000010000
	run -0 --separate-stderr claim 2
	[ -z "$output" ]
	at 1000000010001
	# It may have been the other's doing: each is next given alone.
	run -0 --separate-stderr claim 2
	[ "${#lines[@]}" -eq 1 ]
	json '.attempt == 1'
	run -1 --separate-stderr settle < <(results <slow)
	json '.error.code == "job.stale"'
	run -0 --separate-stderr settle < <(results <<<"$(claim 2)")
	json '.rel == "d2.pdf"'
	states 0 1 1 0 0
	sound
}

@test "a transient failure is tried again by the curve, with jitter" {
	now=1000000000000 most=5000
	at "$now"
	docs 60 | jobdb add --queue q >added
	for attempt in 1 2 3 4; do
		claim 60 >given
		jq -es "length == 60 and all(.[]; .attempt == $attempt and .attempts_left == 5 - $attempt)" given
		failures transient a.b <given | settle >settled || [ $? -eq 1 ]
		read -r least last average <<<"$(sql -separator ' ' \
		    "select min(run_at) - $now, max(run_at) - $now, avg(run_at) - $now from job where state = 0")"
		echo "attempt $attempt: from $least to $last ms, $average ms on average" >&2
		# 60 of them: outside of these once in a million runs.
		[ "$least" -ge 0 ] && [ "$last" -le "$most" ]
		[ "$last" -gt $((most * 3 / 4)) ] && [ "$least" -lt $((most / 4)) ]
		[ "${average%.*}" -gt $((most / 4)) ] && [ "${average%.*}" -lt $((most * 3 / 4)) ]
		at $((now + least - 1))
		[ -z "$(claim 60)" ]
		now=$((now + most)) most=$((most * 2))
		at "$now"
	done
	claim 60 >given
	failures transient a.b <given | settle >settled || [ $? -eq 1 ]
	states 0 0 0 60 0
	run -0 --separate-stderr jobdb list --state dead --code a.b
	json '.attempt == 5 and .error.code == "a.b" and .error.class == "transient"'
	sound
}

@test "what was put off by a clock that was ahead is not put off for ever" {
	at 1900000000000
	docs 2 | jobdb add --queue q >added
	claim 1 | failures transient x.y ',"retry_after_ms":60000' | settle >settled || [ $? -eq 1 ]
	sql 'update job set alone = 1 where state = 0 and attempt = 0'
	at 1800000000000
	run -0 --separate-stderr claim 9
	[ "${#lines[@]}" -eq 1 ]
	run -0 --separate-stderr claim 9
	[ "${#lines[@]}" -eq 1 ]
	# A day is the longest that is meant.
	failures transient x.y ',"retry_after_ms":86400000' <<<"$output" | settle >settled || [ $? -eq 1 ]
	at 1799999999000
	run -0 --separate-stderr claim 9
	[ -z "$output" ]
	sound
}

@test "what a clock that was ahead has given out or put off is said, and how to have it back" {
	jobdb queue set p --dest /other
	at 1893456000000
	docs 3 | jobdb add --queue q >added
	claim 1 >held
	claim 1 | failures transient x.y ',"retry_after_ms":60000' | settle >settled || [ $? -eq 1 ]
	# A week is the longest that a lease can be, and an hour no matter.
	at 1892847720000
	run -0 --separate-stderr jobdb stat
	[ -z "$stderr" ]
	at 1790000000000
	run -0 --separate-stderr jobdb stat --format json
	[ "$(jq -sc '.[] | [.queue, .running, .ready, .oldest_ready_ms]' <<<"$output")" = $'["q",1,2,0]\n["p",0,0,0]' ]
	[ "$stderr" = "jobdb: 1 jobs of the queue are held until 2030-01-01, as a clock was ahead when they were given out: jobdb requeue --queue 'q' --state running --force takes back all that runs" ]
	cat >put <<-'EOT'
		sed -u 's|^\(.*"rel":"\([^"]*\)".*\)}$|\1,"dest":"file:///out/\2.md"}|' | jobdb done >settled
	EOT
	run -0 --separate-stderr jobdb work --queue q -- sh put
	[[ $stderr == *"held until 2030-01-01, as a clock was ahead"* ]]
	states 0 1 2 0 0
	run -0 --separate-stderr jobdb requeue --queue q --state running --force
	[ "$(jq -r .rel <<<"$output")" = d1.pdf ]
	run -0 --separate-stderr jobdb stat
	[ -z "$stderr" ]
	sound
}

@test "processes whose clocks disagree do not take each other's jobs" {
	docs 3 | jobdb add --queue q >added
	# One that began before the clock was set back by an hour, and one that began then.
	echo 1800003600000 1800000000000 >older
	echo 1800000000000 >younger
	QUIRE_CLOCK=$PWD/younger claim 1 >held
	QUIRE_CLOCK=$PWD/older run -0 --separate-stderr claim 1
	states 1 2 0 0 0
	QUIRE_CLOCK=$PWD/younger run -0 --separate-stderr claim 1
	[ "${#lines[@]}" -eq 1 ]
	states 0 3 0 0 0
	results <held | QUIRE_CLOCK=$PWD/older settle >settled
	[ "$(sql 'select count(*) from event')" -eq 0 ]
	# What was given back is ready for both; set forward, it is the other way round.
	echo 1800000000000 1800003600000 >older
	echo 1800003600000 >younger
	docs 2 4 | QUIRE_CLOCK=$PWD/younger jobdb add --queue q >added
	QUIRE_CLOCK=$PWD/older run -0 --separate-stderr claim 1
	[ "${#lines[@]}" -eq 1 ]
	sound
}

@test "retry_after_ms is honoured, up to a day" {
	at 1000000000000
	docs 3 | jobdb add --queue q >added
	claim 3 >given
	{
		sed -n 1p given | failures transient a.b ',"retry_after_ms":600000'
		sed -n 2p given | failures transient a.b ',"retry_after_ms":1e300'
		sed -n 3p given | failures transient a.b ',"retry_after_ms":-5'
	} | settle >settled || [ $? -eq 1 ]
	[ "$(sql 'select run_at - 1000000000000 from job where id < 3' | tr '\n' ' ')" = '600000 86400000 ' ]
	[ "$(sql 'select run_at - 1000000000000 between 0 and 5000 from job where id = 3')" = 1 ]
}

@test "what has changed since it was listed is not tried again, but listed again" {
	docs 2 | jobdb add --queue q >added
	claim 1 | failures transient document.changed | settle >settled || [ $? -eq 1 ]
	states 1 0 0 0 1
	# As it was once more, or another version.
	run -0 --separate-stderr jobdb add --queue q < <(docs 1)
	json '.state == "queued"'
	states 2 0 0 0 0
	claim 1 | results | settle >settled
	claim 1 | failures transient document.changed | settle >settled || [ $? -eq 1 ]
	docs 2 | sed 's/"etag":"e1"/"etag":"e9"/' | jobdb add --queue q >added
	states 1 0 1 0 1
	[ "$(claim 9 | results | settle | wc -l)" -eq 1 ]
	sound
}

@test "the class of an error says what becomes of the job" {
	at 1000000000000
	docs 7 | jobdb add --queue q >added
	claim 7 >given
	{
		sed -n 1p given | failures validation a.b
		sed -n 2p given | failures permanent a.b
		sed -n 3p given | failures cancelled a.b
		sed -n 4p given | failures transient stage.stopped
		sed -n 5p given | failures else a.b
		sed -n 6p given | sed 's/}$/,"error":"text"}/'
		sed -n 7p given | failures transient a.b ',"retry_after_ms":5000'
	} | settle >settled || [ $? -eq 1 ]
	run -0 --separate-stderr standing
	[ "$output" = 'd1.pdf e1 dead 1
d2.pdf e2 dead 1
d3.pdf e3 cancelled 1
d4.pdf e4 queued 0
d5.pdf e5 dead 1
d6.pdf e6 dead 1
d7.pdf e7 queued 1' ]
	run -0 --separate-stderr claim 9
	json '.rel == "d4.pdf" and .attempt == 1'
	sound
}

@test "dead letters come back by list and requeue, as new" {
	docs 3 | jobdb add --queue q >added
	claim 3 | failures permanent a.b | settle >settled || [ $? -eq 1 ]
	jobdb list --state dead | jq -c 'select(.rel != "d2.pdf") | .mine = 1' >letters
	run -0 --separate-stderr jobdb requeue <letters
	json '.state == "queued" and (has("error") | not)'
	states 2 0 0 1 0
	run -0 --separate-stderr claim 9
	json '.attempt == 1 and (has("mine") | not)'
	[ "${#lines[@]}" -eq 2 ]
	sound
}

@test "requeue by filter takes the dead, or the state that is named" {
	docs 6 | jobdb add --queue q >added
	claim 5 >given
	{
		sed -n 1p given | failures permanent a.b
		sed -n 2p given | failures permanent a.c
		sed -n 3p given | failures cancelled a.b
		sed -n 4p given | results
	} | settle >settled || [ $? -eq 1 ]
	run -0 --separate-stderr jobdb requeue --code a.b
	json '.rel == "d1.pdf"'
	run -0 --separate-stderr jobdb requeue --queue q
	json '.rel == "d2.pdf"'
	states 3 1 1 0 1
	run -0 --separate-stderr jobdb requeue --select '.rel == "d3.pdf"' --state cancelled
	json '.rel == "d3.pdf"'
	run -0 --separate-stderr jobdb requeue --state 'done' --queue q
	json '.rel == "d4.pdf"'
	# What runs is passed over.
	run -0 --separate-stderr jobdb requeue --state running
	[ -z "$output" ]
	states 5 1 0 0 0
	sound
}

@test "requeue refuses what is unknown, runs, or has a newer version" {
	docs 2 | jobdb add --queue q >added
	claim 1 >given
	docs 1 2 | sed 's/"e2"/"new"/' | jobdb add --queue q >newer
	{
		jq -c '.queue = "q"' <<<"$(docs 1 9)"
		cat added
		jq -c 'del(.queue)' newer
		cat newer
	} >in
	run -1 --separate-stderr jobdb requeue <in
	[ "$(codes)" = 'd9.pdf job.unknown
d1.pdf job.running
d2.pdf job.superseded
d2.pdf record.member
d2.pdf -' ]
	json '.error == null or (.error.class | . == "permanent" or . == "validation")'
	states 1 1 0 0 1
}

@test "requeue --force takes back what runs, and says whose it is without" {
	# A clock that stood in 2030 when it was given out.
	at 1893456000000
	docs 2 | jobdb add --queue q >added
	claim 1 | results >given
	at 1790000000000
	jobdb work --queue q -- sh -c 'cat >got; sleep 30' 2>err 3>&- &
	pid=$!
	until_true has_lines 1 got
	run -0 --separate-stderr jobdb requeue --state running
	[ -z "$output" ]
	[[ $stderr == *'it is being worked on (until 2030-01-01T00:02:00Z), by a clock that was ahead: jobdb requeue --state running --force takes it back'* ]]
	[[ $stderr == *"it is being worked on (process $pid of $(hostname), until 2026-"*'Z) '* ]]
	run -0 --separate-stderr jobdb requeue --state running --force
	[ "$(jq -r .rel <<<"$output")" = $'d1.pdf\nd2.pdf' ]
	kill "$pid"
	once_more "$pid"
	wait "$pid" || :
	states 2 0 0 0 0
	# Who had it has it no more.
	run -1 --separate-stderr settle <given
	[ "$(codes)" = 'd1.pdf job.stale' ]
	[ "$(claim 2 | results | settle | wc -l)" -eq 2 ]
	sound
}

@test "requeue on a terminal, with nothing said, says what it reads" {
	command -v script >/dev/null || skip "needs script (bsdutils)"
	run -0 timeout 60 script -qec 'jobdb requeue; echo "status $?"' /dev/null
	[[ $output == *'records of jobdb list are read from standard input'*'status 2'* ]]
}

@test "list says where each job stands, by queue, state, code and expression" {
	jobdb queue set p --dest /other
	docs 1 7 | jobdb add --queue p >added
	docs 4 | jobdb add --queue q >added
	claim 3 >given
	{
		sed -n 1p given | results
		sed -n 2p given | failures permanent a.b
	} | settle >settled || [ $? -eq 1 ]
	run -0 --separate-stderr jobdb list
	[ "$(jq -r '[.queue, .rel, .state] | join(" ")' <<<"$output")" = 'p d7.pdf queued
q d1.pdf done
q d2.pdf dead
q d3.pdf running
q d4.pdf queued' ]
	json 'has("token") | not'
	[ "$(standing --queue p)" = 'd7.pdf e7 queued 0' ]
	[ "$(standing --state queued --queue q)" = 'd4.pdf e4 queued 0' ]
	[ "$(standing --state dead)" = 'd2.pdf e2 dead 1' ]
	[ -z "$(standing --state dead --queue p)" ]
	[ "$(standing --code a.b)" = 'd2.pdf e2 dead 1' ]
	[ "$(standing --state 'done' --select '.dest | endswith("d1.pdf.md")')" = 'd1.pdf e1 done 1' ]
	[ "$(standing --select '.error.message == "m", true')" = 'd2.pdf e2 dead 1' ]
	# What it says of a record is said once.
	run -1 --separate-stderr jobdb list --select 'if .rel == "d1.pdf" then true else error("no") end'
	[ "${#lines[@]}" -eq 1 ]
	[[ ${stderr_lines[0]} == *'--select: no (select.failed'* ]]
	[[ ${stderr_lines[1]} == *'for '*' jobs the expression is in error: they are left out' ]]
	[ "${#stderr_lines[@]}" -eq 2 ]
}

@test "an expression of --select reaches nothing but its record" {
	docs 1 | jobdb add --queue q >added
	mkdir lib
	echo 'def f: true;' >lib/m.jq
	for expr in input '[inputs] | length > 5' '"m" | modulemeta' '[-1] | implode' '"x" | halt_error' '[55296] | implode'; do
		run -1 --separate-stderr jobdb list --select "$expr"
		[ -z "$output" ]
		[[ $stderr == *'(select.failed'* ]]
	done
	for expr in 'import "m" as m {search: "lib"}; m::f' "import \"m\" as m {search: \"$PWD/lib\"}; m::f" \
	    'include "m" {search: "./lib"}; f' 'def g: 1; import "m" as m; m::f'; do
		run --separate-stderr jobdb list --select "$expr"
		failed select.syntax 2
	done
	run -0 --separate-stderr jobdb list --select '(stderr | debug | input_filename) == null and ([65] | implode) == "A"'
	[ "${#lines[@]}" -eq 1 ]
	[ -z "$stderr" ]
}

# bats test_tags=brief
@test "an expression without an end hears signals, and has its time and memory" {
	docs 1 | jobdb add --queue q >added
	jobdb list --select 'last(repeat(1))' 3>&- >out 2>err &
	pid=$!
	until_true has_used 30 "$pid"
	kill "$pid"
	rc=0
	wait "$pid" || rc=$?
	[ "$rc" -eq 143 ]
	run --separate-stderr jobdb list --select 'last(repeat(1))'
	failed select.failed
	[[ $stderr == *'took the expression too much CPU time'* ]]
	sanitized || {
		# shellcheck disable=SC2016 # of jq
		run --separate-stderr jobdb list --select '("x" * 20000 * 1000) as $s | reduce range(99) as $i ([]; . + [$s + ($i | tostring)])'
		failed select.failed
		[[ $stderr == *'took the expression too much memory'* ]]
	}
	states 1 0 0 0 0
}

@test "what the last result said of itself is kept and listed, and not given out" {
	docs 3 | jobdb add --queue q >/dev/null
	claim 3 | results | jq -c 'if .rel == "d1.pdf" then . + {doc_pages: 70, confidence: 0.912, engines: {text: 1},
	    doubtful_pages: [range(1; 71)], failed_pages: []} elif .rel == "d2.pdf" then . + {doc_pages: "x",
	    confidence: null, doubtful_pages: {}, failed_pages: [2]} else . end' >out
	settle <out >/dev/null
	run -0 --separate-stderr jobdb list
	[ "$(jq -c '[.doc_pages, .confidence, .engines, (.doubtful_pages // [] | length), .failed_pages]' <<<"$output")" = \
	    $'[70,0.912,null,64,null]\n[null,null,null,0,[2]]\n[null,null,null,0,null]' ]
	# What is listed can be added elsewhere, as it was.
	jobdb queue set other --dest /other
	jobdb list --queue q | jobdb add --queue other | jq -es 'all(.[]; has("confidence") or has("doc_pages") | not)'
	jobdb requeue --queue q --state "done" >/dev/null
	claim 3 | jq -es 'all(.[]; has("confidence") or has("doc_pages") or has("doubtful_pages") | not)'
	sound
}

@test "list of many is whole and in order, and holds nobody up while nobody reads it" {
	docs 3000 | jobdb add --queue q >added
	mkfifo pipe
	jobdb list >pipe 3>&- &
	exec 7<pipe
	read -r -u 7 first
	docs 10 3001 | jobdb add --queue q >added
	# Nobody reads the database: its log can be emptied.
	[ "$(sql 'pragma wal_checkpoint(truncate)')" = '0|0|0' ]
	{ echo "$first" && cat <&7; } | jq -r .rel >seen
	exec 7<&-
	wait $!
	docs 3010 | jq -r .rel >want
	cmp seen want
}

@test "stat counts by state, in a table and as records" {
	at 1000000000000
	jobdb queue set p --dest /other
	docs 6 | jobdb add --queue q >added
	claim 4 >given
	{
		sed -n 1p given | results
		sed -n 2p given | failures permanent a.b
		sed -n 3p given | failures transient a.b ',"retry_after_ms":1000'
	} | settle >settled || [ $? -eq 1 ]
	run -0 --separate-stderr jobdb stat
	[ "$(tr -s ' ' <<<"$output")" = 'queue added queued running done dead cancelled ready
q 6 3 1 1 1 0 2
p 0 0 0 0 0 0 0' ]
	at 1000000000250
	run -0 --separate-stderr jobdb stat --queue q --format json
	[ "$output" = '{"v":1,"kind":"stat","queue":"q","added":6,"queued":3,"running":1,"done":1,"dead":1,"cancelled":0,"ready":2,"oldest_ready_ms":250}' ]
}

@test "output that cannot be written is a fault" {
	docs 2 | jobdb add --queue q >added
	sql 'update job set lease = 1 where id = 2'
	for verb in stat 'stat --format json' check list 'queue list' 'claim --queue q -n 1'; do
		rc=0
		# shellcheck disable=SC2086 # verbs and their options are words
		jobdb $verb >/dev/full 2>err || rc=$?
		[ "$rc" -eq 3 ]
		grep -q io.write err
	done
}

# bats test_tags=brief
@test "told to stop, done settles what still comes" {
	docs 2 | jobdb add --queue q >added
	claim 2 | results >in
	mkfifo pipe
	jobdb "done" <pipe >settled 2>err 3>&- &
	pid=$!
	exec 7>pipe
	sed -n 1p in >&7
	until_true has_lines 1 settled
	kill -TERM "$pid"
	until_true grep -q 'told to stop' err
	sed -n 2p in >&7
	until_true has_lines 2 settled
	exec 7>&-
	rc=0
	wait "$pid" || rc=$?
	[ "$rc" -eq 143 ]
	states 0 0 2 0 0
}

# bats test_tags=brief
@test "told to stop, add adds nothing more" {
	mkfifo pipe
	jobdb add --queue q <pipe >out 2>err 3>&- &
	pid=$!
	exec 7>pipe
	docs 1 >&7
	until_true has_lines 1 out
	kill -TERM "$pid"
	until_true grep -q 'told to stop' err
	docs 1 2 >&7
	exec 7>&-
	rc=0
	wait "$pid" || rc=$?
	[ "$rc" -eq 143 ]
	[ "$(jq -r '.error.code // "-"' out | tr '\n' ' ')" = '- stage.stopped ' ]
	states 1 0 0 0 0
}

# bats test_tags=brief
@test "fifty claimers share two thousand jobs, each given out once" {
	# A clock that steps would end leases.
	at 1000000000000
	docs 2000 | jobdb add --queue q >added
	one_claimer()
	{
		while claim 25 >"part.$1" && [[ -s part.$1 ]]; do
			results <"part.$1" | settle >"settled.$1" || return
			jq -r .id "settled.$1" >>"ids.$1"
		done
	}
	pids=()
	for i in {1..50}; do
		one_claimer "$i" 2>"err.$i" 3>&- &
		pids+=($!)
	done
	wait_all "${pids[@]}"
	cat err.* >&2
	[ -z "$(cat err.*)" ]
	[ "$(cat ids.* | wc -l)" -eq 2000 ]
	[ "$(cat ids.* | sort -u | wc -l)" -eq 2000 ]
	states 0 0 2000 0 0
	sound
}

# bats test_tags=brief
@test "forty processes open a ledger that none has made yet" {
	export QUIRE_DB=$PWD/fresh.db pids=()
	for i in {1..40}; do
		jobdb queue set "q$i" --dest /out 2>"err.$i" 3>&- &
		pids+=($!)
	done
	wait_all "${pids[@]}"
	cat err.* >&2
	[ -z "$(cat err.*)" ]
	[ "$(jobdb queue list | wc -l)" -eq 40 ]
	sound
}

# planted SQL WHAT: check finds that.
planted()
{
	cp "$QUIRE_DB" faulty.db
	sqlite3 faulty.db "PRAGMA foreign_keys = off; $1"
	run -1 --separate-stderr jobdb --db faulty.db check
	[[ $output == "$2" ]] || {
		printf 'said: %s, not %s\n' "$output" "$2" >&2
		return 1
	}
}

@test "check finds faults that were planted" {
	docs 4 | jobdb add --queue q >added
	claim 3 >given
	head -n 2 given | results | settle >settled
	sound
	sql 'pragma wal_checkpoint(truncate)' >checkpoint
	planted 'delete from job where id = 4' 'queue q: 4 were added, 3 are there'
	planted 'update queue set added = 9' 'queue q: 9 were added, 4 are there'
	planted 'update job set queue = 5 where id = 4' $'queue q: 4 were added, 3 are there\njob 4: of a queue that is not there'
	planted 'update job set dest = null where id = 1' 'job 1: done without a dest'
	planted 'update job set dkey = (select dkey from job where id = 2) where id = 1' \
	    'file:///out/d1.pdf.md: the dest of 2 documents'
	planted 'update job set lease = null where state = 1' 'job 3: running without a lease or a token'
	planted 'update job set token = null where state = 1' 'job 3: running without a lease or a token'
	planted 'update job set lease = 1 where state = 0' 'job 4: held though not running'
	planted 'update job set ukey = (select ukey from job where id = 3), vkey = x'"'00'"', state = 1, lease = 1, token = 1 where id = 4' \
	    'job 3: another version of it is running too'
	planted "insert into event (job, at, what, attempt) values (77, 0, 'dead', 1)" 'event 1: of a job that is not there'
	cp "$QUIRE_DB" faulty.db
	# The row of the index that the table has, and no other way to tell.
	sqlite3 faulty.db '.dbconfig defensive off' 'pragma writable_schema = on;
	    update sqlite_schema set sql = replace(sql, "state = 3", "state = 2") where name = "job_dead"'
	run --separate-stderr jobdb --db faulty.db check
	failed ledger.corrupt
	[[ $stderr == *"move it away"* ]]
}

# bats test_tags=brief
@test "check finds no fault in a sound ledger that others are adding to" {
	docs 20000 | jobdb add --queue q >added
	# Each by itself, so that it is committed by itself.
	docs 100000 20001 | while [[ ! -e enough ]] && read -r line; do printf '%s\n' "$line"; done |
	    jobdb add --queue q >others 3>&- &
	pid=$!
	until_true [ -s others ]
	for i in {1..12}; do
		jobdb check >>faults || echo "the check $i: $?" >>faults
	done
	touch enough
	wait "$pid"
	cat faults >&2
	[ ! -s faults ]
	sound
}

# bats test_tags=brief
@test "check names work directories of no running job" {
	mkdir -m 700 "$QUIRE_WORK"
	docs 2 | jobdb add --queue q >added
	claim 1 | jq -r .id >id
	mkdir "$QUIRE_WORK/$(cat id).0123456789abcdef" "$QUIRE_WORK/run.XYZ"
	sound
	mkdir "$QUIRE_WORK/$(sed -n 2p added | jq -r .id).0123456789abcdef" "$QUIRE_WORK/$(cut -c 2- id).0123456789abcdef"
	run -1 --separate-stderr jobdb check
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[0]} == "$(realpath "$QUIRE_WORK")/"*'.0123456789abcdef: a work directory of no running job' ]]
}

# bats test_tags=brief
@test "check looks into the sessions of quire run that nobody holds" {
	mkdir -m 700 "$QUIRE_WORK"
	docs 2 | jobdb add --queue q >added
	id=$(claim 1 | jq -r .id)
	for s in run.deaddead run.livelive run.lockless; do
		mkdir -p "$QUIRE_WORK/$s/work"/{"$id",nobodys}.0123456789abcdef "$QUIRE_WORK/$s/work"/{x.0123456789abcdeg,mine}
	done
	touch "$QUIRE_WORK"/run.{deaddead,livelive}/lock
	mkdir "$QUIRE_WORK/run.emptyone" && touch "$QUIRE_WORK/run.emptyone/lock"
	exec 8<"$QUIRE_WORK/run.livelive/lock"
	flock -sn 8
	run -1 --separate-stderr jobdb check
	[ "$output" = "$QUIRE_WORK/run.deaddead/work/nobodys.0123456789abcdef: a work directory of no running job" ]
	[ -z "$stderr" ]
	rm -r "$QUIRE_WORK/run.deaddead/work/nobodys.0123456789abcdef"
	sound
	exec 8<&-
	run -1 --separate-stderr jobdb check
	[[ $output == "$QUIRE_WORK/run.livelive/work/nobodys."* ]]
}

# bats test_tags=brief
@test "check finds no orphan among directories that come and go with their jobs" {
	mkdir -m 700 "$QUIRE_WORK"
	# Others, so that looking takes a while.
	(cd "$QUIRE_WORK" && seq 30000 | xargs touch)
	docs 400 | jobdb add --queue q >added
	cat >worker <<-'EOT'
		while read -r line; do
			id=${line#*\"id\":\"} id=${id%%\"*} dir=$QUIRE_WORK/$id.0123456789abcdef
			mkdir "$dir"
			printf '%s\n' "${line%?},\"work\":\"$dir\",\"dest\":\"file:///out/$id\"}"
		done | jobdb done --rm
	EOT
	jobdb work --queue q --max-in-flight 4 -- sh worker >settled 2>err 3>&- &
	pid=$!
	until_true [ -s settled ]
	until gone "$pid"; do
		jobdb check >>faults || echo "the check: $?" >>faults
	done
	wait "$pid"
	cat faults err >&2
	[ ! -s faults ]
	states 0 0 400 0 0
	sound
}

@test "a ledger that is damaged is said to be" {
	docs 2000 | jobdb add --queue q >added
	sql 'pragma wal_checkpoint(truncate)' >checkpoint
	cp "$QUIRE_DB" good.db
	for at in 0 100; do
		cp good.db bad.db
		dd if=/dev/urandom of=bad.db bs=100 seek=$((at / 100)) count=1 conv=notrunc 2>said
		run --separate-stderr jobdb --db bad.db list
		failed ledger.corrupt
	done
	cp good.db bad.db
	dd if=/dev/urandom of=bad.db bs=4096 seek=9 count=$(($(stat -c %s good.db) / 4096 - 9)) conv=notrunc 2>said
	run --separate-stderr jobdb --db bad.db check
	failed ledger.corrupt
	run --separate-stderr jobdb --db bad.db add --queue q < <(docs 300 9000)
	failed ledger.corrupt
	# What was in hand is a transient error each: nothing is said to be added.
	[ "${#lines[@]}" -eq 300 ]
	json '.error.code == "ledger.corrupt" and .error.class == "transient" and (has("added") | not)'
	echo 'some text, and more of it than a hundred bytes: x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x' >text
	run --separate-stderr jobdb --db text stat
	failed ledger.corrupt
}

@test "a newer ledger, and another program's database, are refused and left alone" {
	cp "$QUIRE_DB" new.db
	sqlite3 new.db 'pragma user_version = 99'
	run --separate-stderr jobdb --db new.db stat
	failed ledger.version
	[[ $stderr == *'version 99'* ]]
	sqlite3 other.db 'create table t (x); insert into t values (1)'
	cp other.db was.db
	run --separate-stderr jobdb --db other.db queue set q --dest /out
	failed ledger.version
	cmp other.db was.db
}

@test "a ledger that cannot be opened or written to is said to be" {
	run --separate-stderr jobdb --db no/such/folder.db stat
	failed ledger.missing
	mkdir folder
	run --separate-stderr jobdb --db folder stat
	failed ledger.open
	cp "$QUIRE_DB" "$BATS_TEST_TMPDIR/ro.db"
	chmod 444 "$BATS_TEST_TMPDIR/ro.db"
	mkdir -p "$BATS_TEST_TMPDIR/user"
	mv "$BATS_TEST_TMPDIR/ro.db" "$BATS_TEST_TMPDIR/user/"
	docs 1 >in
	run --separate-stderr as_user jobdb --db "$BATS_TEST_TMPDIR/user/ro.db" queue set q --dest /out
	failed ledger.readonly
	run --separate-stderr as_user jobdb --db /proc/ledger queue set q --dest /out
	failed ledger.open
}

# bats test_tags=brief
@test "none but queue set makes a ledger" {
	mkdir new
	while read -ra words; do
		run --separate-stderr jobdb --db new/none.db "${words[@]}" </dev/null
		failed ledger.missing
		[[ $stderr == *'new/none.db: it is not there'* ]]
	done <<-'EOT'
		stat
		list
		check
		queue list
		requeue
		done
		add --queue q
		claim --queue q -n 1
		work --queue q -- true
	EOT
	# There is nothing to rename.
	run -0 --separate-stderr jobdb --db new/none.db queue rename a b
	[ -z "$output$stderr" ]
	[ -z "$(ls new)" ]
	XDG_STATE_HOME=$PWD/new/state run --separate-stderr env -u QUIRE_DB jobdb stat
	failed ledger.missing
	[ ! -e new/state ]
	jobdb --db new/none.db queue set q --dest /out
	[ "$(stat -c %a new/none.db)" = 600 ]
}

@test "a name that stands for no file is no ledger's" {
	for name in '' :memory: 'file:x?mode=memory' file:jobs.db; do
		run --separate-stderr jobdb --db "$name" queue set q --dest /out
		failed ledger.open 2
	done
	QUIRE_DB=:memory: run --separate-stderr jobdb queue set q --dest /out
	failed ledger.open 2
	jobdb --db ./:memory: queue set q --dest /out
	[ -s ./:memory: ]
}

# bats test_tags=brief
@test "who may only read a ledger leaves nothing in its owner's way" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	# SQLite of root gives what it makes to the owner of the ledger.
	local dir="$BATS_TEST_TMPDIR/shared 100%" pid

	mkdir -m 777 "$dir"
	chmod 711 "$BATS_TEST_TMPDIR"
	export QUIRE_DB="$dir/jobs?#.db"
	jobdb queue set q --dest /out
	docs 3 | jobdb add --queue q >added
	chmod 644 "$QUIRE_DB"
	for verb in stat list; do
		run -0 --separate-stderr as_user jobdb --db "$QUIRE_DB" "$verb"
		[ -n "$output" ]
		[ -z "$stderr" ]
	done
	[ "$(as_user jobdb --db "$QUIRE_DB" list | wc -l)" -eq 3 ]
	[ "$(ls -A "$dir")" = 'jobs?#.db' ]
	# The same while it is in use.
	mkfifo feed
	jobdb add --queue q <feed >fourth 3>&- &
	pid=$!
	exec 7>feed
	docs 1 4 >&7
	until_true has_lines 1 fourth
	[ -e "$QUIRE_DB-wal" ]
	[ "$(as_user jobdb --db "$QUIRE_DB" list | wc -l)" -eq 4 ]
	exec 7>&-
	wait "$pid"
	[ "$(ls -A "$dir")" = 'jobs?#.db' ]
	run --separate-stderr as_user jobdb --db "$QUIRE_DB" queue set p --dest /out
	failed ledger.readonly
	sound
}

# bats test_tags=brief
@test "a ledger that another process holds is waited for, and then said to be locked" {
	docs 3 | jobdb add --queue q >added
	hold_ledger
	export QUIRE_DB_WAIT=0.3
	run --separate-stderr jobdb add --queue q < <(docs 3 7)
	failed ledger.locked 75
	json '.error.code == "ledger.locked" and .error.class == "transient"'
	run --separate-stderr claim 1
	failed ledger.locked 75
	[ -z "$output" ]
	run --separate-stderr jobdb work --queue q -- cat
	failed ledger.locked 75
	# Reading goes on, and whoever waits long enough writes.
	run -0 --separate-stderr jobdb list
	[ "${#lines[@]}" -eq 3 ]
	QUIRE_DB_WAIT=20 jobdb claim --queue q -n 3 >given 3>&- 8>&- &
	pid=$!
	let_ledger_go
	wait "$pid"
	[ "$(wc -l <given)" -eq 3 ]
	QUIRE_DB_WAIT=nonsense jobdb stat
}

# bats test_tags=brief
@test "a full disk is said, and nothing that was said is lost" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	mkdir small
	mount -t tmpfs -o size=2m tmpfs small || skip "the kernel lets nobody mount here"
	mounted=$PWD/small
	jobdb --db small/jobs.db queue set q --dest /out
	docs 20000 >in
	run --separate-stderr jobdb --db small/jobs.db add --queue q <in
	failed ledger.full 75
	jq -r 'select(.added) | .id' <<<"$output" >said
	jq -es 'all(.[]; .added or .error.code == "ledger.full")' <<<"$output"
	[ -s said ]
	mount -o remount,size=64m small
	jobdb --db small/jobs.db list | jq -r .id | cmp - said
	jobdb --db small/jobs.db check
	jobdb --db small/jobs.db add --queue q <in | jq -r .id | sort -u >all
	[ "$(wc -l <all)" -eq 20000 ]
}

# bats test_tags=brief
@test "a limit on the file's size is said as a full disk is" {
	docs 9000 >in
	run --separate-stderr bash -c 'ulimit -f 1000; jobdb add --queue q <in'
	failed ledger.full 75
	sound
	run -0 --separate-stderr jobdb add --queue q <in
	states 9000 0 0 0 0
	sound
}

# bats test_tags=brief
@test "queue set --was renames first, and --any-done says whether something is" {
	rm -rf "$QUIRE_DB"*
	run -0 --separate-stderr jobdb queue --dest d --was old --any-done set new
	[ "$output" = false ]
	[ -z "$stderr" ]
	jobdb queue --dest d set old
	docs 2 | jobdb add --queue old >added
	run -0 --separate-stderr jobdb queue --dest d --was old --any-done set newer
	[ "$output" = false ]
	[ "$(jobdb queue list | jq -r .queue | sort | tr '\n' ' ')" = 'new newer ' ]
	jobdb claim --queue newer -n 1 >got
	results <got | settle >settled
	run -0 --separate-stderr jobdb queue --dest d --any-done set newer
	[ "$output" = true ]
	run -0 --separate-stderr jobdb queue --dest d --any-done set new
	[ "$output" = false ]
	run -2 jobdb queue --any-done list
	run -2 jobdb queue --was a rename b c
}
