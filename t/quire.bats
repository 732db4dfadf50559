#!/usr/bin/env bats
# quire: what goes wrong, signals, runs that die, and the ledger.
# bats file_tags=brief
load helper
load run

setup()
{
	run_setup
}

teardown()
{
	! mountpoint -q "$BATS_TEST_TMPDIR/here/full" || umount "$BATS_TEST_TMPDIR/here/full"
}

@test "a full DEST is no success; what is left is done when there is room" {
	mkdir full
	mount -t tmpfs -o size=64k tmpfs full 2>/dev/null || skip "needs to mount a tmpfs"
	cat /dev/zero >full/most 2>/dev/null || :
	mkdir in && cp "$samples/two-columns.pdf" in
	run -75 --separate-stderr quire run --wait 0 in full/out
	summary '.done == 0 and .failed == 0 and .left == 1'
	[[ $stderr == *'No space left on device'* && $stderr == *'the next retry is due in'* ]]
	[ -z "$(find full/out -type f)" ]
	leftovers
	rm full/most
	run -0 --separate-stderr quire run in full/out
	summary '.done == 1 and .left == 0'
	leftovers
}

@test "a work directory without room fails documents, and none is left" {
	mkdir full
	mount -t tmpfs -o size=256k tmpfs full 2>/dev/null || skip "needs to mount a tmpfs"
	export QUIRE_WORK=$PWD/full/work
	run -75 --separate-stderr quire run --wait 0 "$samples" out --text never --exclude 'broken*'
	[[ $stderr == *'"code":"disk.full"'* ]]
	summary '.documents == 4 and .left > 0 and .failed == 0'
	leftovers
	[ -z "$(find full/work -mindepth 1)" ]
	cat /dev/zero >full/most 2>/dev/null || :
	run -3 --separate-stderr quire run "$samples" out2
	[[ $stderr == *"quire: $QUIRE_WORK: no room for a session there" ]]
	[ -z "$(find full/work -mindepth 1)" ]
}

@test "a work directory that is removed in mid-run is said in a line, and the next run goes on" {
	many in 6
	# At once: who makes a file there meanwhile has part of it stand.
	stand_in doc2png <<-'EOT'
		[[ ! -p /dev/stdin || ! -d $QUIRE_WORK ]] || mv -- "${QUIRE_WORK%/work}" gone
		exec "$real" "$@"
	EOT
	run -75 --separate-stderr bin/quire run in out
	[ "$(grep -c '^quire: ' <<<"$stderr")" -eq 1 ]
	[[ ${stderr_lines[-1]} == "quire: $QUIRE_WORK/run."*': was removed, or part of it, while the run worked: run it again' ]]
	run ! grep -v '^{\|^quire: ' <<<"$stderr"
	run -0 --separate-stderr quire run in out
	summary '.documents == 6 and .done == 6'
	leftovers
}

@test "whatever part of a session is removed, the run does not end as if all were done" {
	many in 6
	stand_in doc2png <<-'EOT'
		[[ ! -p /dev/stdin || ! -d $QUIRE_WORK ]] || rm -rf -- "${QUIRE_WORK%/work}/$GONE"
		exec "$real" "$@"
	EOT
	for part in listed lock listing ledger there progress; do
		GONE=$part run -75 --separate-stderr bin/quire run in "out.$part"
		[[ $stderr == *"quire: $QUIRE_WORK/run."*': was removed, or part of it, while the run worked: run it again'* ]]
		run -0 --separate-stderr quire run in "out.$part"
		summary '.documents == 6 and .done + .skipped == 6'
		rm -rf -- "$QUIRE_DB"*
	done
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
	many in 80
	begin in out
	kill -INT -- "-$pid"
	finish
	[ "$status" -eq 130 ]
	[[ $stderr == *'quire: stopping; once more to stop at once'* ]]
	summary '.done > 0 and .failed == 0 and .left > 0'
	whole out
	# What was in hand is done: none was given back.
	[ "$(sql "select count(*) from event")" -eq 0 ]
	leftovers
	run -0 --separate-stderr quire run in out
	summary '.documents == 80 and .done + .skipped == 80'
	settled 80
	leftovers
}

@test "Control-C twice: at once, whatever hangs" {
	many in 20
	for who in mdjoin ocrpage; do
		begin -j1 --text never in "out.$who"
		# What is in hand will not be done by itself.
		# shellcheck disable=SC2046
		kill -STOP "$(named "$who")" $(helper_of "$who")
		kill -INT -- "-$pid"
		until_true grep -q 'jobdb.*told to stop' err
		kill -0 "$pid"
		stopwatch
		once_more -INT -- "-$pid"
		finish
		[ "$(took)" -lt 20 ]
		[ "$status" -eq 130 ]
		[[ $stderr == *'quire: stopping; once more to stop at once'* ]]
		leftovers
	done
}

# results_stand: none is added to those in out for a second, and some are to come.
results_stand()
{
	local n

	n=$(find out -name '*.md' | wc -l)
	sleep 1
	[[ $(find out -name '*.md' | wc -l) -eq $n && $n -lt 40 ]]
}

@test "a stage in the middle that stops reading for a while loses nothing and doubles nothing" {
	want_two_columns
	many in 40
	for who in doc2png ocrpage mdjoin; do
		begin in out
		stopped=$(named "$who")
		kill -STOP "$stopped"
		until_true results_stand
		kill -0 "$pid"
		kill -CONT "$stopped"
		finish
		[ "$status" -eq 0 ]
		summary '.documents == 40 and .done == 40'
		settled 40
		[ "$(sql 'select max(attempt) from job')" -eq 1 ]
		[ "$(sql 'select count(*) from event')" -eq 0 ]
		leftovers
		rm -r out "$QUIRE_DB"*
	done
}

@test "two signals end a run whose stage has stopped reading, and the next one does the rest" {
	want_two_columns
	many in 40
	begin in out
	kill -STOP "$(named ocrpage)"
	until_true results_stand
	kill -TERM "$pid"
	until_true grep -q 'jobdb.*told to stop' err
	until_true results_stand
	kill -0 "$pid"
	stopwatch
	once_more -TERM "$pid"
	finish
	[ "$(took)" -lt 10 ]
	[ "$status" -eq 143 ]
	summary '.failed == 0 and .left > 0'
	leftovers
	run -0 quire run in out
	settled 40
	leftovers
}

@test "SIGTERM and SIGHUP stop as Control-C does, sent to the driver, its group, or all" {
	want_two_columns
	many in 40
	begin in out
	kill -TERM "$pid"
	finish
	[ "$status" -eq 143 ]
	summary '.done > 0 and .failed == 0 and .left > 0'
	leftovers
	for signal in HUP TERM; do
		rm -r out && jobdb requeue --state 'done' >requeued
		begin in out
		kill -"$signal" -- "-$pid"
		finish
		[ "$status" -eq $((128 + $(kill -l "$signal"))) ]
		summary '.done > 0 and .failed == 0 and .left > 0'
		leftovers
	done
	rm -r out && jobdb requeue --state 'done' >requeued
	begin in out
	# As a service manager does it.
	# shellcheck disable=SC2046
	kill -TERM $(all_of_it)
	finish
	[ "$status" -eq 143 ]
	summary '.done > 0 and .failed == 0'
	run -0 --separate-stderr quire run in out
	settled 40
	leftovers
}

@test "a signal at any moment of the start leaves nothing behind" {
	mkdir in && cp "$samples/two-columns.pdf" in
	# Each moment is another one; none is waited for.
	for ms in 0 10 30 50 70 90 100 110 120 130 150; do
		: >err
		env --default-signal=INT setsid quire run in out >stdout 2>err 3>&- &
		pid=$!
		sleep "$(printf '0.%03d' "$ms")"
		kill -INT -- "-$pid" 2>/dev/null || kill -INT "$pid" 2>/dev/null || :
		finish
		[ "$status" -eq 130 ] || [ "$status" -eq 0 ]
		leftovers
	done
}

@test "a signal while the first pipe is made leaves nothing behind" {
	mkdir in fake && cp "$samples/two-columns.pdf" in
	printf '#!/bin/sh\nkill -INT 0\nexec sleep 60\n' >fake/mkfifo
	chmod +x fake/mkfifo
	PATH=$PWD/fake:$PATH env --default-signal=INT setsid quire run in out >stdout 2>err 3>&- &
	pid=$!
	finish
	[ "$status" -eq 130 ]
	leftovers
}

# killed NAME SAID: the run goes on by itself with what is left.
killed()
{
	want_two_columns
	many in 20
	begin in out
	kill -KILL "$(named "$1")"
	finish
	[ "$status" -eq 0 ]
	[[ $stderr == *"quire: $2 was killed by SIGKILL"*'quire: going on with what is left'* ]]
	[ "$(grep -c 'was killed' err)" -eq 1 ]
	# What has died itself said once a second how far it was.
	[[ $1 == 'jobdb work' ]] || summary '.documents == 20 and .done == 20'
	settled 20
	leftovers
}

@test "a stage that somebody tells to stop takes none of the documents with it" {
	want_two_columns
	many in 40
	begin -j1 in out
	kill -TERM "$(named ocrpage)"
	finish
	[ "$status" -eq 0 ]
	[[ $stderr == *'told to stop: nothing more is given out'*'quire: going on with what is left'* ]]
	settled 40
	[ "$(sql 'select max(attempt) from job')" -eq 1 ]
	# Once each of those that it had at that moment, and no more.
	[ "$(sql "select count(*) from event where what = 'released'")" -le 12 ]
}

@test "s3get killed: it is said, and the rest is done" {
	killed s3get s3get
}

@test "doc2png killed: it is said, and the rest is done" {
	killed doc2png doc2png
}

@test "ocrpage killed: it is said, and the rest is done" {
	killed ocrpage ocrpage
}

@test "mdjoin killed: it is said, and the rest is done" {
	killed mdjoin mdjoin
}

@test "s3put killed: it is said, and the rest is done" {
	killed s3put s3put
}

@test "jobdb done killed: it is said, and the rest is done" {
	killed 'jobdb done' jobdb
}

@test "jobdb work killed: it is said, and the rest is done" {
	killed 'jobdb work' 'jobdb work, or what it ran,'
}

@test "s3ls killed: 75, named, and what it listed is done" {
	want_two_columns
	many in 20
	stand_in s3ls <<-'EOT'
		[[ $1 != -V ]] || exec "$real" -V
		"$real" "$@" | head -n 3
		kill -KILL $$
	EOT
	run -75 --separate-stderr bin/quire run in out
	[[ $stderr == *'quire: s3ls was killed by SIGKILL'*': 3 done ('* ]]
	whole out
	leftovers
}

@test "a stage that ends early: 75, what is left is said, nothing waits for ever" {
	many in 20
	stand_in mdjoin <<-'EOT'
		[[ ! -p /dev/stdin ]] || head -n 2 >/dev/null
	EOT
	run -75 --separate-stderr timeout 60 bin/quire run in out
	summary '.done == 0 and .left == 20'
	run -0 --separate-stderr quire run in out
	summary '.done == 20'
	leftovers
}

@test "a document that kills its stage each time is dead after three losses alone, and none beside it" {
	want_two_columns
	many in 8
	cp master.pdf in/poison.pdf
	stand_in s3get <<-'EOT'
		me=$$
		exec "$real" "$@" < <(
			while IFS= read -r line; do
				[[ $line != */poison.pdf* ]] || kill -KILL "$me"
				printf '%s\n' "$line"
			done
		)
	EOT
	run -1 --separate-stderr bin/quire run in out
	summary '.done == 8 and .failed == 1 and .codes == {"job.lost": 1}'
	[ "$(grep -c 's3get was killed by SIGKILL' <<<"$stderr")" -eq 4 ]
	whole out
	[ "$(sql "select max(attempt) from job where state = 2")" -eq 1 ]
	leftovers
}

@test "six documents that kill their stage are all dead, and none beside them" {
	want_two_columns
	many in 4
	for i in 1 2 3 4 5 6; do ln master.pdf "in/poison$i.pdf"; done
	stand_in s3get <<-'EOT'
		me=$$
		exec "$real" "$@" < <(
			while IFS= read -r line; do
				[[ $line != */poison* ]] || kill -KILL "$me"
				printf '%s\n' "$line"
			done
		)
	EOT
	run -1 --separate-stderr bin/quire run -j 4 in out
	summary '.done == 4 and .failed == 6 and .codes == {"job.lost": 6}'
	whole out
	[ "$(sql "select group_concat(distinct lost) from job where state = 3")" = 3 ]
	leftovers
}

@test "what dies each time before it has a document comes to an end" {
	many in 30
	stand_in jobdb <<-'EOT'
		[[ $1 != work ]] || { echo work >>rounds; kill -KILL $$; }
		exec "$real" "$@"
	EOT
	run -75 --separate-stderr timeout 60 bin/quire run in out
	summary '.done == 0 and .left == 30'
	[ "$(wc -l <rounds)" -eq 6 ]
	leftovers
}

@test "after a driver that was killed, the next run tidies up, but not under the living" {
	many in 600
	mkdir in2 && cp master.pdf in2
	begin in out
	all=$(all_of_it | grep -vx " *$pid") work=$(named 'jobdb work')
	[ "$(named mdjoin | wc -l)" -eq 1 ]
	last=$(named s3put)
	kill -KILL "$pid"
	until_true gone "$pid"
	session=$(find "$QUIRE_WORK" -maxdepth 1 -name 'run.*')
	run -0 quire run in2 out2
	run -0 quire clean
	kill -0 "$last"
	[ -d "$session/work" ]
	kill -TERM "$work"
	# shellcheck disable=SC2086
	for p in $all; do until_true gone "$p"; done
	[ -d "$session" ]
	run -0 quire run in2 out3
	[ ! -e "$session" ]
	leftovers
}

@test "what jobdb work has run dies with it, and leaves no session to the next run" {
	many in 6
	stand_in s3put <<-EOT
		[[ -z \${QUIRE_PROGRESS-} || -e $PWD/went ]] || { touch $PWD/went; exec sleep 1000; }
		exec "\$real" "\$@"
	EOT
	setsid "$PWD/bin/quire" run in out >stdout 2>err 3>&- &
	pid=$!
	until_true some_named 'sleep 1000'
	kill -KILL -- "-$pid"
	run -0 timeout 60 bin/quire run in out
	until_true nobody
	run -0 quire clean
	leftovers
	[ "$(jobdb list | jq -r .state | sort | uniq -c | tr -s ' ')" = ' 6 done' ]
	run -0 jobdb check
	[ -z "$output" ]
}

@test "a language without data is said before there is a ledger, also the default" {
	mkdir in none && cp "$samples/scan.pdf" in
	TESSDATA_PREFIX=$PWD/none run -2 --separate-stderr quire run in out
	[[ $stderr == 'quire: no language data for eng: install the package tesseract-ocr-eng'*'usage: quire run'* ]]
	[ ! -e "$QUIRE_DB" ]
	[ ! -e out ]
}

@test "without PATH the commands beside it are found, and the system's" {
	mkdir in && cp "$samples/two-columns.pdf" in
	run -0 --separate-stderr env -u PATH "$QUIRE_BIN/quire" run --min-age 0 in out
	summary '.done == 1'
	leftovers
}

@test "a run does without /proc, as in a plain chroot" {
	unshare -m umount -l /proc 2>/dev/null || skip "needs root, who may unmount /proc"
	mkdir in && cp "$samples"/{two-columns,scan}.pdf in
	run -0 --separate-stderr unshare -m sh -c 'umount -l /proc && exec quire run --min-age 0 in out'
	summary '.done == 2'
	leftovers
}

# processes COMMAND...: how many it is and starts, threads left aside.
processes()
{
	strace -f -qq -e trace=fork,vfork,clone,clone3 -o trace "$@" >/dev/null 2>err || return
	awk '/CLONE_THREAD/ || !/= [0-9]+$/ { next } /(fork|clone3?)(\(| resumed)/ { n++ } END { print n + 1 }' trace
}

@test "a run of one small PDF is 25 processes at most, one with nothing to do 17" {
	! sanitized || skip "a sanitizer may not be traced"
	strace -qq -e trace=none true 2>/dev/null || skip "nothing can be traced here"
	mkdir in empty
	cp "$samples/two-columns.pdf" in
	n=$(processes quire run --min-age=0 in out)
	echo "one PDF: $n"
	[ "$n" -le 25 ]
	[ "$n" -ge 12 ]
	[ -s out/two-columns.pdf.md ]
	n=$(processes quire run --min-age=0 in out)
	echo "up to date: $n"
	[ "$n" -le 17 ]
	n=$(processes quire run empty out2)
	echo "empty: $n"
	[ "$n" -le 17 ]
	leftovers
}

@test "quire clean removes what nobody owns, and nothing else" {
	mkdir in
	quire run in out
	mkdir -p "$QUIRE_WORK"/run.{emptyone,halfmade,deaddead}/work "$QUIRE_WORK"/{A,B}.0123456789abcdef "$QUIRE_WORK/mine"
	touch "$QUIRE_WORK/run.deaddead/lock" "$QUIRE_WORK/run.halfmade/new"
	touch -d '2 hours ago' "$QUIRE_WORK/B.0123456789abcdef"
	touch -d '2 days ago' "$QUIRE_WORK/A.0123456789abcdef" "$QUIRE_WORK/mine"
	run -0 --separate-stderr quire clean
	[ -z "$output$stderr" ]
	[ "$(ls "$QUIRE_WORK")" = 'B.0123456789abcdef
mine' ]
	run -2 quire clean x
	QUIRE_WORK=$PWD/none run -0 --separate-stderr quire clean
	[ ! -e none ]
}

@test "a run sweeps the sessions of the dead, and only them" {
	mkdir in
	quire run in out
	mkdir -p "$QUIRE_WORK"/run.{halfmade,livelive,deaddead}/work
	echo 1 >"$QUIRE_WORK/run.livelive/lock"
	cp "$QUIRE_WORK"/run.{livelive,deaddead}/lock
	# Its lock is not yet held, and says nothing yet.
	mkdir "$QUIRE_WORK/run.tobelock"
	touch "$QUIRE_WORK/run.tobelock/lock"
	mkdir "$QUIRE_WORK/A.0123456789abcdef"
	# While another makes its session, it holds the root.
	exec 8<"$QUIRE_WORK" 7<"$QUIRE_WORK/run.livelive/lock"
	flock -s 8 && flock -s 7
	run -0 quire run in out 8<&- 7<&-
	[ "$(ls "$QUIRE_WORK")" = 'A.0123456789abcdef
run.halfmade
run.livelive
run.tobelock' ]
	exec 8<&-
	run -0 quire run in out 7<&-
	[ "$(ls "$QUIRE_WORK")" = 'A.0123456789abcdef
run.livelive' ]
	exec 7<&-
}

@test "a root that somebody keeps locked is said to be, and waited for no longer than 10 s" {
	mkdir in
	quire run in out
	exec 8<"$QUIRE_WORK"
	flock 8
	run -3 --separate-stderr timeout 60 quire run in out 8<&-
	[[ $stderr == "quire: $QUIRE_WORK: another process keeps it locked"* ]]
	leftovers
	exec 8<&-
}

@test "folders of a user's own in the work directory are left, whatever they are called" {
	mkdir in
	quire run in out
	mkdir "$PWD/elsewhere" && touch elsewhere/lock
	ln -s "$PWD/elsewhere" "$QUIRE_WORK/run.elsewher"
	mkdir "$QUIRE_WORK"/{run.notebook,run.lockedup,run.notes,notes.about-everything,notes.v2.0123456789abcdef,"a b.0123456789abcdef",.0123456789abcdef,a.0123456789ABCDEF}
	for d in "$QUIRE_WORK"/* "$QUIRE_WORK"/.[0-9]*; do
		[[ -h $d ]] || touch "$d/thesis"
	done
	touch "$QUIRE_WORK"/run.{lockedup,notes}/lock
	touch -d '2 days ago' "$QUIRE_WORK"/* "$QUIRE_WORK"/.[0-9]*
	find "$QUIRE_WORK" | sort >before
	run -0 --separate-stderr quire clean
	[ -z "$output$stderr" ]
	run -0 quire run in out
	find "$QUIRE_WORK" | sort | diff before -
	[ -e elsewhere/lock ]
}

@test "clean looks at the root as the commands do, and removes nothing from one that is refused" {
	mkdir -m 755 shared
	mkdir -p shared/{run.deaddead/work,A.0123456789abcdef}
	touch shared/run.deaddead/lock
	touch -d '2 days ago' shared/*
	find shared | sort >before
	QUIRE_WORK=$PWD/shared run -3 --separate-stderr quire clean
	[[ $stderr == *work.root* ]]
	find shared | sort | diff before -
	chmod 700 shared && ln -s shared link
	QUIRE_WORK=$PWD/link run -0 --separate-stderr quire clean
	[ -z "$output$stderr$(ls shared)" ]
	chmod 755 shared && touch file
	QUIRE_WORK=$PWD/file run -3 quire clean
	mkdir -m 700 tmp mine && mkdir mine/A.0123456789abcdef
	touch -d '2 days ago' mine/A.0123456789abcdef
	ln -s "$PWD/mine" "tmp/quire-$(id -u)"
	unset QUIRE_WORK
	TMPDIR=$PWD/tmp run -3 quire clean
	[ -d mine/A.0123456789abcdef ]
}

@test "a session's lock is the last of it to go, so that one cut short is known as dead" {
	mkdir in path
	cat >path/rm <<-EOT
		#!/bin/bash
		# As rm(1) does: one operand after the other, the session behind all else.
		if [[ \${!#} == */run.???????? ]]; then
			/bin/rm "\${@:1:\$#-1}"
			ls -A "\${!#}" >>"$PWD/last"
		fi
		exec /bin/rm "\$@"
	EOT
	chmod +x path/rm
	PATH=$PWD/path:$PATH run -0 quire run in out
	[ "$(cat last)" = lock ]
	leftovers
}

@test "two runs at once over the same folders share the work" {
	want_two_columns
	many in 60
	quire run in out 2>err1 3>&- &
	first=$!
	run -0 --separate-stderr quire run in out
	wait "$first"
	settled 60
	# Each did some, and no document was settled by both.
	[ "$(grep -ho '[0-9]* done (' err1 - <<<"$stderr" | awk '{ n += $1; some += $1 > 0 } END { print n, some }')" = '60 2' ]
	[ "$(sql 'select max(attempt) from job')" -eq 1 ]
	leftovers
}

@test "two runs at once into two folders do not get in each other's way" {
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

@test "a row in the table of options is all that a new option needs" {
	mkdir in tree fake && cp "$samples/scan.pdf" in
	mkdir tree/contrib
	cp "$QUIRE_TOP/contrib/install.mk" tree/contrib
	cp -R "$QUIRE_TOP/Makefile" "$QUIRE_TOP/cmd" "$QUIRE_TOP/lib" tree
	sed -i "/^	option lang /a\\
	option frob-it f N run,status 7 number output ocrpage 'so much frobbing'" tree/lib/driver/options.sh
	make -s -C tree O="$PWD/o" "$PWD/o/bin/quire"
	# It is not ocrpage's, which says what it is given instead.
	cat >fake/ocrpage <<-EOT
		#!/bin/bash
		printf '%s ' "\$@" >>$PWD/given
		echo >>$PWD/given
		declare -a rest
		while [[ \$# -gt 0 ]]; do
			case \$1 in --frob-it=*) ;; *) rest+=("\$1") ;; esac
			shift
		done
		exec "$QUIRE_BIN/ocrpage" "\${rest[@]}"
	EOT
	chmod +x fake/ocrpage
	PATH=$PWD/fake:$PATH
	run -0 o/bin/quire run -h
	[[ $output == *'[-f N]'*$'\n  -f, --frob-it N           so much frobbing\n'* ]]
	run -0 o/bin/quire --completion
	[[ $'\n'$output$'\n' == *$'\n-f --frob-it N\n'* ]]
	run -2 o/bin/quire run --frob-it
	[[ $output == 'quire: --frob-it: needs an argument'* ]]
	run -0 --separate-stderr o/bin/quire run in out
	summary '.done == 1'
	grep -q -- '--frob-it=7 ' given
	rm given
	for spelling in '--frob-it 9' '--frob-it=9' '-f 9' '-f9'; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr o/bin/quire run in out $spelling
		summary '.done + .skipped == 1'
	done
	[ "$(sort -u given | grep -c -- '--frob-it=9 ')" -eq "$(sort -u given | wc -l)" ]
	jobdb queue list | jq -r .settings >settings
	printf '%s\n' '{}' '{"frob-it":9}' | diff - settings
	run -0 --separate-stderr o/bin/quire status -f 9 in out
	# At its default it changes no queue; the result is that of the other one now.
	run -0 --separate-stderr quire run in out
	summary '.done == 1'
	[ "$(jobdb queue list | wc -l)" -eq 2 ]
	leftovers
}

@test "a ledger whose name is empty is refused" {
	mkdir in
	run -2 --separate-stderr quire run --db '' in out
	[[ $stderr == 'quire: --db: its argument is empty'$'\n'* ]]
	run -2 --separate-stderr quire status --db= in out
	[[ $stderr == 'quire: --db: its argument is empty'$'\n'* ]]
	[ ! -e "$QUIRE_DB" ]
}

@test "other settings are another queue; status says how one stands" {
	mkdir in && cp "$samples/two-columns.pdf" in
	run -0 quire run in out
	run -0 --separate-stderr quire run --text never in/. ../here/out
	summary '.done == 1 and .skipped == 0'
	run -0 --separate-stderr quire run --text=never in out
	summary '.done == 0 and .skipped == 1'
	jobdb queue list | jq -r .queue >names
	never=$(printf '{"text":"never"}' | sha256sum | cut -c 1-16)
	printf '%s\n' "$PWD/in to $PWD/out" "$PWD/in to $PWD/out (sha256:$never)" | diff - names
	jobdb queue list | jq -r .settings | diff <(printf '%s\n' '{}' '{"text":"never"}') -
	run -0 --separate-stderr quire status in out
	[ "$(grep -c ' to ' <<<"$output")" -eq 1 ]
	[[ $output == *"$(head -n 1 names)"* ]]
	run -2 --separate-stderr quire status --match x in out
	run -3 --separate-stderr quire status in other
	[[ $stderr == *'"code":"ledger.queue"'* ]]
	[[ $stderr == *$'\nquire: no run with this SRC, DEST and these settings was made' ]]
}

@test "settings are one queue's in whatever order and spelling, and what is at its default is none" {
	mkdir in && cp "$samples/two-columns.pdf" in
	run -0 quire run --dpi 100 --lang eng --text never in out
	for spelling in '--text never --dpi 100' '--dpi=0100 --text=auto --text=never --wait 0' '--text never -j1 --dpi +100'; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr quire run in out $spelling
		summary '.skipped == 1'
	done
	[ "$(jobdb queue list | jq -r .settings)" = '{"dpi":100,"text":"never"}' ]
	run -0 quire status --text never --dpi 100 in out
	# What is no number, or has quotes, is none that there is.
	run -3 quire status --text never --dpi 1e2 in out
	run -3 quire status --lang "a'b\"" in out
}

@test "a DEST that looks like a name with settings is another queue than they" {
	mkdir in && cp "$samples/two-columns.pdf" in
	run -0 quire run --text never in out
	name=$(jobdb queue list | jq -r .queue)
	run -0 --separate-stderr quire run in "${name#* to }"
	summary '.done == 1'
	run -0 --separate-stderr quire run in 'out (lang=eng dpi=200 text=auto)'
	summary '.done == 1'
	jobdb queue list | jq -r .queue | sort >names
	[ "$(grep -c '^sha256:' names)" -eq 2 ]
	[ "$(wc -l <names)" -eq 3 ]
}

@test "no two pairs of SRC and DEST are one queue" {
	mkdir -p "k/a to $PWD/k/b" k/a
	cp "$samples/two-columns.pdf" k/a && cp "$samples/two-columns.pdf" "k/a to $PWD/k/b"
	run -0 --separate-stderr quire run k/a "k/b to $PWD/k/c" --match '*.pdf'
	summary '.done == 1'
	run -0 --separate-stderr quire run "k/a to $PWD/k/b" k/c
	summary '.done == 1'
	run -0 --separate-stderr quire status "k/a to $PWD/k/b" k/c
	[[ $output =~ sha256:[0-9a-f]{32}[[:space:]]+1\  ]]
	[ "$(jobdb queue list | jq -r .queue | sort -u | wc -l)" -eq 2 ]
	jobdb stat --format json | jq -e '.added == 1'
	leftovers
}

@test "results that were written through a link are known as results by their real place" {
	mkdir in real && cp "$samples/two-columns.pdf" in && ln -s real link
	run -0 quire run in link/sub
	[ "$(jobdb list | jq -r .dest)" = "file://$PWD/real/sub/two-columns.pdf.md" ]
	[ "$(jobdb queue list | jq -r .dest)" = "$PWD/real/sub" ]
	run -0 --separate-stderr quire run real/sub out
	[[ $stderr == *'quire: results of other runs, not read: 1' ]]
	[ -z "$(ls out)" ]
	leftovers
}

@test "the ledger is the one that --db, or QUIRE_DB, names" {
	mkdir in && cp "$samples/two-columns.pdf" in
	run -0 quire run --db here.db in out
	[ -s here.db ]
	[ ! -e "$QUIRE_DB" ]
	run -0 --separate-stderr quire run in out
	summary '.done + .adopted == 1'
	run -0 --separate-stderr quire run --db=here.db in out
	summary '.skipped == 1'
	run -0 quire status --db here.db in out
}

@test "a signal while another process holds the ledger ends the run at once" {
	mkdir in && cp "$samples/two-columns.pdf" in
	jobdb queue set q --dest d
	hold_ledger
	for signal in INT TERM; do
		env --default-signal=INT setsid quire run in out >stdout 2>err 3>&- 8>&- &
		pid=$!
		until_true some_named 'jobdb queue'
		stopwatch
		kill -"$signal" -- "-$pid"
		once_more -"$signal" -- "-$pid" || :
		finish
		[ "$(took)" -lt 5 ]
		[ "$status" -eq $((128 + $(kill -l "$signal"))) ]
		[ "$stderr" = 'quire: stopping; once more to stop at once' ]
	done
	let_ledger_go
	leftovers
}

@test "a ledger that cannot be used is named, before any work" {
	mkdir in && cp "$samples/two-columns.pdf" in
	head -c 20000 /dev/urandom >corrupt.db
	run -3 --separate-stderr quire run --db corrupt.db in out
	[[ $stderr == *'"code":"ledger.corrupt"'* ]]
	run -3 --separate-stderr quire run --db none/jobs.db in out
	[[ $stderr == *'"code":"ledger.open"'* ]]
	chmod a+rX in && mkdir ro && jobdb --db ro/jobs.db queue set q --dest d && chmod -R a=rX ro
	run -3 --separate-stderr as_user quire run --db "$PWD/ro/jobs.db" in ../user/out
	[[ $stderr == *'"code":"ledger.readonly"'* ]]
	jobdb queue set q --dest d
	hold_ledger
	QUIRE_DB_WAIT=1 run -75 --separate-stderr quire run in out
	[[ $stderr == *'"code":"ledger.locked"'* ]]
	let_ledger_go
	[ ! -e out ] || [ -z "$(ls out)" ]
	leftovers
}

@test "a ledger whose disk is full stops the run; the next one goes on" {
	mkdir full
	mount -t tmpfs -o size=2m tmpfs full 2>/dev/null || skip "needs to mount a tmpfs"
	want_two_columns
	many in 40
	export QUIRE_DB=$PWD/full/jobs.db
	begin in out
	cat /dev/zero >full/most 2>/dev/null || :
	finish
	[ "$status" -eq 3 ] || [ "$status" -eq 75 ]
	[[ $stderr == *'"code":"ledger.'* ]]
	rm full/most
	run -0 --separate-stderr quire run in out
	settled 40
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

# holders: the command lines of the run's processes that began with the canary and have it.
holders()
{
	local p

	for p in $(all_of_it); do
		! grep -qzx VLLM_API_KEY=canary "/proc/$p/environ" 2>/dev/null || ps -o args= -p "$p"
	done
}

@test "the key of models' servers is for ocrpage, and in no other command" {
	mkdir in && cp "$samples/two-columns.pdf" in
	# What the driver starts has it where ocrpage is to come of it.
	for name in s3ls runlog jobdb ocrpage; do
		stand_in "$name" <<-EOT
			printf '%s %s\\n' "$name \$1" "\${VLLM_API_KEY-none}" >>"$PWD/envs"
			exec "\$real" "\$@"
		EOT
	done
	VLLM_API_KEY=canary run -0 --separate-stderr bin/quire run in out
	[ "$(grep canary envs | cut -d' ' -f1,2 | sort -u)" = $'jobdb done\njobdb work\nocrpage --engine=tesseract' ]
	grep -q '^jobdb add none$' envs
	# Those beside ocrpage, and it itself, have it no more once they work.
	cat >hold <<-'EOT'
		read -r line
		: >asked
		until [ -e go ]; do sleep 0.1; done
		exit 9
	EOT
	VLLM_API_KEY=canary setsid quire run --wait 0 --text never --engine 'exec:sh hold' --tries 1 in out2 \
	    >stdout 2>err 3>&- &
	pid=$!
	until_true test -e asked
	holders >held
	[ -n "$(named 'jobdb work')" ] && [ -n "$(named s3put)" ]
	run -1 grep -v '^/bin/sh [^ ]*/quire run ' held
	[ -z "$output" ] && [ -s held ]
	: >go
	wait "$pid" || :
	leftovers
}
