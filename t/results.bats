#!/usr/bin/env bats
# Results are what the last run says they are.
# bats file_tags=brief
load helper
load run
load ledger

setup()
{
	run_setup
	export QUIRE_LOG=text
}

# two_of_a_name: jan and feb, with a scan.pdf each, of which the results differ.
two_of_a_name()
{
	mkdir jan feb
	cp "$samples/two-columns.pdf" jan/scan.pdf
	cp "$samples/scan.pdf" feb/scan.pdf
	by_hand jan/scan.pdf want >/dev/null && mv want/scan.pdf.md jan.md
	by_hand feb/scan.pdf want >/dev/null && mv want/scan.pdf.md feb.md
	run -1 cmp -s jan.md feb.md
}

# suffix FOLDER: what stands behind the rel of its scan.pdf.
suffix()
{
	printf 'file://%s/scan.pdf' "$PWD/$1" | sha256sum | cut -c1-8
}

# q_and_r DEST: the queues q and r, both of that DEST.
q_and_r()
{
	jobdb queue set q --dest "$1"
	jobdb queue set r --dest "$1" --settings other
}

# put_all QUEUE: all that is ready is done.
put_all()
{
	jobdb claim --queue "$1" -n 100 | results | settle
}

@test "a result is one document's: that of another is refused at once, and both are named" {
	two_of_a_name
	run -0 --separate-stderr quire run jan out
	run -1 --separate-stderr quire run feb out
	summary '.documents == 1 and .done == 0 and .clashing == 1'
	[[ $stderr == *'(job.clash, permanent)'* ]]
	[[ $stderr == *"file://$PWD/jan/scan.pdf has the result that file://$PWD/feb/scan.pdf would have"* ]]
	[[ $stderr == *--on-clash=suffix* && $stderr == *--on-clash=replace* ]]
	[[ $stderr == *"quire: not done, their results are other documents': 1 ("* && $stderr != *'not listed'* ]]
	cmp out/scan.pdf.md jan.md
	[ "$(find out -type f | wc -l)" -eq 1 ]
	[ "$(jobdb list | wc -l)" -eq 1 ]
	run -0 --separate-stderr quire run jan out
	[[ $stderr == *'1 skipped (up to date)'* ]]
	sound
}

@test "--on-clash=suffix gives it a name of its own, the same in each run and with each setting" {
	two_of_a_name
	quire run jan out
	own=out/scan.pdf~$(suffix feb).md
	run -0 --separate-stderr quire run --on-clash suffix feb out
	cmp out/scan.pdf.md jan.md
	cmp "$own" feb.md
	# What is done so is done, however it is asked for.
	for how in '' --on-clash=suffix; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr quire run $how feb out
		[[ $stderr == *'1 skipped (up to date)'* ]]
	done
	run -0 --separate-stderr quire run --on-clash=suffix --dpi 150 feb out
	[ "$(find out -type f | sort)" = "out/scan.pdf.md
$own" ]
	sound
}

@test "--on-clash=replace takes the place, and the ledger says whose result is gone" {
	two_of_a_name
	quire run jan out
	run -0 --separate-stderr quire run --on-clash replace feb out
	cmp out/scan.pdf.md feb.md
	[ "$(jobdb list | jq -r '[.uri, .state] | join(" ")')" = "file://$PWD/jan/scan.pdf cancelled
file://$PWD/feb/scan.pdf done" ]
	# It is not up to date, and may take it back.
	run -1 --separate-stderr quire run jan out
	[[ $stderr == *'(job.clash, permanent)'* ]]
	cmp out/scan.pdf.md feb.md
	run -0 --separate-stderr quire run --on-clash=replace jan out
	cmp out/scan.pdf.md jan.md
	[ "$(jobdb list --state 'done' | jq -r .uri)" = "file://$PWD/jan/scan.pdf" ]
	sound
}

@test "two of one listing have two results, or the second is refused" {
	two_of_a_name
	q_and_r "$PWD/out"
	s3ls jan feb >listed
	run -1 --separate-stderr jobdb add --queue q <listed
	[ "$(jq -r '.error.code // .state' <<<"$output")" = 'queued
job.clash' ]
	[[ $(jq -r .error.message <<<"$output") == *"$PWD/jan/scan.pdf"*"$PWD/feb/scan.pdf"* ]]
	run -0 --separate-stderr jobdb add --queue q --on-clash=suffix <listed
	[ "$(jq -r '.dest_rel // "-"' <<<"$output")" = "-
scan.pdf~$(suffix feb)" ]
	jobdb claim --queue q -n 2 | s3get | doc2png | ocrpage --rm | mdjoin | s3put out | settle --rm >settled
	[ "$(jq -r .dest settled | sort)" = "file://$PWD/out/scan.pdf.md
file://$PWD/out/scan.pdf~$(suffix feb).md" ]
	cmp "out/scan.pdf~$(suffix feb).md" feb.md
	sound
}

@test "a clash changes nothing, and ends with the queue's own jobs as they were" {
	q_and_r /out
	docs 1 | jobdb add --queue q >added
	docs 1 | sed 's|/in/|/other/|' >other
	jobdb add --queue q <other >refused || [ $? -eq 1 ]
	jq -es 'all(.[]; .error.class == "permanent" and .error.code == "job.clash" and (has("dest_rel") | not))' refused
	states 1 0 0 0 0
	# Of another DEST it is another result.
	jobdb queue set far --dest /far
	run -0 --separate-stderr jobdb add --queue far <other
	# A dead letter's place is kept for it; nothing was written there.
	claim 1 | failures permanent x.y | settle >settled || :
	run -1 --separate-stderr jobdb add --queue r <other
	run -0 --separate-stderr jobdb add --queue r --on-clash=replace <other
	states 0 0 0 0 1
	put_all r >settled
	jq -es 'all(.[]; .state == "done")' settled
	sound
}

@test "a dest that is another document's is refused at the end, and the job is dead" {
	q_and_r /out
	docs 1 | jobdb add --queue q >added
	claim 1 >given
	# Whoever has it now has asked for it.
	docs 1 | sed 's|/in/|/other/|' | jobdb add --queue r --on-clash=replace >added
	results <given >put
	run -1 --separate-stderr jobdb "done" <put
	json '.error.code == "job.clash" and (.error.message | contains("/other/d1.pdf") and contains("/in/d1.pdf"))'
	states 0 0 0 1 0
	put_all r >settled
	[ "$(jobdb list --state 'done' | jq -r .uri)" = file:///other/d1.pdf ]
	# Nor where the queue's dest did not tell.
	jobdb queue set lies --dest /elsewhere
	docs 1 | sed 's|/in/|/third/|' | jobdb add --queue lies >added
	jobdb claim --queue lies -n 1 | results >put
	run -1 --separate-stderr jobdb "done" <put
	json '.error.code == "job.clash"'
	sound
}

@test "up to date is what was done last: other settings, and back" {
	mkdir in && cp "$samples/scan.pdf" in
	quire run in out && cp out/scan.pdf.md first.md
	quire run --dpi 60 in out && cp out/scan.pdf.md second.md
	run ! cmp -s first.md second.md
	run -0 --separate-stderr quire run in out
	[[ $stderr == *' 1 done '* ]]
	cmp out/scan.pdf.md first.md
	run -0 --separate-stderr quire run in out
	[[ $stderr == *'1 skipped (up to date)'* ]]
	run -0 --separate-stderr quire run --dpi 60 in out
	cmp out/scan.pdf.md second.md
	[ "$(jobdb list | wc -l)" -eq 2 ]
	sound
}

@test "a job of other settings is not given out while one writes the same result" {
	q_and_r /out
	jobdb queue set far --dest /far
	for queue in q r far; do
		docs 2 | jobdb add --queue "$queue" >added
	done
	claim 1 >given
	jobdb claim --queue r -n 9 >others
	[ "$(jq -r .rel others)" = d2.pdf ]
	[ "$(jobdb claim --queue far -n 9 | wc -l)" -eq 2 ]
	results <given | settle >settled
	[ "$(jobdb claim --queue r -n 9 | jq -r .rel)" = d1.pdf ]
}

@test "the last to be done has the result, whichever was added first" {
	q_and_r /out
	for queue in q r; do
		docs 1 | jobdb add --queue "$queue" >added
	done
	put_all r >settled
	put_all q >settled
	docs 1 | jobdb add --queue q | jq -es 'all(.[]; .added == false and .state == "done")'
	docs 1 | jobdb add --queue r | jq -es 'all(.[]; .added == false and .state == "queued")'
	put_all r >settled
	docs 1 | jobdb add --queue q | jq -es 'all(.[]; .added == false and .state == "queued")'
	sound
}

@test "what may have written and is not done leaves the result to nobody" {
	local how

	for how in failed forced clash; do
		jobdb queue set "q-$how" --dest "/$how"
		jobdb queue set "r-$how" --dest "/$how" --settings other
		for queue in "q-$how" "r-$how"; do
			docs 2 | jobdb add --queue "$queue" >added
		done
		put_all "q-$how" >settled
		jobdb claim --queue "r-$how" -n 1 | results >given
		case $how in
		failed)
			jq -c '.error = {stage: "s3put", class: "permanent", code: "dest.write", message: "m"}' given >put
			run -1 --separate-stderr jobdb "done" <put ;;
		forced)
			jobdb requeue --queue "r-$how" --state running --force >again ;;
		clash)
			# A pipeline by hand that has put it where the other one is.
			jq -c '.dest |= sub("d1"; "d2")' given >put
			run -1 --separate-stderr jobdb "done" <put
			json '.error.code == "job.clash"' ;;
		esac
		docs 2 | jobdb add --queue "q-$how" >added
		case $how in
		clash) [ "$(jq -r '.rel + " " + .state' added | tr '\n' ,)" = 'd1.pdf queued,d2.pdf queued,' ] ;;
		*) [ "$(jq -r '.rel + " " + .state' added | tr '\n' ,)" = 'd1.pdf queued,d2.pdf done,' ] ;;
		esac
	done
	sound
}

@test "what was killed when it had written leaves the result of others to be made again" {
	q_and_r "$PWD/out"
	for queue in q r; do
		docs 1 | jobdb add --queue "$queue" >added
	done
	put_all q >settled
	# shellcheck disable=SC2016 # of the command
	jobdb work --queue r -- sh -c 'head -n 1; kill -KILL "$PPID"' >given 2>err || [ $? -eq 137 ]
	[ "$(jq -r .rel given)" = d1.pdf ]
	# Who looks next finds it: nobody lives who has it.
	until_true not_running r
	docs 1 | jobdb add --queue q | jq -es 'all(.[]; .added == false and .state == "queued")'
	put_all r >settled
	put_all q >settled
	docs 1 | jobdb add --queue q | jq -es 'all(.[]; .state == "done")'
	sound
}

# not_running QUEUE: once what dead workers have is taken back.
not_running()
{
	jobdb work --queue "$1" --wait 0 -- true 2>err || :
	[ -z "$(jobdb list --queue "$1" --state running)" ]
}

@test "--force does all again, what is done and what failed" {
	mkdir in && cp "$samples/two-columns.pdf" "$samples/broken.pdf" in
	quire run in out || [ $? -eq 1 ]
	echo other >out/two-columns.pdf.md
	run -1 --separate-stderr quire run --force in out
	[[ $stderr == *'2 documents: 1 done '*' 1 failed, 0 skipped'* ]]
	run ! grep -x other out/two-columns.pdf.md
	[ "$(jobdb list | wc -l)" -eq 2 ]
	sound
}

# other LEDGER: from now on that one is the ledger.
other()
{
	export QUIRE_DB=$PWD/$1.db
}

@test "a new ledger makes again what is doubtful, and says so" {
	need_marks
	mkdir in && cp "$samples/two-columns.pdf" in && head -c 20000 "$samples/photo.jpg" >in/cut.jpg
	run -0 --separate-stderr quire run in out
	[[ $stderr == *'pages doubtful: 1 '* ]]
	other new
	run -0 --separate-stderr quire run in out
	[[ $stderr == *': 1 done '*'1 taken over'*'pages doubtful: 1 '* ]]
	sound
}

@test "a new ledger takes over what is provably its own, and does the rest" {
	need_marks
	mkdir in && cp "$samples"/{two-columns.pdf,scan.pdf} in && cp in/scan.pdf in/third.pdf
	quire run in out
	find out -type f -printf '%p %i\n' | sort >before
	other new
	# Another version; and one whose result is gone.
	touch -d 2020-01-01 in/scan.pdf
	rm out/third.pdf.md
	run -0 --separate-stderr quire run in out
	[[ $stderr == *'3 documents: 2 done ('*', 0 skipped (up to date), 1 taken over'* ]]
	[ "$(grep two-columns before)" = "$(find out -name 'two*' -printf '%p %i\n')" ]
	[ "$(jobdb list --state 'done' | wc -l)" -eq 3 ]
	jobdb list | jq -es 'map(select(.rel == "two-columns.pdf").dest) == ["file://'"$PWD"'/out/two-columns.pdf.md"]'
	run -0 --separate-stderr quire run in out
	[[ $stderr == *'3 skipped (up to date)'* && $stderr != *'taken over'* ]]
	sound
	leftovers
}

@test "a new ledger takes over no result that was emptied" {
	need_marks
	mkdir in && cp "$samples/two-columns.pdf" in
	quire run in out
	cp out/two-columns.pdf.md want
	: >out/two-columns.pdf.md
	other new
	run -0 --separate-stderr quire run in out
	[[ $stderr == *'1 documents: 1 done ('* && $stderr != *'taken over'* ]]
	cmp out/two-columns.pdf.md want
}

@test "other settings, --force and --no-check-dest take nothing over" {
	need_marks
	mkdir in && cp "$samples/two-columns.pdf" in
	quire run in out
	for how in --dpi=150 --force --no-check-dest; do
		other "new$how"
		run -0 --separate-stderr quire run $how in out
		[[ $stderr == *': 1 done '* && $stderr != *'taken over'* ]]
	done
	# The last two were made as at first.
	other last
	run -0 --separate-stderr quire run in out
	[[ $stderr == *': 0 done '*'1 taken over'* ]]
	sound
}

@test "results that do not say whose they are are made again, and that is said" {
	mkdir in out && cp "$samples/two-columns.pdf" in
	echo mine >out/two-columns.pdf.md
	run -0 --separate-stderr quire run in out
	[[ $stderr == *': 1 done '* && $stderr == *'results of unknown origin, made again: 1'* ]]
	run ! grep -x mine out/two-columns.pdf.md
}

@test "what was in a result's way is gone: the next run does the document" {
	need_marks
	two_of_a_name
	quire run jan out
	other new
	run -1 --separate-stderr quire run feb out
	[[ $stderr == *'failed: 1 job.clash'* ]]
	# Still there, it is seen before the document is read.
	run -1 --separate-stderr quire run feb out
	[[ $stderr == *'failed: 1 job.clash'* ]]
	jobdb list | jq -e '.state == "dead" and .error.stage == "s3put" and .attempt == 1'
	run -1 --separate-stderr quire run --no-check-dest feb out
	[[ $stderr == *'dead before: 1 job.clash'* ]]
	rm out/scan.pdf.md
	run -0 --separate-stderr quire run feb out
	cmp out/scan.pdf.md feb.md
	sound
}

@test "over another ledger's results: refused before it is read, and what to do is said" {
	need_marks
	two_of_a_name
	quire run jan out
	other new
	run -1 --separate-stderr quire run feb out
	[[ $stderr == *'(job.clash, permanent)'* && $stderr == *"$PWD/jan/scan.pdf has the result that"* ]]
	[[ $stderr == *': 0 done '*' 1 failed, '* && $stderr == *'failed: 1 job.clash'* ]]
	cmp out/scan.pdf.md jan.md
	[ "$(jobdb list | jq -r '[.state, .error.code, .error.stage] | join(" ")')" = 'dead job.clash s3put' ]
	# Not looked for, it is found when it is put.
	other newer
	run -1 --separate-stderr quire run --no-check-dest feb out
	[[ $stderr == *'failed: 1 job.clash'* ]]
	cmp out/scan.pdf.md jan.md
	run -0 --separate-stderr quire run --on-clash=suffix feb out
	cmp "out/scan.pdf~$(suffix feb).md" feb.md
	cmp out/scan.pdf.md jan.md
	sound
	other newest
	run -0 --separate-stderr quire run --on-clash=suffix feb out
	[[ $stderr == *'1 taken over'* ]]
	run -0 --separate-stderr quire run --on-clash=replace --force feb out
	cmp out/scan.pdf.md feb.md
	sound
}

@test "jobdb adopt settles what was just added and found, and nothing else" {
	q_and_r /out
	docs 3 | jobdb add --queue q | jq -c '.dest = "file:///out/" + .rel + ".md"' >found
	docs 1 | jobdb add --queue q | jq -c '.dest = "file:///out/d1.pdf.md"' >again
	run -0 --separate-stderr jobdb adopt --queue q <again
	[ -z "$output" ]
	states 3 0 0 0 0
	jobdb claim --queue q -n 1 >given
	run -0 --separate-stderr jobdb adopt --queue q <found
	[ "$(jq -r '[.rel, .state] | join(" ")' <<<"$output")" = 'd2.pdf done
d3.pdf done' ]
	json 'has("token") | not'
	states 0 1 2 0 0
	# Another's error is not for it.
	docs 1 9 | jobdb add --queue q | jq -c '.error = {stage: "s3put", class: "permanent", code: "x.y", message: "m"}' >bad
	run -1 --separate-stderr jobdb adopt --queue q <bad
	states 1 1 2 0 0
	jq -c '.error.code = "job.clash"' bad >clash
	run -1 --separate-stderr jobdb adopt --queue q <clash
	states 0 1 2 1 0
	sound
}

@test "an older ledger's results are whose they were last" {
	ledger_0_1_0 here
	jobdb queue list >queues
	queue=$(jq -r .queue queues)
	uri=$(jobdb list --state 'done' | jq -r .uri | head -n 1)
	rel=$(jobdb list --state 'done' | jq -r .rel | head -n 1)
	jq -nc --arg rel "$rel" '{v: 1, kind: "document", uri: "file:///elsewhere", $rel, etag: "1"}' >other
	run -1 --separate-stderr jobdb add --queue "$queue" <other
	json '.error.code == "job.clash"'
	[[ $output == *"$uri"* ]]
	jobdb list --state 'done' | jobdb add --queue "$queue" | jq -es 'all(.[]; .state == "done")'
}

@test "results that are gone are made again, unless nobody is to look" {
	mkdir in && cp "$samples"/{two-columns.pdf,scan.pdf} in
	quire run in out
	cp out/scan.pdf.md want.md
	rm out/scan.pdf.md
	run -0 --separate-stderr quire run --no-check-dest in out
	[[ $stderr == *'2 skipped (up to date)'* && ! -e out/scan.pdf.md ]]
	# Which documents are asked for says nothing of the results.
	run -0 --separate-stderr quire run --match '*.pdf' --exclude 'two*' in out
	[[ $stderr == *'results that are gone, to be made again: 1'* ]]
	[[ $stderr == *' 1 done '* ]]
	cmp out/scan.pdf.md want.md
	run -0 --separate-stderr quire run in out
	[[ $stderr == *'2 skipped (up to date)'* && $stderr != *gone* ]]
	# A version that is no more is not looked for.
	cp "$samples/two-columns.pdf" in/scan.pdf
	quire run in out
	rm -r out
	run -0 --separate-stderr quire run in out
	[[ $stderr == *'results that are gone, to be made again: 2'* && $stderr != *job.superseded* ]]
	[[ $stderr == *' 2 done '* ]]
	[ "$(find out -type f | wc -l)" -eq 2 ]
	sound
	leftovers
}

@test "--limit does so many of what is to be done, and leaves the rest" {
	mkdir in
	for n in 1 2 3 4; do cp "$samples/two-columns.pdf" "in/$n.pdf"; done
	run -75 --separate-stderr quire run --limit 3 in out
	summary '.documents == 4 and .done == 3 and .left == 1'
	[ "$(find out -type f | wc -l)" -eq 3 ]
	cp "$samples/broken.pdf" in/0.pdf
	run -75 --separate-stderr quire run --limit 1 in out
	summary '.documents == 5 and .skipped == 3 and .failed + .done == 1 and .left == 1'
	run -1 --separate-stderr quire run --limit 1 in out
	summary '.documents == 5 and .left == 0'
	run -1 --separate-stderr quire run --limit 1 in out
	summary '.documents == 5 and .skipped == 4 and .old == 1'
	sound
	leftovers
}

@test "a result that somebody has changed is left as it is" {
	mkdir in && cp "$samples/two-columns.pdf" in
	quire run in out
	echo 'by hand' >>out/two-columns.pdf.md
	cp out/two-columns.pdf.md mine.md
	run -0 --separate-stderr quire run in out
	[[ $stderr == *'1 skipped (up to date)'* ]]
	cmp out/two-columns.pdf.md mine.md
}

@test "a result that another ledger has put since is made again, or is in the way" {
	need_marks
	mkdir in i2
	cp "$samples/two-columns.pdf" in/a.pdf && cp "$samples/two-columns.pdf" in/b.pdf
	cp "$samples/scan.pdf" i2/a.pdf
	quire run in out
	cp -r out want
	# Other settings.
	QUIRE_DB=$PWD/o.db quire run --dpi 100 --on-doubt mark in out
	echo 'by hand' >>out/b.pdf.md
	cp out/b.pdf.md mine.md
	run -0 --separate-stderr quire run in out
	[[ $stderr == *'quire: results that others have put since, to be made again: 2'* ]]
	[[ $stderr == *'2 documents: 2 done ('* ]]
	diff -r want out
	# By somebody's hand, while it says whose it is.
	echo 'by hand' >>out/b.pdf.md
	# Another document.
	QUIRE_DB=$PWD/p.db quire run --on-clash replace i2 out
	run -1 --separate-stderr quire run in out
	[[ $stderr == *'others have put since, to be made again: 1'* && $stderr == *'(job.clash, permanent)'* ]]
	[[ $stderr == *'2 documents: 0 done (0 pages), 1 failed, 1 skipped (up to date)'* ]]
	[ "$(tail -n 1 out/b.pdf.md)" = 'by hand' ]
	run -0 --separate-stderr quire run --on-clash replace in out
	[[ $stderr == *'2 documents: 1 done ('*', 1 skipped (up to date)'* ]]
	cmp want/a.pdf.md out/a.pdf.md
	# s3put by hand, with no settings to say.
	by_hand i2 p2 >/dev/null
	s3ls in/a.pdf | jq -c '.path = "'"$PWD"'/p2/a.pdf.md"' | s3put out >put
	run -0 --separate-stderr quire run in out
	cmp want/a.pdf.md out/a.pdf.md
	# Nobody looks where nothing differs, nor with --no-check-dest.
	run -0 --separate-stderr quire run in out
	[[ $stderr == *'2 skipped (up to date)'* && $stderr != *'others have put'* ]]
	QUIRE_DB=$PWD/o.db quire run --dpi 100 --on-doubt mark in out
	run -0 --separate-stderr quire run --no-check-dest in out
	[[ $stderr == *'2 skipped (up to date)'* ]]
	sound
}

@test "what an older ledger has done is as it is told" {
	need_marks
	mkdir in && cp "$samples/two-columns.pdf" in
	quire run in out
	sql "update job set result = json_remove(result, '\$.dest_etag')"
	echo 'by hand' >>out/two-columns.pdf.md
	run -0 --separate-stderr quire run in out
	[[ $stderr == *'1 skipped (up to date)'* ]]
}

@test "missing --changed says which results are not the ones that were put" {
	q_and_r out
	docs 4 | jobdb add --queue q >added
	jobdb claim --queue q -n 9 | results | sed '2!s/}$/,"dest_etag":"x"}/' | settle >settled
	# Of the second nothing was known, of the third nothing is; the fourth is gone.
	jobdb list --queue q | jq -c '{v: 1, kind: "document", uri: .dest, etag: "y"}' |
	    sed '3s/,"etag":"y"//;4d' >there
	run -0 --separate-stderr jobdb missing --queue q --changed changed <there
	json '.rel == "d4.pdf"'
	jq -es 'map(.rel) == ["d1.pdf"] and .[0].dest_etag == "x"' changed
	sed -i 's/"y"/"x"/' there
	run -0 --separate-stderr jobdb missing --queue q --changed changed <there
	[ ! -s changed ]
	run -3 --separate-stderr jobdb missing --queue q --changed no/such <there
}

@test "missing says which done jobs a listing has not, and changes nothing" {
	q_and_r /out
	docs 3 | jobdb add --queue q >added
	put_all q >settled
	docs 2 10 | jobdb add --queue q >added
	docs 1 | jobdb add --queue r >added
	jq -c '{v, kind: "document", uri: .dest}' settled >there
	run -0 --separate-stderr jobdb missing --queue q <there
	[ -z "$output$stderr" ]
	sed -n 2p there >some
	run -0 --separate-stderr jobdb missing --queue q <some
	[ "$(jq -r '[.rel, .state] | join(" ")' <<<"$output")" = 'd1.pdf done
d3.pdf done' ]
	[ -z "$stderr" ]
	states 2 0 3 0 0
	jobdb missing --queue q <some | jobdb requeue >again
	states 4 0 1 0 0
	# What was done since it was listed may be there.
	run -0 --separate-stderr jobdb missing --queue q --done-by 1 </dev/null
	[ -z "$output" ]
	run -3 --separate-stderr jobdb missing --queue none </dev/null
}

@test "of a listing that is not whole nothing is missing" {
	q_and_r /out
	docs 3 | jobdb add --queue q >added
	put_all q >settled
	echo '{"v":1,"kind":"error","uri":"file:///out/x","error":{"stage":"s3ls","class":"permanent","code":"store.read","message":"m"}}' >in_part
	run -1 --separate-stderr jobdb missing --queue q <in_part
	json '.kind == "error"'
	[[ $stderr == *'not whole'* ]]
	echo no >in_part
	run -1 --separate-stderr jobdb missing --queue q <in_part
	json '.kind == "error"'
}

@test "a DEST that cannot be listed costs nothing that is done" {
	[ "$(id -u)" -eq 0 ] || skip "modes are tried as another user, by root"
	mkdir -p user/in
	cp "$samples/two-columns.pdf" user/in
	mv user "$BATS_TEST_TMPDIR/user"
	cd "$BATS_TEST_TMPDIR/user"
	as_user quire run in out
	chmod 300 out
	run -0 --separate-stderr as_user quire run in out
	[[ $stderr == *'out cannot be listed: what is done is taken to be there'* ]]
	[[ $stderr == *'1 skipped (up to date)'* ]]
}

# memory_of FILE COMMAND...: run it; the most that it had at once, in KiB, into FILE.
memory_of()
{
	python3 -c '
import resource, subprocess, sys
subprocess.run(sys.argv[2:], check=True)
with open(sys.argv[1], "w") as f:
	print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=f)
' "$@"
}

# bats test_tags=brief
@test "looking takes no memory by the result" {
	q_and_r /out
	docs 5000 | jobdb add --queue q >added
	jobdb claim --queue q -n 5000 | results | settle >settled
	jq -c '{v, kind: "document", uri: .dest}' settled >there
	for n in 200 5000; do
		head -n "$n" there | memory_of "rss.$n" jobdb missing --queue q >lost
		[ "$(wc -l <lost)" -eq $((5000 - n)) ]
	done
	[ "$(<rss.5000)" -lt $(($(<rss.200) + 4000)) ]
}

@test "a DEST that is moved away in mid-run is noticed" {
	many in 24
	begin -j 1 in out
	mv out out.old && mkdir out
	finish
	[ "$status" -eq 75 ]
	[[ $stderr == *"quire: $PWD/out: not the folder any more that it was"* ]]
	run -0 --separate-stderr quire run in out
	[ "$(find out -name '*.md' | wc -l)" -eq 24 ]
}

@test "documents that are cancelled meanwhile are not done, and the status says so" {
	many in 24
	cp -r in i2
	begin -j 1 in out
	s3ls i2 | jobdb add --queue "$(jobdb list | jq -rs ".[0].queue")" --on-clash replace >added
	finish
	[ "$status" -eq 1 ]
	summary '.documents == 24 and .cancelled > 0'
}

@test "what is dead of a link in DEST is tried again when that is gone" {
	mkdir -p in/d out elsewhere && cp "$samples/two-columns.pdf" in/d/a.pdf
	ln -s "$PWD/elsewhere" out/d
	run -1 --separate-stderr quire run in out
	[[ $stderr == *'quire: failed: 1 dest.symlink'* ]]
	rm out/d
	run -0 --separate-stderr quire run in out
	[ -s out/d/a.pdf.md ]
}

@test "a link in DEST to another document's result is no result" {
	mkdir in
	cp "$samples/two-columns.pdf" in/a.pdf
	cp "$samples/two-columns.pdf" in/b.pdf
	run -0 --separate-stderr quire run in out
	rm out/a.pdf.md
	ln -s b.pdf.md out/a.pdf.md
	run -1 --separate-stderr quire run in out
	summary '.documents == 2 and .failed == 1 and .skipped == 1'
	[[ $stderr == *dest.symlink* ]]
	rm out/a.pdf.md
	run -0 --separate-stderr quire run in out
	[ -f out/a.pdf.md ] && [ ! -L out/a.pdf.md ]
}
