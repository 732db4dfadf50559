#!/usr/bin/env bats
# jobdb work: what its command gets, and what becomes of it when somebody dies.
load helper
load ledger

setup()
{
	ledger_setup
	# settle: a command that puts all that it gets.
	cat >settle <<-'EOT'
		#!/bin/sh
		tee -a got | sed -u 's|^\(.*"rel":"\([^"]*\)".*\)}$|\1,"dest":"file:///out/\2.md"}|' | jobdb done >>settled
	EOT
	# hold: keeps what it gets until it is told what to do; says when its input ends.
	cat >hold <<-'EOT'
		#!/bin/sh
		trap 'exit 9' HUP
		echo $$ >pid
		cat >>got
		: >ended
		read -r what <go
		case $what in
		settle) sed 's|^\(.*"rel":"\([^"]*\)".*\)}$|\1,"dest":"file:///out/\2.md"}|' got | jobdb done >settled ;;
		*) exit "$what" ;;
		esac
	EOT
	# poison: settles one after the other, but dies of what is called poison.
	cat >poison <<-'EOT'
		#!/bin/bash
		while IFS= read -r line; do
			echo "$line" >>"got.$RUN"
			[[ $line != *poison* ]] || kill -KILL $$
			sed 's|^\(.*"rel":"\([^"]*\)".*\)}$|\1,"dest":"file:///out/\2.md"}|' <<<"$line" | jobdb done >>settled
		done
	EOT
	chmod +x settle hold poison
	mkfifo go
}

teardown()
{
	# What a test that failed has left, by the ids of what it started.
	[[ -z ${worker-} ]] || kill -KILL "$worker" 2>/dev/null || :
	[[ ! -f pid || ! /proc/$(cat pid)/cwd -ef . ]] || kill -KILL "$(cat pid)" 2>/dev/null || :
}

# renewed MS: no job in hand has a lease that ends before that.
renewed()
{
	[ "$(sql 'select min(lease) from job where state = 1')" -gt "$1" ]
}

# running N: so many jobs, or more.
running()
{
	[ "$(sql 'select count(*) from job where state = 1')" -ge "$1" ]
}

# start_work OPTION... -- COMMAND: in the background, as $worker.
start_work()
{
	jobdb work --queue q "$@" 2>err 3>&- &
	worker=$!
}

# end_of_work: its status is in $status, and what it said in $stderr.
end_of_work()
{
	status=0
	wait "$worker" || status=$?
	worker=
	stderr=$(cat err)
}

answer()
{
	# Opening it waits for its reader.
	echo "$1" | timeout 20 tee go >/dev/null
}

@test "work gives all jobs to its command, and ends with 0 when they are done" {
	docs 200 | jobdb add --queue q >added
	run -0 --separate-stderr jobdb work --queue q -- ./settle
	[ -z "$output$stderr" ]
	[ "$(jq -r .rel got | sort -u | wc -l)" -eq 200 ]
	[ "$(wc -l <got)" -eq 200 ]
	jq -es 'all(.[]; .queue == "q" and .attempt == 1 and .attempts_left == 4 and .token)' got
	states 0 0 200 0 0
	[ -z "$(sql 'select * from session')" ]
	sound
	run -0 --separate-stderr jobdb work --queue q -- ./settle
	[ "$(wc -l <got)" -eq 200 ]
	leftovers
}

@test "the command has work's environment, output and standard error" {
	run -0 --separate-stderr env MINE='a b' jobdb work --queue q -- sh -c 'cat; env | grep ^MINE=; echo oops >&2' x --rm
	[ "$output" = 'MINE=a b' ]
	[ "$stderr" = oops ]
}

@test "no more than --max-in-flight jobs are unsettled" {
	docs 9 | jobdb add --queue q >added
	mkfifo slow
	start_work --max-in-flight 3 -- sh -c 'echo $$ >pid; tee -a got >slow'
	exec 7<slow
	for n in 3 4 5 6 7 8 9 9 9; do
		until_true has_lines "$n" got
		[ "$(sql 'select count(*) from job where state = 1')" -le 3 ]
		[ "$(wc -l <got)" -eq "$n" ]
		read -r -t 20 -u 7 line
		results <<<"$line" | settle >>settled
	done
	end_of_work
	[ "$status" -eq 0 ]
	states 0 0 9 0 0
}

@test "leases are renewed while the command lives" {
	at 1000000000000
	docs 1 | jobdb add --queue q >added
	start_work --lease 600 -- ./hold
	until_true has_lines 1 got
	at 1000000400000
	until_true renewed 1000000600000
	at 1000000700000
	run -0 --separate-stderr claim 1
	[ -z "$output" ]
	kill -TERM "$worker"
	answer settle
	end_of_work
	states 0 0 1 0 0
	[ "$(jq -r .attempt settled)" -eq 1 ]
}

@test "what a worker holds that was killed is taken by another at once" {
	docs 5 | jobdb add --queue q >added
	start_work --lease 600 -- ./hold
	until_true has_lines 5 got
	kill -KILL "$worker"
	end_of_work 2>/dev/null
	[ "$status" -eq 137 ]
	until_true gone "$(cat pid)"
	states 0 5 0 0 0
	rm got
	run -0 --separate-stderr timeout 60 jobdb work --queue q -- ./settle
	[[ $stderr == *'5 jobs taken back'* ]]
	states 0 0 5 0 0
	jq -es 'all(.[]; .attempt == 1)' got
	[ "$(sql "select count(*) from event where what = 'lost'")" -eq 5 ]
	[ -z "$(sql 'select * from session')" ]
	sound
}

@test "a worker that waits takes over what another held that was killed" {
	docs 4 | jobdb add --queue q >added
	start_work --max-in-flight 2 -- ./hold
	until_true has_lines 2 got
	jobdb work --queue q --max-in-flight 1 -- sh -c 'cat >second; until [ -e open ]; do sleep 0.05; done; ./settle <second' 2>err2 3>&- &
	other=$!
	until_true has_lines 1 second
	kill -KILL "$worker"
	end_of_work 2>/dev/null
	until_true grep -q '2 jobs taken back' err2
	: >open
	kill -TERM "$other"
	rc=0
	wait "$other" || rc=$?
	[ "$rc" -eq 143 ]
	states 3 0 1 0 0
	sound
}

@test "when its command dies, what it held is taken back as lost" {
	docs 3 | jobdb add --queue q >added
	run --separate-stderr jobdb work --queue q -- sh -c 'head -n 1 >got; kill -SEGV $$'
	[ "$status" -eq 139 ]
	[[ $stderr == *'3 jobs were not settled by sh'* ]]
	[ "$(sql "select count(*) from event where what = 'lost'")" -eq 3 ]
	[ "$(sql 'select sum(alone), sum(lost), sum(attempt) from job')" = '3|0|0' ]
	states 3 0 0 0 0
	sound
}

@test "a command that stopped itself, or could not run, loses no job" {
	docs 3 | jobdb add --queue q >added
	for rc in 2 3 75 126 127; do
		run "-$rc" --separate-stderr jobdb work --queue q -- sh -c "read -r line; exit $rc"
		[ "$(sql 'select sum(alone), sum(lost), sum(attempt) from job')" = '0|0|0' ]
	done
	run --separate-stderr jobdb work --queue q -- no-such-command
	failed proc.exec
	[ "$(sql 'select sum(alone), sum(lost), sum(attempt) from job')" = '0|0|0' ]
	states 3 0 0 0 0
	run -0 --separate-stderr jobdb work --queue q -- ./settle
	sound
}

@test "work ends with its command's status above 1, else with its jobs'" {
	docs 3 | jobdb add --queue q >added
	run -5 --separate-stderr jobdb work --queue q -- sh -c './settle; exit 5'
	states 0 0 3 0 0
	# 1 says that some record failed: what became of the jobs is known better.
	run -0 --separate-stderr jobdb work --queue q -- sh -c './settle; exit 1'
	docs 1 4 | jobdb add --queue q >added
	mkdir progress
	QUIRE_PROGRESS=$PWD/progress run -1 --separate-stderr jobdb work --queue q -- sh -c 'unset QUIRE_PROGRESS; sed -u "s/}\$/,\"error\":{\"class\":\"permanent\",\"code\":\"a.b\"}}/" | jobdb done >settled'
	states 0 0 3 1 0
	jq -es 'length == 1 and .[0].out == 1 and .[0].failed == 1 and .[0].codes == {"a.b": 1}' progress/jobdb.*
	# Old dead letters are none of this run's.
	run -0 --separate-stderr jobdb work --queue q -- ./settle
	docs 1 5 | jobdb add --queue q >added
	run -75 --separate-stderr jobdb work --queue q -- sh -c 'read -r line'
	[[ $stderr == *'1 jobs were not settled by sh'* ]]
}

@test "what is left counts over what is dead" {
	docs 2 | jobdb add --queue q >added
	run -75 --separate-stderr jobdb work --queue q --wait 0 -- sh -c \
	    'sed -u "/e1/s/}\$/,\"error\":{\"class\":\"permanent\",\"code\":\"a.b\"}}/; /e2/s/}\$/,\"error\":{\"class\":\"transient\",\"code\":\"a.b\",\"retry_after_ms\":90000}}/" | jobdb done >settled; exit 0'
	states 1 0 0 1 0
	docs 1 3 | jobdb add --queue q >added
	sql 'update job set state = 4 where state = 0 and attempt = 1'
	run -1 --separate-stderr jobdb work --queue q -- sh -c 'sed -u "s/}\$/,\"error\":{\"class\":\"permanent\",\"code\":\"a.b\"}}/" | jobdb done >settled; exit 0'
	states 0 0 0 2 1
}

@test "a poison document is dead after three losses alone, and none beside it" {
	docs 6 | sed 's|"file:///in/d3.pdf|&poison|' | jobdb add --queue q >added
	for RUN in 1 2 3 4; do
		export RUN
		run --separate-stderr jobdb work --queue q --max-in-flight 6 -- ./poison
		[ "$status" -eq 137 ]
		[ "$(sql "select lost from job where id = 3")" -eq $((RUN - 1)) ]
	done
	[ "$(jq -r .rel got.1 | wc -l)" -ge 3 ]
	# From the second run on it came alone: when it was its turn, nothing else was in flight.
	jobdb list --state dead >letters
	[ "$(jq -r '[.rel, .error.code, .error.class] | join(" ")' letters)" = 'd3.pdf job.lost permanent' ]
	RUN=5 run -0 --separate-stderr jobdb work --queue q -- ./poison
	states 0 0 5 1 0
	# Its neighbours were lost once with it, which is not held against them.
	[ "$(sql 'select max(lost) from job where state = 2')" -eq 0 ]
	[ "$(jq -s 'map(.attempt) | max' settled)" -eq 1 ]
	sound
}

@test "one that is to be alone is given when nothing else is in flight" {
	docs 4 | jobdb add --queue q >added
	sql 'update job set alone = 1 where id <= 2'
	mkfifo slow
	start_work --max-in-flight 4 -- sh -c 'echo $$ >pid; tee -a got >slow'
	exec 7<slow
	# The two that may go together, then each of the others by itself.
	until_true has_lines 2 got
	[ "$(sql 'select count(*) from job where state = 1 and alone = 1')" -eq 0 ]
	for n in 2 3 3 4; do
		[ "$(wc -l <got)" -le "$n" ]
		read -r -t 20 -u 7 line
		results <<<"$line" | settle >>settled
		[ "$(sql 'select count(*) from job where state = 1')" -le 1 ]
	done
	end_of_work
	[ "$status" -eq 0 ]
	states 0 0 4 0 0
}

@test "one that has waited a minute to be alone is not kept waiting by the others" {
	at 1000000000000
	docs 1 | jobdb add --queue q >added
	sql 'update job set alone = 1'
	docs 20 2 | jobdb add --queue q >added
	mkfifo slow
	start_work --max-in-flight 2 -- sh -c 'echo $$ >pid; tee -a got >slow'
	exec 7<slow
	until_true has_lines 2 got
	at 1000000060001
	for _ in {1..30}; do
		read -r -t 20 -u 7 line
		results <<<"$line" | settle >>settled
		! grep -q '"d1.pdf"' <<<"$line" || break
	done
	# Some of the others were still to come.
	[ "$(wc -l <settled)" -le 6 ]
	jq -es '.[-1].rel == "d1.pdf"' settled
	kill -KILL "$worker"
	end_of_work 2>/dev/null
	exec 7<&-
}

@test "work waits for retries that are due within --wait, and says so" {
	at 1000000000000
	docs 2 | jobdb add --queue q >added
	cat >flaky <<-'EOT'
		#!/bin/bash
		while IFS= read -r line; do
			if [[ $line == *'"attempt":1,'* ]]; then
				echo "${line%\}},\"error\":{\"class\":\"transient\",\"code\":\"a.b\",\"retry_after_ms\":5000}}"
			else
				echo "${line%\}},\"dest\":\"file:///out/$RANDOM$RANDOM\"}"
			fi | jobdb done >>settled
		done
	EOT
	chmod +x flaky
	start_work -- ./flaky
	until_true grep -q 'waiting for a retry that is due in 5 s' err
	at 1000000005000
	end_of_work
	[ "$status" -eq 0 ]
	states 0 0 2 0 0
	[ "$(grep -c 'waiting for' err)" -eq 1 ]
	sound
}

@test "when the next retry is due later than --wait, work ends with 75" {
	at 1000000000000
	docs 1 | jobdb add --queue q >added
	claim 1 | failures transient a.b ',"retry_after_ms":90000' | settle >settled || [ $? -eq 1 ]
	run -75 --separate-stderr jobdb work --queue q -- ./settle
	[[ $stderr == *'the next retry is due in 90 s' ]]
	run -75 --separate-stderr jobdb work --queue q --wait 0 -- ./settle
	start_work --wait 90 -- ./settle
	until_true grep -q 'waiting for a retry' err
	at 1000000090000
	end_of_work
	[ "$status" -eq 0 ]
	states 0 0 1 0 0
	# Where that is long, it is said how not to wait for it.
	docs 1 2 | jobdb add --queue q >added
	claim 1 | failures transient a.b ',"retry_after_ms":7200000' | settle >settled || [ $? -eq 1 ]
	run -75 --separate-stderr jobdb work --queue q -- ./settle
	[[ $stderr == *"due in 7200 s: jobdb requeue --queue 'q' --state queued makes it due now" ]]
	jobdb requeue --queue q --state queued >requeued
	run -0 --separate-stderr jobdb work --queue q -- ./settle
}

@test "the first SIGTERM closes the command's input, and what it does not settle is given back" {
	docs 3 | jobdb add --queue q >added
	start_work -- ./hold
	until_true has_lines 3 got
	kill -TERM "$worker"
	until_true test -e ended
	states 0 3 0 0 0
	answer 0
	end_of_work
	[ "$status" -eq 143 ]
	[[ $stderr == *'told to stop'* ]]
	states 3 0 0 0 0
	[ "$(sql 'select sum(alone), sum(lost), sum(attempt) from job')" = '0|0|0' ]
	[ -z "$(sql 'select * from session')" ]
	sound
	leftovers
}

@test "what is settled after the first SIGTERM counts" {
	docs 3 | jobdb add --queue q >added
	start_work -- ./hold
	until_true has_lines 3 got
	kill -HUP "$worker"
	until_true test -e ended
	answer settle
	end_of_work
	[ "$status" -eq 129 ]
	states 0 0 3 0 0
	sound
}

@test "the second signal kills the command's whole group" {
	docs 2 | jobdb add --queue q >added
	start_work -- sh -c 'trap "" TERM INT; echo $$ >pid; sh -c "echo \$\$ >pid2; exec cat <go" & cat >>got; : >ended; wait'
	until_true has_lines 2 got
	until_true test -s pid2
	kill -TERM "$worker"
	until_true test -e ended
	once_more -TERM "$worker"
	end_of_work
	[ "$status" -eq 143 ]
	until_true gone "$(cat pid)"
	until_true gone "$(cat pid2)"
	states 2 0 0 0 0
	[ "$(sql 'select sum(alone), sum(lost), sum(attempt) from job')" = '0|0|0' ]
	leftovers
}

@test "a worker that was stopped beyond its lease and goes on has stale tokens" {
	at 1000000000000
	docs 3 | jobdb add --queue q >added
	start_work -- ./hold
	until_true has_lines 3 got
	kill -STOP "$worker"
	at 1000000120001
	# Each is given alone, and settled by its new holder.
	for n in 1 2 3; do
		claim 9 | results | settle >other
		[ "$(wc -l <other)" -eq 1 ]
	done
	states 0 0 3 0 0
	kill -CONT "$worker"
	until_true test -e ended
	answer settle
	end_of_work
	# Nothing is left to do, and none of it was this one's.
	[ "$status" -eq 0 ]
	[ "$(jq -r .error.code settled | sort -u)" = job.stale ]
	[ "$(wc -l <settled)" -eq 3 ]
	states 0 0 3 0 0
	sound
}

@test "a ledger that stays locked ends work with 75, and its command" {
	docs 2 | jobdb add --queue q >added
	QUIRE_DB_WAIT=0.2 start_work --lease 1 -- ./hold
	until_true has_lines 2 got
	hold_ledger
	# The next time that it renews.
	end_of_work
	[ "$status" -eq 75 ]
	[[ $stderr == *ledger.locked* ]]
	until_true gone "$(cat pid)"
	let_ledger_go
	rm got
	# Whenever somebody comes to look.
	sql 'update job set lease = 1 where state = 1'
	run -0 --separate-stderr timeout 60 jobdb work --queue q -- ./settle
	states 0 0 2 0 0
	# It ended by itself: that is no loss.
	[ "$(sql 'select what, count(*) from event group by 1')" = 'released|2' ]
	[ "$(sql 'select sum(lost), sum(alone), max(attempt) from job')" = '0|0|1' ]
	sound
}

@test "what a worker held that a locked ledger has ended is left, and in nobody's hands" {
	docs 2 | jobdb add --queue q --listing listed >added
	QUIRE_DB_WAIT=0.2 start_work --lease 1 --listing listed -- ./hold
	until_true has_lines 2 got
	jobdb stat --listing listed >stood
	grep -Eqx 'held +2' stood
	hold_ledger
	end_of_work
	[ "$status" -eq 75 ]
	[[ $stderr == *ledger.locked* ]]
	QUIRE_DB_WAIT=0.2 jobdb stat --listing listed >stands
	grep -Eqx 'left +2' stands
	grep -Eqx 'held +0' stands
	let_ledger_go
}

# bats test_tags=brief
@test "fifty workers share five thousand jobs, and one that was stopped beyond its lease has stale tokens" {
	local pids=() n=50

	! sanitized || n=16
	at 1000000000000
	docs $((100 * n)) | jobdb add --queue q >added
	start_work --max-in-flight 40 -- ./hold
	until_true has_lines 40 got
	kill -STOP "$worker"
	at 1000000120001
	for ((i = 1; i < n; i++)); do
		mkdir "w$i"
		(cd "w$i" && exec jobdb work --queue q -- ../settle) 2>"err.$i" 3>&- &
		pids+=($!)
	done
	wait_all "${pids[@]}"
	cat err.* >&2
	# All by the others, each by one of them.
	[ "$(cat w*/got | wc -l)" -eq $((100 * n)) ]
	[ "$(cat w*/got | jq -r .id | sort -u | wc -l)" -eq $((100 * n)) ]
	cat w*/settled | jq -es 'all(.[]; .error == null)'
	states 0 0 $((100 * n)) 0 0
	kill -CONT "$worker"
	until_true test -e ended
	answer settle
	end_of_work
	[ "$status" -eq 0 ]
	[ "$(jq -r .error.code settled | sort | uniq -c | tr -s ' ')" = ' 40 job.stale' ]
	states 0 0 $((100 * n)) 0 0
	sound
	leftovers
}

# bats test_tags=brief
@test "two signals end work although another process holds the ledger" {
	docs 1 | jobdb add --queue q >added
	start_work --lease 1 -- ./hold
	until_true has_lines 1 got
	hold_ledger
	stopwatch
	kill -TERM "$worker"
	# It can say nothing while it waits, but that it has the signal.
	until_true grep -q '^ShdPnd:[[:space:]]*0*$' "/proc/$worker/status"
	once_more -TERM "$worker"
	end_of_work
	[ "$(took)" -lt 20 ]
	[ "$status" -eq 143 ]
	let_ledger_go
	until_true gone "$(cat pid)"
	run -0 --separate-stderr claim 1
	[ "$(sql 'select what from event')" = released ]
}

# bats test_tags=brief
@test "a document that has changed is tried once, and left to the next listing" {
	docs 2 | jobdb add --queue q --listing listed >added
	cat >change <<-'EOT'
		sed -u '/d1.pdf/s|}$|,"error":{"stage":"x","class":"transient","code":"document.changed","message":"m"}}|
			/d2.pdf/s|}$|,"dest":"file:///out/d2.pdf.md"}|' | jobdb done >>settled
	EOT
	run -75 --separate-stderr jobdb work --queue q --listing listed -- sh change
	[ "$(wc -l <settled)" -eq 2 ]
	states 0 0 1 0 1
	run -0 --separate-stderr jobdb stat --listing listed
	[[ $output == *$'\nleft                1\nleft                1 document.changed\n'* ]]
	sound
}

@test "a dead letter of one's own is nothing that is left" {
	docs 1 | jobdb add --queue q >added
	sql 'update job set alone = 1, lost = 2'
	run -1 --separate-stderr jobdb work --queue q -- sh -c 'read -r line; exit 0'
	states 0 0 0 1 0
	run -0 --separate-stderr jobdb work --queue q -- ./settle
}

# bats test_tags=brief
@test "when a part of its command was told to stop, nothing more is given out" {
	docs 6 | jobdb add --queue q >added
	run -75 --separate-stderr timeout 60 jobdb work --queue q --max-in-flight 2 -- \
	    sh -c 'sed -u "s|}\$|,\"error\":{\"class\":\"transient\",\"code\":\"stage.stopped\"}}|" | jobdb done >settled; exit 0'
	[[ $stderr == *'told to stop: nothing more is given out'* ]]
	states 6 0 0 0 0
	[ "$(wc -l <settled)" -le 4 ]
	[ "$(sql 'select max(attempt) from job')" -eq 0 ]
	sound
}

# bats test_tags=brief
@test "a machine that slept longer than a lease loses no job, and goes on" {
	at 1000000000000
	docs 3 | jobdb add --queue q >added
	start_work --max-in-flight 2 -- ./hold
	until_true has_lines 2 got
	# Two days.
	at 1000172800000
	until_true renewed 1000172800000
	head -n 1 got | results | settle >settled
	until_true has_lines 3 got
	kill -TERM "$worker"
	answer settle
	end_of_work
	states 0 0 3 0 0
	[ "$(sql 'select count(*) from event')" -eq 0 ]
	sound
}

# bats test_tags=brief
@test "a command that ignores SIGTERM is killed after the grace" {
	docs 2 | jobdb add --queue q >added
	start_work --grace 1 -- sh -c 'trap "" TERM; echo $$ >pid; cat >>got; : >ended; while :; do sleep 1; done'
	until_true has_lines 2 got
	stopwatch
	kill -TERM "$worker"
	end_of_work
	[ "$(took)" -lt 30 ]
	[ "$status" -eq 143 ]
	[[ $stderr == *'sh does not end: told to stop'*'sh does not end: killed'* ]]
	until_true gone "$(cat pid)"
	states 2 0 0 0 0
	[ "$(sql 'select sum(alone), sum(lost), sum(attempt) from job')" = '0|0|0' ]
	sound
}

@test "a command of which a part is stopped ends with the worker" {
	docs 2 | jobdb add --queue q >added
	start_work --grace 0 -- sh -c 'cat | sh -c "echo \$\$ >pid2; exec cat >>got"'
	until_true has_lines 2 got
	kill -STOP "$(cat pid2)"
	kill -TERM "$worker"
	end_of_work
	[ "$status" -eq 143 ]
	until_true gone "$(cat pid2)"
	states 2 0 0 0 0
}

# idle: as long as makes work look up, and no longer than is a sleep of the machine.
idle()
{
	at $((${now_ms:=1000000000000} + 601000))
	now_ms=$((now_ms + 601000))
}

@test "what settles nothing is said to, and gets nothing more after ten idle minutes" {
	at 1000000000000
	docs 3 | jobdb add --queue q >added
	start_work --lease 14400 --max-in-flight 2 -- sh -c 'cat >>got'
	until_true has_lines 2 got
	at 1000000062000
	until_true grep -q '2 jobs were given to sh, and none is settled' err
	kill -0 "$worker"
	at 1000000680000
	end_of_work
	[ "$status" -eq 75 ]
	[[ $stderr == *'2 jobs are not settled: nothing more is given out'* ]]
	[ "$(grep -c 'none is settled' err)" -eq 1 ]
	[ "$(wc -l <got)" -eq 2 ]
	states 3 0 0 0 0
	[ "$(sql "select count(*) from event where what = 'lost'")" -eq 2 ]
	sound
}

# given_up: after one more idle time.
given_up()
{
	idle
	sleep 2
	grep -q 'are not settled: nothing more is given out' err
}

# told_to_stop: after one more idle time.
told_to_stop()
{
	idle
	sleep 2
	grep -q 'does not end: told to stop' err
}

# bats test_tags=brief
@test "a command that hangs is ended, whether it reads or not" {
	at 1000000000000
	docs 2000 | jobdb add --queue q >added
	# More than a pipe takes.
	start_work --lease 14400 --max-in-flight 2000 -- sh -c 'echo $$ >pid; exec sleep 1000'
	until_true test -s pid
	until_true running 256
	# While the pipe is being filled it is not idle yet.
	until_true given_up
	idle
	end_of_work
	[ "$status" -eq 143 ]
	[[ $stderr == *'sh does not end: told to stop'* ]]
	until_true gone "$(cat pid)"
	states 2000 0 0 0 0
	# It may have been one of them that it hung at.
	[ "$(sql "select count(*) from event where what <> 'lost'")" -eq 0 ]
	sound
}

# bats test_tags=brief
@test "a stage that was stopped is noticed, though the others look up now and then" {
	at 1000000000000
	docs 2 | jobdb add --queue q >added
	# Eight that take some CPU time each, and much together.
	cat >polls <<-'EOT'
		#!/bin/bash
		until read -r -a stat </proc/$$/stat && ((stat[13] + stat[14] >= 8)); do :; done
		echo $$ >>polled
		exec cat
	EOT
	chmod +x polls
	start_work --lease 14400 --pipe -- ./polls '|' ./polls '|' ./polls '|' ./polls '|' ./polls '|' \
		./polls '|' ./polls '|' ./polls '|' sh -c 'echo $$ >pid; exec sleep 1000' '|' ./settle
	until_true has_lines 8 polled
	until_true running 2
	until_true given_up
	# What they took counts once more, when their end is seen.
	until_true told_to_stop
	end_of_work
	# Its jobs were not settled: again later.
	[ "$status" -eq 75 ]
	until_true gone "$(cat pid)"
	states 2 0 0 0 0
	sound
}

# bats test_tags=brief
@test "--no-keys: the command has none of the keys, and all else" {
	docs 1 | jobdb add --queue q >added
	cat >cmd <<-'EOT'
		env >env
		sed -u 's|^\(.*"rel":"\([^"]*\)".*\)}$|\1,"dest":"file:///out/\2.md"}|' | jobdb done >settled
	EOT
	export AWS_SECRET_ACCESS_KEY=canary AWS_SESSION_TOKEN=canary HTTPS_PROXY=http://u:canary@x/ OTHER=kept
	run -0 jobdb work --queue q --no-keys -- sh cmd
	run ! grep -q canary env
	grep -qx 'OTHER=kept' env
	states 0 0 1 0 0
	docs 1 2 | jobdb add --queue q >added
	run -0 jobdb work --queue q -- sh cmd
	[ "$(grep -c canary env)" -eq 3 ]
}

# bats test_tags=brief
@test "a command that works on one job for long is not taken for one that hangs" {
	at 1000000000000
	docs 1 | jobdb add --queue q >added
	# shellcheck disable=SC2016 # of the command
	start_work --lease 1803 -- sh -c 'echo $$ >pid; read -r line; echo "$line" >>got; while [ ! -e enough ]; do :; done; cat >>got'
	until_true has_lines 1 got
	# Some of the time that it takes is the kernel's to count yet.
	until_true has_used 30 "$(cat pid)"
	idle
	until_true renewed 1000002403000
	docs 1 2 | jobdb add --queue q >added
	: >enough
	until_true has_lines 2 got
	results <got | settle >settled
	end_of_work
	[ "$status" -eq 0 ]
	states 0 0 2 0 0
}

@test "a ledger that is deleted under its worker is noticed" {
	docs 2 | jobdb add --queue q >added
	start_work -- ./hold
	until_true has_lines 2 got
	rm "$QUIRE_DB"
	end_of_work
	[ "$status" -eq 3 ]
	[[ $stderr == *'it was removed, or another is in its place (ledger.missing)'* ]]
	until_true gone "$(cat pid)"
	run --separate-stderr settle < <(results <got)
	failed ledger.missing
	[ ! -e "$QUIRE_DB" ]
}

# failing CLASS CODE [WHICH [STAGE]]: a command that does so with those that match, and puts the others.
failing()
{
	cat >failing <<-EOT
		#!/bin/sh
		tee -a got | sed -u '/${3-.}/{s|}\$|,"error":{"stage":"${4-x}","class":"$1","code":"$2"}}|;b}
		s|}\$|,"dest":"file:///out/x"}|;s|\("rel":"\([^"]*\)".*/\)x"}\$|\1\2"}|' | jobdb done >>settled
		exit 0
	EOT
	chmod +x failing
}

# bats test_tags=brief
@test "a disk that is full stops the run, and no attempt is spent" {
	failing transient dest.write
	docs 60 | jobdb add --queue q >added
	for _ in 1 2 3 4 5 6; do
		run -75 --separate-stderr timeout 60 jobdb work --queue q --max-in-flight 4 -- ./failing
		[[ $stderr == *' jobs failed one after the other, at last by dest.write: nothing more is given out'* ]]
		states 60 0 0 0 0
		[ "$(sql 'select max(attempt) from job')" -eq 0 ]
	done
	jobdb list | jq -es 'all(.[]; .error == null or .error.code == "dest.write")'
	failing permanent a.b none
	run -0 --separate-stderr timeout 60 jobdb work --queue q -- ./failing
	states 0 0 60 0 0
	sound
}

# bats test_tags=brief
@test "a dest that takes nothing at all stops the run, and none is dead of it" {
	failing permanent dest.write
	docs 9 | jobdb add --queue q >added
	run -75 --separate-stderr timeout 60 jobdb work --queue q -- ./failing
	states 9 0 0 0 0
	[ "$(sql 'select max(attempt) from job')" -eq 0 ]
	# But where it takes others, it is these documents' own.
	failing permanent dest.write '"d[1-8].pdf"'
	sql 'update job set run_at = 1 where id = 9'
	run -1 --separate-stderr timeout 60 jobdb work --queue q --max-in-flight 1 -- ./failing
	states 0 0 1 8 0
	sound
}

# bats test_tags=brief
@test "a bucket that takes nothing any more stops the run, and none is dead of it" {
	local code

	for code in permanent.s3.AccessDenied permanent.s3.Weird transient.s3.InsufficientStorage; do
		sql 'delete from job; delete from event; delete from result; update queue set added = 0'
		# The first three are done, then none.
		docs 60 4 | jobdb add --queue q >added
		docs 3 | jobdb add --queue q >added
		sql "update job set run_at = 1 where rec like '%/d1.pdf%' or rec like '%/d2.pdf%' or rec like '%/d3.pdf%'"
		failing "${code%%.*}" "${code#*.}" '"d\([4-9]\|[1-9][0-9]\).pdf"' s3put
		run -75 --separate-stderr timeout 60 jobdb work --queue q --max-in-flight 3 -- ./failing
		[[ $stderr == *" jobs failed one after the other, at last by ${code#*.}: nothing more is given out"* ]]
		states 60 0 3 0 0
		[ "$(sql 'select max(attempt) from job where state = 0')" -eq 0 ]
		[ "$(sql 'select count(distinct job) from event')" -le 9 ]
		failing permanent a.b none
		run -0 --separate-stderr timeout 60 jobdb work --queue q -- ./failing
		sound
	done
}

@test "one result that a bucket refuses is dead where it takes others, and is not where it takes none" {
	failing permanent s3.Weird '"d2.pdf"' s3put
	docs 3 | jobdb add --queue q >added
	run -1 --separate-stderr timeout 60 jobdb work --queue q -- ./failing
	states 0 0 2 1 0
	jobdb requeue --queue q --state dead >again
	# The only one, twice; then it is its own.
	run -75 --separate-stderr timeout 60 jobdb work --queue q -- ./failing
	states 1 0 2 0 0
	run -75 --separate-stderr timeout 60 jobdb work --queue q -- ./failing
	states 1 0 2 0 0
	run -1 --separate-stderr timeout 60 jobdb work --queue q -- ./failing
	states 0 0 2 1 0
	# What is said of its key alone is none of the bucket's.
	sql 'delete from event'
	failing permanent s3.KeyTooLongError '"d2.pdf"' s3put
	jobdb requeue --queue q --state dead >again
	run -1 --separate-stderr timeout 60 jobdb work --queue q -- ./failing
	states 0 0 2 1 0
	sound
}

@test "what fails between others that are done spends its attempts" {
	failing transient dest.write '"d1*[1-4].pdf"'
	docs 12 | jobdb add --queue q >added
	# Together, so that they are settled together.
	run -0 --separate-stderr timeout 60 jobdb work --queue q -- sh -c 'head -n 12 >all; ./failing <all'
	[[ $stderr != *'one after the other'* ]]
	states 6 0 6 0 0
	[ "$(sql 'select count(*) from job where attempt = 1 and state = 0')" -eq 6 ]
	sound
}

# bats test_tags=brief
@test "a store that is away for two minutes stops the run" {
	at 1000000000000
	failing transient s3.SlowDown
	sed -i 's/"code":/"retry_after_ms":5000,&/' failing
	docs 5 | jobdb add --queue q >added
	start_work -- ./failing
	until_true has_lines 5 settled
	until_true grep -q 'waiting for a retry' err
	at 1000000006000
	until_true has_lines 10 settled
	states 5 0 0 0 0
	at 1000000130000
	end_of_work
	[ "$status" -eq 75 ]
	[[ $stderr == *'at last by s3.SlowDown: nothing more is given out'* ]]
	[ "$(sql 'select max(attempt) from job')" -eq 0 ]
	sound
}

# bats test_tags=brief
@test "a store that is away for less than ten minutes makes no dead letters of a small queue" {
	at 1000000000000
	failing transient http.connect
	docs 2 | jobdb add --queue q >added
	for seconds in 0 1 2 3 4 5 60 110 500 599; do
		at $((1000000000000 + seconds * 1000))
		run -75 --separate-stderr timeout 60 jobdb work --queue q --wait 0 -- ./failing
		states 2 0 0 0 0
		[ "$(sql 'select max(attempt) from job')" -le 3 ]
		# So late as it may be by how often it failed.
		[ "$(sql 'select max(run_at) from job')" -le $((1000000000000 + seconds * 1000 + 900000)) ]
		sql 'update job set run_at = 1'
	done
	# Pages that are transient failures are no gaps yet.
	jq -es 'all(.[]; .attempts_left >= 1)' got
	# It had its time: then it has as many attempts as any other.
	for seconds in 600 601; do
		at $((1000000000000 + seconds * 1000))
		states 2 0 0 0 0
		sql 'update job set run_at = 1'
		run --separate-stderr timeout 60 jobdb work --queue q --wait 0 -- ./failing
	done
	[ "$status" -eq 1 ]
	states 0 0 0 2 0
	# What was queued again has ten minutes anew.
	jobdb requeue --queue q --state dead
	for seconds in 602 603 604 605 606 607; do
		at $((1000000000000 + seconds * 1000))
		run -75 --separate-stderr timeout 60 jobdb work --queue q --wait 0 -- ./failing
		sql 'update job set run_at = 1'
	done
	states 2 0 0 0 0
	# What is the document's own is not spared.
	failing transient page.timeout
	run --separate-stderr timeout 60 jobdb work --queue q --wait 0 -- ./failing
	sql 'update job set run_at = 1'
	run -1 --separate-stderr timeout 60 jobdb work --queue q --wait 0 -- ./failing
	states 0 0 0 2 0
	sound
}

@test "a record that the command has lost does not hold work up for ever" {
	at 1000000000000
	docs 3 | jobdb add --queue q >added
	# By a lease that no step of the clock below is a sleep for.
	start_work --lease 14400 -- sh -c 'echo $$ >pid; jq --unbuffered -c "select(.etag != \"e3\") | .dest = \"file:///out/\" + .rel" | jobdb done >settled'
	until_true has_lines 2 settled
	at 1000000580000
	docs 1 4 | jobdb add --queue q >added
	until_true has_lines 3 settled
	# It may see later than we do that the last one is settled: its time begins then.
	for now in 1160 1770 2380 2990; do
		at "100000${now}000"
		for _ in {1..40}; do
			! gone "$worker" || break 2
			sleep 0.05
		done
	done
	end_of_work
	[ "$status" -eq 75 ]
	[[ $stderr == *'1 jobs are not settled: nothing more is given out'* ]]
	states 1 0 3 0 0
	[ "$(sql "select what, code from event")" = 'lost|job.lost' ]
	sound
}

@test "workers that come to the ledger by other names know each other" {
	docs 3 | jobdb add --queue q >added
	start_work --max-in-flight 2 -- ./hold
	until_true has_lines 2 got
	ln -s "$QUIRE_DB" other.db
	run -0 --separate-stderr jobdb --db other.db claim --queue q -n 9
	[ "${#lines[@]}" -eq 1 ]
	states 0 3 0 0 0
	[ "$(sql 'select count(*) from event')" -eq 0 ]
	[ -z "$(find . -name 'other.db?*')" ]
	kill -KILL "$worker"
	end_of_work 2>/dev/null
}

@test "a job that is dead by another worker's loss is said" {
	docs 1 | jobdb add --queue q >added
	docs 1 9 >other
	jobdb queue set p --dest /out --settings x
	jobdb add --queue p <other >added
	sql 'update job set alone = 1, lost = 2'
	# Those of another queue are not this run's to count.
	for queue in p q; do
		jobdb work --queue "$queue" -- sh -c "cat >got.$queue" 2>err 3>&- &
		worker=$!
		until_true has_lines 1 "got.$queue"
		kill -KILL "$worker"
		end_of_work 2>/dev/null
	done
	docs 1 2 | jobdb add --queue q >added
	mkdir progress
	QUIRE_PROGRESS=$PWD/progress run -1 --separate-stderr timeout 60 jobdb work --queue q -- ./settle
	states 0 0 1 1 0
	[ "$(jq -c 'select(.in == 0) | [.out, .passed, .failed, .codes]' progress/* | tail -n 1)" = '[1,1,1,{"job.lost":1}]' ]
	sound
}

@test "the lock is for all who may write to the ledger" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	docs 1 | jobdb add --queue q >added
	chown nobody "$QUIRE_DB"
	chmod 664 "$QUIRE_DB"
	jobdb work --queue q -- ./settle
	[ "$(stat -c '%U %a' "$QUIRE_DB.lock")" = 'nobody 664' ]
}

@test "what others have put where the lock is to be is not written to" {
	docs 1 | jobdb add --queue q >added
	for what in link hard fifo dir; do
		rm -rf "$QUIRE_DB.lock"
		printf 'not ours' >victim
		case $what in
		link) ln -s "$PWD/victim" "$QUIRE_DB.lock" ;;
		hard) ln victim "$QUIRE_DB.lock" ;;
		fifo) mkfifo "$QUIRE_DB.lock" ;;
		dir) mkdir "$QUIRE_DB.lock" ;;
		esac
		run --separate-stderr timeout 20 jobdb work --queue q -- ./settle
		failed ledger.open
		[ "$what" = dir ] || [[ $stderr == *"$QUIRE_DB.lock: not a plain file of the ledger's owner: remove it"* ]]
		[ "$(cat victim)" = 'not ours' ]
		states 1 0 0 0 0
	done
	# One that leads nowhere makes nothing there.
	rm -rf "$QUIRE_DB.lock"
	ln -s "$PWD/nowhere" "$QUIRE_DB.lock"
	run --separate-stderr jobdb work --queue q -- ./settle
	failed ledger.open
	[ ! -e nowhere ]
}

@test "--pipe joins commands by pipes, with what is set before them" {
	docs 3 | jobdb add --queue q >added
	# shellcheck disable=SC2016 # sh's
	run -0 --separate-stderr jobdb work --queue q --pipe -- MINE='a b' ./settle '|' sh -c 'cat; echo "$MINE"' '|' cat - got
	[ "${lines[0]}" = 'a b' ]
	[ "${#lines[@]}" -eq 4 ]
	states 0 0 3 0 0
	sound
}

@test "--pipe ends as the worst of its commands did" {
	for case in '0 0 0 0' '0 0 0 1' '75 1 0 75' '3 75 3 1' '2 1 2 3' '75 9 0 0' '3 0 127 0' '75 0 141 0' '3 3 141 0'; do
		read -r want a b c <<<"$case"
		run --separate-stderr jobdb work --queue q --pipe -- \
			sh -c "cat; exit $a" '|' sh -c "cat; exit $b" '|' sh -c "cat; exit $c"
		[ "$status" -eq "$want" ]
		[ -z "$output$stderr" ]
	done
}

@test "--pipe says which of its commands was killed, and what it had is lost" {
	docs 3 | jobdb add --queue q >added
	run -137 --separate-stderr jobdb work --queue q --pipe -- sh -c 'read -r line; kill -KILL $$' '|' cat '|' ./settle
	[[ $stderr == *'sh was killed by SIGKILL'* ]]
	[ "$(jobdb list --code job.lost | wc -l)" -eq 3 ]
	run -137 --separate-stderr jobdb work --queue q --pipe --killed who -- /bin/sh -c 'read -r line; kill -SEGV $$' '|' cat '|' ./settle
	[[ $stderr != *'was killed'* ]]
	[ "$(cat who)" = 'sh SEGV' ]
	states 3 0 0 0 0
}

@test "--pipe is called by its first program, not by what is set for it" {
	docs 1 | jobdb add --queue q >added
	run -75 --separate-stderr jobdb work --queue q --pipe -- A=b C=d sh -c 'read -r line' '|' cat
	[[ $stderr == *'1 jobs were not settled by sh'* ]]
}

@test "--pipe with a command that there is not: 3, and nothing is held against the jobs" {
	docs 3 | jobdb add --queue q >added
	run -3 --separate-stderr jobdb work --queue q --pipe -- cat '|' ./nothing '|' cat
	[[ $stderr == *nothing* ]]
	[ "$(jobdb list --state queued | wc -l)" -eq 3 ]
	[ "$(jobdb list --code job.lost | wc -l)" -eq 0 ]
	leftovers
}

@test "a pipe of which a command is missing is refused before there is a ledger" {
	rm -rf "$QUIRE_DB"*
	for words in '|' '| cat' 'cat |' 'cat | | cat' 'A=b' 'A=b | cat'; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr jobdb work --queue q --pipe -- $words
		[[ $stderr == *'a command is missing'* ]]
	done
	run -2 jobdb work --queue q --hold f -- cat
	run -2 jobdb work --queue q --killed f -- cat
	[ ! -e "$QUIRE_DB" ]
}

@test "a pipe lets each command finish after one signal, and holds its file until all have" {
	docs 3 | jobdb add --queue q >added
	touch lock
	start_work --pipe --hold lock -- cat '|' ./hold '|' cat
	until_true has_lines 3 got
	run -1 flock -n lock true
	kill -TERM "$worker"
	answer settle
	end_of_work
	[ "$status" -eq 143 ]
	states 0 0 3 0 0
	run -0 flock -n lock true
	leftovers
}

@test "what a pipe has started dies with work, and with what holds it" {
	for victim in work pipe; do
		rm -f got ended
		touch lock
		docs 1 | sed "s/\"rel\":\"/&$victim/" | jobdb add --queue q >added
		start_work --pipe --hold lock -- tee got '|' sh -c 'echo $$ >pid; exec sleep 1000'
		until_true has_lines 1 got
		until_true [ -s pid ]
		stage=$(cat pid)
		who=$worker
		[ "$victim" = work ] || who=$(ps --ppid "$worker" -o pid= | tr -d ' ')
		kill -KILL "$who"
		until_true gone "$stage"
		until_true flock -n lock true
		end_of_work
		[ "$status" -eq 137 ]
		rm pid
	done
}
