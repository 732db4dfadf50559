#!/usr/bin/env bats
# The ledger survives its writers: each is killed at each system call that it
# makes on the database, and nothing is lost that was said.
# bats file_tags=brief
load helper
load ledger

setup()
{
	command -v strace >/dev/null || skip "needs strace"
	ledger_setup
	# When jobdb done is killed this ends, as a pipeline of quire's commands does.
	cat >settle <<-'EOT'
		#!/bin/bash
		exec jobdb done < <(sed -u 's|^\(.*"rel":"\([^"]*\)".*\)}$|\1,"dest":"file:///out/\2.md"}|')
	EOT
	chmod +x settle
	docs 40 >in
	strace -o /dev/null true || skip "nobody may trace here"
}

# keep: the ledger as it is now is what each run starts from.
keep()
{
	sql 'pragma wal_checkpoint(truncate)' >checkpoint
	cp "$QUIRE_DB" base.db
}

# each_call COMMAND...: with the file in on its standard input, killed at the
# first, the second ... of each call, until it makes no more of them (of three one,
# by a seed; make long: each); and what_holds after each. What it printed is in out,
# its status in $rc.
each_call()
{
	local call n step=3 seed=${QUIRE_SEED-$RANDOM}
	local paths=(-P "$QUIRE_DB" -P "$QUIRE_DB-wal" -P "$QUIRE_DB-shm" -P "$QUIRE_DB.lock")

	killed=0
	[[ -z ${QUIRE_LONG-} ]] || step=1
	echo "seed $seed" >&2
	for call in openat pwrite64 fdatasync fsync ftruncate unlink; do
		for ((n = 1 + seed % step;; n += step)); do
			rm -rf "$QUIRE_DB"*
			[[ ! -e base.db ]] || cp base.db "$QUIRE_DB"
			rc=0
			# The shell would say what was killed.
			{
				timeout 60 strace -f -qq -o trace "${paths[@]}" -e "trace=$call" \
				    -e "inject=$call:signal=KILL:when=$n" \
				    "$@" <in >out 2>err || rc=$?
			} 2>killed
			echo "$call $n: status $rc" >&2
			what_holds || return
			grep -q 'killed by SIGKILL' trace || break
			killed=$((killed + 1))
		done
	done
	echo "killed $killed times" >&2
}

# said MEMBER: of the whole lines in out without an error; the last may be cut.
said()
{
	grep '}$' out | jq -r "select(.error | not) | .$1"
}

@test "a ledger that is being made" {
	what_holds()
	{
		jobdb queue set q --dest /out && jobdb add --queue q <in >added && states 40 0 0 0 0 && sound
	}
	each_call jobdb queue set q --dest /out
	[ "$killed" -ge 10 ]
}

@test "add" {
	what_holds()
	{
		sound && jobdb list | jq -r .id | sort >there && said id | sort | comm -23 - there >lost || return
		[[ ! -s lost ]] || return
		# All of a transaction, or nothing.
		[[ $(wc -l <there) -eq 10 || $(wc -l <there) -eq 40 ]] || return
		jobdb add --queue q <in >added && states 40 0 0 0 0 && sound
	}
	head -n 10 in | jobdb add --queue q >added
	keep
	each_call jobdb add --queue q
	[ "$killed" -ge 10 ]
}

@test "claim" {
	what_holds()
	{
		sound && { grep '}$' out >whole || :; } || return
		# What was given out is its reader's to settle, all of it.
		results <whole | settle >settled || return
		[[ $(sql 'select sum(state = 2), sum(state < 3) from job') == "$(wc -l <whole)|40" ]] && sound
	}
	jobdb add --queue q <in >added
	keep
	each_call jobdb claim --queue q -n 30
	[ "$killed" -ge 10 ]
}

@test "done" {
	what_holds()
	{
		sound && jobdb list --state 'done' | jq -r .id | sort >there && said id | sort | comm -23 - there >lost || return
		[[ ! -s lost ]] || return
		[[ $(wc -l <there) -eq 0 || $(wc -l <there) -eq 40 ]] || return
		settle <in >again_out 2>again_err || [[ $? -eq 1 ]] || return
		states 0 0 40 0 0 && sound
	}
	jobdb add --queue q <in >added
	claim 40 | results >settled
	cp settled in
	keep
	each_call jobdb "done"
	[ "$killed" -ge 10 ]
}

@test "work and what it runs" {
	what_holds()
	{
		sound && jobdb list --state 'done' | jq -r .id | sort >there && said id | sort | comm -23 - there >lost || return
		[[ ! -s lost ]] || return
		# Whichever of them was killed, the next one does the rest at once.
		timeout 60 jobdb work --queue q -- ./settle >rest 2>rest_err || return
		states 0 0 6 0 0 && sound || return
		# Each was settled once, by the first or by the second.
		{ said id && jq -r .id rest; } | sort | uniq -d >twice && [[ ! -s twice ]]
	}
	docs 6 | jobdb add --queue q >added
	keep
	each_call jobdb work --queue q --max-in-flight 3 -- ./settle
	[ "$killed" -ge 10 ]
}
