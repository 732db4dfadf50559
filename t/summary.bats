#!/usr/bin/env bats
# quire: the summary, the words that add up, and what its status says.
# bats file_tags=brief
load helper
load run
load ledger

setup()
{
	run_setup
	mkdir in
}

# queued N: so many documents in the folder in, in the queue of a run into out.
queued()
{
	local i

	for ((i = 0; i < $1; i++)); do cp "$samples/two-columns.pdf" "in/d$i.pdf"; done
	queue="$PWD/in to $PWD/out"
	jobdb queue --dest "$PWD/out" --settings '{}' set "$queue"
	s3ls in | jobdb add --queue "$queue" >added
}

@test "the ledger and the work directory may lie in SRC: they are no documents" {
	cp "$samples/two-columns.pdf" in
	export QUIRE_DB=in/jobs.db QUIRE_WORK=in/work
	mkdir in/a && cp "$samples/two-columns.pdf" in/a/jobs.db
	run -0 --separate-stderr quire run --min-age 0 in out
	summary '.documents == 2 and .done == 2'
	[ "${#stderr_lines[@]}" -eq 1 ]
	[ -s in/jobs.db ]
	run -0 --separate-stderr quire run --min-age 0 in out
	summary '.documents == 2 and .skipped == 2'
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "a work directory whose name is no UTF-8 is refused before any work" {
	cp "$samples/two-columns.pdf" in
	QUIRE_WORK=$PWD/$'w\xff' run -3 --separate-stderr quire run --min-age 0 in out
	[[ $stderr == *work.root*'records are UTF-8'* ]]
	# By where it really is, too.
	mkdir $'w\xff.d' && cd $'w\xff.d'
	QUIRE_WORK=w run -3 --separate-stderr quire run --min-age 0 ../in ../out
	[[ $stderr == *work.root*'records are UTF-8'* ]]
	[ ! -e ../out ]
	[ ! -e "$QUIRE_DB" ]
}

@test "dead letters of earlier runs are said, and are a failure until somebody has seen to them" {
	cp "$samples"/{broken,two-columns}.pdf in
	run -1 --separate-stderr quire run in out
	summary '.documents == 2 and .done == 1 and .failed == 1 and .old == 0'
	run -1 --separate-stderr quire run in out
	summary '.documents == 2 and .skipped == 1 and .failed == 0 and .old == 1'
	[[ $stderr == *"quire: dead letters of earlier runs: 1 (jobdb list --queue '$PWD/in to $PWD/out' --state dead)"* ]]
	run -0 --separate-stderr quire run --ignore-dead in out
	summary '.old == 1'
	rm in/broken.pdf
	run -0 --separate-stderr quire run in out
	summary '.documents == 1 and .skipped == 1'
	leftovers
}

@test "what died in the hands of a jobdb work that was killed is a failure of that run" {
	many docs 30
	mv docs/* in && cp "$samples/broken.pdf" in
	stand_in jobdb <<-'EOT'
		[[ $1 == work && ! -e went ]] || exec "$real" "$@"
		touch went
		"$real" "$@" &
		until [[ $(sqlite3 -readonly "$QUIRE_DB" 'select count(*) from job where state = 3') -gt 0 ]]; do
			sleep 0.01
		done
		kill -KILL $!
		kill -KILL $$
	EOT
	sed -i "s|went|$PWD/went|g" bin/jobdb
	run -1 --separate-stderr bin/quire run in out
	summary '.documents == 31 and .done == 30 and .failed == 1 and .codes == {"pdf.damaged": 1}'
	leftovers
}

@test "a run that finds everything in the hands of another, and ends without it, ends with 75" {
	queued 3
	jobdb claim --queue "$queue" -n 3 --lease 3600 >claimed
	run -75 --separate-stderr quire run in out
	summary '.documents == 3 and .hands == 3 and .done == 0'
	leftovers
}

@test "what is no document is no failure, and its kinds are named" {
	cp "$samples/two-columns.pdf" in
	echo words | tee in/a.xyz in/B.XYZ in/~\$x.docx in/desktop.ini >in/.DS_Store
	printf 'PK\3\4' >in/x.zip
	: >in/.keep
	: >in/x_\$folder\$
	run -0 --separate-stderr quire run in out
	summary '.documents == 9 and .done == 1 and .failed == 0 and .unsupported == 8'
	for line in '2 .xyz' '1 .docx' '1 .zip' '1 .ini' '1 .ds_store' '1 .keep' '1 other'; do
		[[ $'\n'$stderr$'\n' == *$'\nquire: unsupported: '"$line"$'\n'* ]]
	done
	[[ $stderr == *$'\nquire: what is unsupported is no document by its type: --exclude leaves it out'* ]]
	grep -q '"msg":".keep: the file is empty","advice":"copy it again from where it came, or leave it out (--exclude)"' <<<"$stderr"
	[ "$(jobdb list --state dead --code document.type | wc -l)" -eq 6 ]
	run -0 --separate-stderr quire run in out
	summary '.skipped == 1 and .unsupported == 8 and .old == 0'
	run -1 --separate-stderr quire run --strict in out
	summary '.unsupported == 8'
	leftovers
}

@test "what is called a PDF and is none, and what is empty, are failures" {
	echo '<html>Please log in</html>' | tee in/scan.PDF >in/photo.heic
	: >in/empty.pdf
	: >in/empty
	run -1 --separate-stderr quire run in out
	summary '.failed == 4 and .codes == {"document.empty": 2, "document.type": 2}'
	leftovers
}

@test "--match limits what a run does, also of what earlier runs have left" {
	queued 4
	cp "$samples/broken.pdf" in/e.pdf && s3ls in/e.pdf | jobdb add --queue "$queue" >added
	run -0 --separate-stderr quire run --match d1.pdf in out
	summary '.documents == 1 and .done == 1'
	[ "$(ls out)" = d1.pdf.md ]
	[ "$(jobdb list --state queued | wc -l)" -eq 4 ]
	run -1 --separate-stderr quire run in out
	summary '.documents == 5 and .done == 3 and .skipped == 1 and .failed == 1'
	leftovers
}

@test "what was dead by what is around a document is taken up again by the next run" {
	queued 4
	for code in dest.write store.read s3.AccessDenied pdf.damaged; do
		jobdb claim --queue "$queue" -n 1 | jq -c --arg code "$code" \
			'.error = {stage: "x", class: "permanent", $code, message: "m"}' | jobdb "done" || :
	done
	[ "$(jobdb list --state dead | wc -l)" -eq 4 ]
	run -1 --separate-stderr quire run in out
	summary '.documents == 4 and .done == 3 and .old == 1'
	leftovers
}

@test "a summary that cannot be had is said, and is no success" {
	cp "$samples/two-columns.pdf" in
	stand_in jobdb <<-'EOT'
		[[ $1 != stat ]] || exit 75
		exec "$real" "$@"
	EOT
	run -75 --separate-stderr bin/quire run in out
	[[ $stderr == *'quire: the ledger does not say what became of the documents: run it again'* ]]
	leftovers
}

@test "what was listed and is in no word of the summary is said" {
	cp "$samples/two-columns.pdf" in
	stand_in jobdb <<-'EOT'
		[[ $1 != stat ]] || { "$real" "$@" | sed 's/^\(listed .*\)1$/\12/'; exit; }
		exec "$real" "$@"
	EOT
	run -75 --separate-stderr bin/quire run in out
	[[ $stderr == *'quire: 1 of 2 documents are in a word above'* ]]
	stand_in jobdb <<-'EOT'
		[[ $1 != stat ]] || { "$real" "$@" | sed 's/^\(listed\|skipped\) \(.*\)1$/\1 \20/'; exit; }
		exec "$real" "$@"
	EOT
	run -75 --separate-stderr bin/quire run in out
	[[ $stderr == *'quire: 0 of 0 documents are in a word above, of 1 that were listed'* ]]
	leftovers
}

@test "two runs at once: each document is done by one, and in one word of each" {
	many docs 40
	mv docs/* in
	quire run in out 2>err1 3>&- &
	first=$!
	run -0 --separate-stderr quire run in out
	summary '.documents == 40 and .failed == 0'
	wait "$first"
	others=$stderr
	stderr=$(<err1)
	summary '.documents == 40 and .failed == 0'
	[ "$(grep -ho '[0-9]* done (' <<<"$stderr$others" | awk '{ n += $1 } END { print n }')" = 40 ]
	leftovers
}

@test "pages are counted of what is done, also where the ledger keeps only the first of them" {
	queued 2
	run -3 jobdb stat --listing none
	[[ $output == *'"ledger.open"'*'none: No such file'* && ! -e none ]]
	jobdb add --queue "$queue" --listing listing </dev/null
	run -0 jobdb stat --listing listing
	[[ $output == 'listed              0'* ]]
	s3ls in | jobdb add --queue "$queue" --listing listing >added
	jobdb work --queue "$queue" --listing listing -- jq -c --unbuffered '
		.dest = "file:///x\(.rel)" | .doc_pages = 200 | .failed_pages = [range(100)] |
		.doubtful_pages = [1, 2]' >worked &
	work=$!
	until_true has_lines 2 worked
	jobdb "done" <worked >settled
	wait "$work"
	run -0 jobdb stat --listing listing --format json
	jq -e '.done == 2 and .pages == 400 and .gaps == 200 and .doubtful == 4' <<<"$output"
	jq -e 'all(.[]; .failed_pages | length == 64)' <(jobdb list --queue "$queue" | jq -s .)
	[[ $(jobdb list --queue "$queue") != *'"all"'* ]]
}

@test "pages by engine are those of what is done, though a stage was killed that had read more" {
	rmdir in && many in 6
	stand_in ocrpage <<-'EOT'
		if [[ -p /dev/stdin && ! -e $DIED ]]; then
			: >"$DIED"
			head -n 3 | "$real" "$@"
			kill -KILL $$
		fi
		exec "$real" "$@"
	EOT
	DIED=$PWD/died run -0 --separate-stderr bin/quire run --text never --engine mock -j 1 in out
	summary '.documents == 6 and .done == 6 and .pages == 12'
	[[ $'\n'$stderr$'\n' == *$'\nquire: pages by engine: mock 12\n'* ]]
	# Of an earlier run's documents nothing is said.
	run -0 --separate-stderr quire run --text never --engine mock in out
	summary '.skipped == 6'
	[[ $stderr != *'pages by engine'* ]]
	leftovers
}

@test "limits are passed on, and what was dead by one is tried again with another" {
	cp "$samples/two-columns.pdf" in
	run -1 --separate-stderr quire run --max-pages 1 in out
	summary '.failed == 1 and .codes == {"document.pages": 1}'
	run -1 --separate-stderr quire run in out
	summary '.old == 1'
	run -1 --separate-stderr quire run --max-size 1000 --max-pages 2000 in out
	summary '.failed == 1 and .codes == {"document.large": 1}'
	run -0 --separate-stderr quire run --max-size 1000000 --page-timeout 60 in out
	summary '.done == 1'
	leftovers
}

@test "a file that is being written waits; one that goes on is for the next run" {
	cp "$samples/two-columns.pdf" in/old.pdf
	head -c 9000 in/old.pdf >in/half.pdf
	touch -d '1 minute' in/half.pdf
	touch in/half.pdf
	while [ ! -e written ]; do touch in/half.pdf; sleep 0.2; done 3>&- &
	writer=$!
	run -75 --separate-stderr quire run in out
	: >written
	wait "$writer"
	tail -c +9001 in/old.pdf >>in/half.pdf
	summary '.documents == 1 and .done == 1'
	[[ $stderr == *'quire: still being written, for the next run: 1'* ]]
	run -0 --separate-stderr quire run in out
	summary '.documents == 2 and .done == 1 and .skipped == 1'
	cmp out/old.pdf.md out/half.pdf.md
	[ "$(sql 'select count(*) from job')" -eq 2 ]
	# A file that is SRC is meant as it is, and one from the future is old.
	touch in/old.pdf
	run -0 --separate-stderr quire run in/old.pdf out2
	touch -d '1 hour' in/old.pdf
	run -0 --separate-stderr quire run in out
	summary '.documents == 2'
	leftovers
}

@test "a file that changes while the run works is left, and done by the next one" {
	cp "$samples/two-columns.pdf" in/a.pdf
	stand_in s3ls <<-'EOT'
		"$real" "$@"
		status=$?
		[[ $1 == -V ]] || touch "$FILE"
		exit $status
	EOT
	FILE=$PWD/in/a.pdf run -75 --separate-stderr bin/quire run --min-age 0 in out
	summary '.documents == 1 and .left == 1'
	[[ $'\n'$stderr$'\n' == *$'\nquire: left: 1 document.changed\n'* ]]
	[ "$(grep -c document.changed <<<"$stderr")" -eq 2 ]
	run -0 --separate-stderr quire run --min-age 0 in out
	summary '.documents == 1 and .done == 1'
	leftovers
}

@test "what is passed over is counted, and a match that fits nothing is said" {
	run -0 --separate-stderr quire run in out --match '*.pdf'
	summary '.documents == 0'
	mkfifo in/fifo && ln -s /etc/passwd in/link && ln -s . in/loop && cp "$samples/two-columns.pdf" in
	run -0 --separate-stderr quire run in out
	summary '.documents == 1 and .done == 1'
	[[ $stderr == *'quire: links to folders, to nothing or out of SRC, passed over: 2'* ]]
	[[ $stderr == *'quire: FIFOs, sockets and devices, passed over: 1'* ]]
	run -1 --separate-stderr quire run in out --match '*.PDF'
	summary '.documents == 0'
	[[ $stderr == *'quire: nothing matched'* ]]
	run -1 --separate-stderr quire run in out --exclude '*'
	summary '.documents == 0'
	[[ $stderr == *'quire: nothing matched'* ]]
	# What a run into the same folder leaves out by itself is nobody's wish.
	mkdir same && : >same/a.pdf.md
	run -0 --separate-stderr quire run same same --exclude 'drafts/*'
	summary '.documents == 0'
	leftovers
}

@test "a wrong option is said as one of this command, with its own usage" {
	for wrong in '--lang xx' '--dpi 3' '--text some' '--max-size -1'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr quire run $wrong in out
		[[ ${stderr_lines[0]} == "quire: "* ]]
		[[ ${stderr_lines[1]} == 'usage: quire run '* ]]
		[ "$(grep -c usage: <<<"$stderr")" -eq 1 ]
	done
	# What is done without it is said where.
	run -2 --separate-stderr quire run --batch-out asked in out
	[[ ${stderr_lines[0]} == 'quire: --batch-out: no such option: '*'ocrpage --batch-out (man ocrpage, Batches)' ]]
	leftovers
}

@test "what the summary tells to call names the ledger that was given" {
	cp "$samples/broken.pdf" in
	run -1 --separate-stderr quire run --db "it's.db" in out
	run -1 --separate-stderr quire run --db "it's.db" in out
	[[ $stderr == *"(jobdb --db 'it'\\''s.db' list --queue '$PWD/in to $PWD/out' --state dead)"* ]]
	leftovers
}
