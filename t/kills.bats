#!/usr/bin/env bats
# quire run survives kill -9 of anything of it, at any moment: the next run, at
# once, does the rest, each document is settled once, and nothing is left.
load helper
load run

setup()
{
	run_setup
	! sanitized || skip "a sanitizer sees the same code elsewhere, and is slow"
	mkdir in
	cp "$samples/two-columns.pdf" master.pdf
	for i in 1 2 3 4 5; do ln master.pdf "in/$i.pdf"; done
	cp "$samples/photo.jpg" in
	by_hand in want >/dev/null
	# How long a run is that nothing happens to, in ms.
	local from
	from=$(uptime_ms)
	quire run in out
	whole_run=$(($(uptime_ms) - from))
}

# one_of NAME...: the pid of one of those that run, by $RANDOM.
one_of()
{
	local name v=()

	for name; do
		# shellcheck disable=SC2207 # pids
		v+=($(named "$name"))
	done
	[[ ${#v[@]} -eq 0 ]] || echo "${v[RANDOM % ${#v[@]}]}"
}

# victim WHAT: whom to kill, for kill(1); nothing where there is none now.
victim()
{
	case $1 in
	group) ! kill -0 -- "-$pid" 2>/dev/null || echo "-$pid" ;;
	work) one_of 'jobdb work' ;;
	inner) helper_of 'jobdb work' ;;
	stage) one_of s3ls s3get doc2png ocrpage mdjoin s3put 'jobdb done' 'jobdb add' ;;
	worker) { helper_of doc2png && helper_of ocrpage; } | head -n $((1 + RANDOM % 3)) | tail -n 1 ;;
	esac
}

# once WHAT SEED: over a fresh ledger.
once()
{
	local ms who

	RANDOM=$2
	ms=$(printf %04d $((whole_run * (RANDOM % 60) / 100)))
	rm -rf out "$QUIRE_DB"*
	setsid quire run in out >stdout 2>err 3>&- &
	pid=$!
	sleep "${ms%???}.${ms#?}"
	until who=$(victim "$1") && [[ -n $who ]] || gone "$pid"; do :; done
	[[ -z $who ]] || kill -KILL -- "$who" 2>/dev/null || :
	echo "$1, seed $2: killed ${who:-none} after $ms ms" >>kills
	# shellcheck disable=SC2034 # tell_kill's
	step='the run itself'
	[[ $1 == group ]] || heals || return
	done_after_kill 6 'diff -r want out' in out
}

# Whatever it was, the run goes on, or says that it is to be run again.
heals()
{
	local status=0

	until_true gone "$pid" || {
		ps -s "$pid" -o pid,ppid,stat,wchan:20,args >&2
		jobdb stat >&2
		# shellcheck disable=SC2046 # pids
		kill -KILL $(all_of_it)
	}
	wait "$pid" || status=$?
	[[ $status -eq 0 || $status -eq 75 ]]
}

# kills WHAT FROM: with five seeds, a hundred in all; QUIRE_KILLS says how many, up
# to 100. What came too late comes again, earlier: a machine may be slow while
# a run is measured, or what is to be killed live for a part of it only.
kills()
{
	local i n=${QUIRE_KILLS-5}

	for ((i = $2; i < $2 + n; i++)); do
		once "$1" "$i" || {
			tell_kill
			return 1
		}
		[[ $(tail -n 1 kills) != *' none '* ]] || {
			whole_run=$((whole_run / 2)) i=$((i - 1))
			[[ $(grep -c ' none ' kills) -le 20 ]]
		}
	done
}

@test "the process group of the driver, 1" {
	kills group 100
}

@test "the process group of the driver, 2" {
	kills group 200
}

@test "the process group of the driver, 3" {
	kills group 300
}

@test "the process group of the driver, 4" {
	kills group 400
}

@test "jobdb work, 1" {
	kills work 500
}

@test "jobdb work, 2" {
	kills work 600
}

@test "jobdb work, 3" {
	kills work 700
}

@test "jobdb work, 4" {
	kills work 800
}

@test "what jobdb work has started the stages by, 1" {
	kills inner 900
}

@test "what jobdb work has started the stages by, 2" {
	kills inner 1000
}

@test "what jobdb work has started the stages by, 3" {
	kills inner 1100
}

@test "what jobdb work has started the stages by, 4" {
	kills inner 1200
}

@test "a stage, 1" {
	kills stage 1300
}

@test "a stage, 2" {
	kills stage 1400
}

@test "a stage, 3" {
	kills stage 1500
}

@test "a stage, 4" {
	kills stage 1600
}

@test "a child that reads documents or pages, 1" {
	kills worker 1700
}

@test "a child that reads documents or pages, 2" {
	kills worker 1800
}

@test "a child that reads documents or pages, 3" {
	kills worker 1900
}

@test "a child that reads documents or pages, 4" {
	kills worker 2000
}
