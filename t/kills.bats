#!/usr/bin/env bats
# quire run survives kill -9 of anything of it, at any moment: the next run, at
# once, does the rest, each document is settled once, and nothing is left.
# QUIRE_KILLS=N and QUIRE_PAIRS=N say how many kills, and rounds of two runs at once,
# there are in each test of these, and QUIRE_SEED=SEED which; make long makes 100
# and 200, each time others.
# bats file_tags=brief
load helper
load pdf
load run

setup()
{
	run_setup
}

# one_source: a folder, what it gives, and how long a run is that nothing happens
# to, in ms.
one_source()
{
	local from

	mkdir in
	cp "$samples/two-columns.pdf" master.pdf
	for i in 1 2 3 4 5; do ln master.pdf "in/$i.pdf"; done
	cp "$samples/photo.jpg" in
	by_hand in want >/dev/null
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
	driver) gone "$pid" || echo "$pid" ;;
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

# kills WHAT FROM: with three seeds, fifteen in all; QUIRE_KILLS says how many, up
# to 100, and QUIRE_SEED which; make long makes a hundred. What came too late comes
# again, earlier: a machine may be slow while a run is measured, or what is to be
# killed live for a part of it only.
kills()
{
	local i n=${QUIRE_KILLS:-3} from=$(($2 + (${QUIRE_SEED:-1} - 1) * 10000))

	one_source
	echo "# $n kills, the first seed $from" >&3
	for ((i = from; i < from + n; i++)); do
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
	at_length
	kills group 200
}

@test "the process group of the driver, 3" {
	at_length
	kills group 300
}

@test "the process group of the driver, 4" {
	at_length
	kills group 400
}

@test "jobdb work, 1" {
	kills work 500
}

@test "jobdb work, 2" {
	at_length
	kills work 600
}

@test "jobdb work, 3" {
	at_length
	kills work 700
}

@test "jobdb work, 4" {
	at_length
	kills work 800
}

@test "what jobdb work has started the stages by, 1" {
	kills inner 900
}

@test "what jobdb work has started the stages by, 2" {
	at_length
	kills inner 1000
}

@test "what jobdb work has started the stages by, 3" {
	at_length
	kills inner 1100
}

@test "what jobdb work has started the stages by, 4" {
	at_length
	kills inner 1200
}

@test "a stage, 1" {
	kills stage 1300
}

@test "a stage, 2" {
	at_length
	kills stage 1400
}

@test "a stage, 3" {
	at_length
	kills stage 1500
}

@test "a stage, 4" {
	at_length
	kills stage 1600
}

@test "a child that reads documents or pages, 1" {
	kills worker 1700
}

@test "a child that reads documents or pages, 2" {
	at_length
	kills worker 1800
}

@test "a child that reads documents or pages, 3" {
	at_length
	kills worker 1900
}

@test "a child that reads documents or pages, 4" {
	at_length
	kills worker 2000
}

# two_sources: a and b have documents of the same names, each with words of its
# own, whose text layer says other letters than are drawn: whose a result is, and
# which settings wrote it, any of it tells. What each gives is in want, of runs to
# a DEST of their own.
two_sources()
{
	local from i s run

	mkdir a b want
	for s in a b; do
		for i in 1 2 3; do
			pdf_begin "$s/$i.pdf"
			pdf_font_saying F2 k=0061 r=006F
			pdf_page 300 120 "$(pdf_text "$s$i, the dark park has a clerk" \
			    'who marks the work of larks' | sed 's,/F 12,/F2 12,; s,36 700,20 80,')"
			pdf_end
		done
	done
	from=$(uptime_ms)
	for run in "${all_runs[@]}"; do
		quire_of "$run" "want/${run#* }/${run%% *}"
		"${args[@]}" 2>>want.err
	done
	whole_run=$((($(uptime_ms) - from) / 3))
	[ "$(find want -type f -exec md5sum {} + | cut -d' ' -f1 | sort -u | wc -l)" -eq 12 ]
	rm -r "$QUIRE_DB"*
}

all_runs=('a {}' 'b {}' 'a {"text":"layer"}' 'b {"text":"layer"}')

# quire_of "SRC SETTINGS" DEST: what it is, into args.
quire_of()
{
	args=(quire run --on-clash=suffix "${1%% *}" "$2")
	[[ ${1#* } == '{}' ]] || args+=(--text layer)
}

# states_of RUN: how many of its documents are in each state, as the database has it.
states_of()
{
	sql "SELECT state, count(*) FROM job JOIN queue ON queue.id = queue
		WHERE name LIKE '$PWD/${1%% *} to %' AND settings = '${1#* }' GROUP BY state" | tr '\n' ' '
}

# is_right N: the status of run N, which nobody has killed itself, is one that its
# words and the database bear out.
is_right()
{
	local states left

	stderr=$(<"err$1")
	states=$(states_of "${run[$1]}")
	step="the words of run $1, status ${ended[$1]}, with $states"
	if [[ ${ended[$1]} -eq 0 ]]; then
		[[ $states == '2|3 ' ]] &&
		    summary '.documents == 3 and .done + .skipped + .elsewhere == 3' || return
	else
		[[ ${ended[$1]} -eq 75 && $stderr == *killed* || $stderr == *'run it again'* ||
		    $stderr == *'in the hands of'* ]] || return
		[[ $stderr == *'the ledger does not say'* ]] ||
		    summary '.failed == 0 and .old == 0 and .lost == 0 and .cancelled == 0' || return
		left=$(sed -n 's/.*, \([0-9]*\) left$/\1/p' <<<"$stderr")
		[[ -z $left || $states == *"0|$left "* ]] || return
	fi
	step="what there is after run $1"
	[[ ! -s out$1 ]]
}

# strike: one of the two runs, or a part of it, at any moment; what it was is noted.
strike()
{
	local what ms n=$((RANDOM % 2)) who whats=(driver group work inner stage stage worker worker)

	what=${whats[RANDOM % ${#whats[@]}]}
	ms=$(printf %04d $((whole_run * (RANDOM % 70) / 100 / blows)))
	sleep "${ms%???}.${ms#?}"
	pid=${pids[n]}
	until who=$(victim "$what") && [[ -n $who ]] || gone "$pid"; do sleep 0.02; done
	[[ -n $who ]] || return 0
	[[ $what != driver && $what != group ]] || struck[n]=$what
	kill -KILL -- "$who" 2>/dev/null || :
	printf '  %s of run %d, pid %s, after %s ms\n' "$what" "$n" "$who" "$ms" >>kills
	blown=$((blown + 1))
}

# pair SEED: two runs of the four at once, to one DEST, over a fresh ledger; one or
# two blows to them; then each once more, which does the rest.
pair()
{
	local args blows blown=0 ended=() n pid pids=() run=() struck=()

	RANDOM=$1
	rm -rf out "$QUIRE_DB"*
	n=$((RANDOM % 4)) run=("${all_runs[n]}" "${all_runs[(n + 1 + RANDOM % 3) % 4]}")
	blows=$((1 + RANDOM % 2))
	echo "seed $1: ${run[*]}" >>kills
	for n in 0 1; do
		quire_of "${run[n]}" out
		setsid "${args[@]}" >"out$n" 2>"err$n" 3>&- &
		pids[n]=$!
	done
	for ((n = 0; n < blows; n++)); do strike; done
	for n in 0 1; do
		step="run $n, which does not end"
		until_true gone "${pids[n]}" || return
		ended[n]=0
		wait "${pids[n]}" || ended[n]=$?
	done
	for n in 0 1; do
		[[ -n ${struck[n]-} && ${ended[n]} -eq 137 ]] || is_right "$n" || return
	done
	heal && echo "$blown" >>blown
}

# heal: what a driver left alone has started goes on, and is another run's; the
# next run does what is left, and no more is; each has the last word in its turn.
heal()
{
	local n

	if [[ " ${struck[*]-} " == *' driver '* ]]; then
		once_more_each 75 || return
		step='what a driver left alone has started'
		until_true nobody || return
	fi
	once_more_each 0 || return
	step='the whole ledger and DEST'
	reconcile || return
	step='processes that are left'
	until_true nobody || return
	step='what quire clean leaves'
	quire clean && leftovers || return
	step='jobdb check'
	jobdb check >checked 2>&1 && [[ ! -s checked ]]
}

reconcile()
{
	"$QUIRE_TOP/t/reconcile" "$QUIRE_DB" out want "$@" >checked
}

# once_more_each STATUS: where that is 75, another may have them still.
once_more_each()
{
	for n in 0 1; do
		quire_of "${run[n]}" out
		ended[n]=0
		timeout 100 "${args[@]}" >"out$n" 2>"err$n" 3>&- || ended[n]=$?
		[[ $1 -eq 0 ]] || continue
		step="the next run, $n, status ${ended[n]}"
		[[ ${ended[n]} -eq 0 ]] && is_right "$n" || return
		# shellcheck disable=SC2034 # tell_kill's
		step="the results after the next run, $n"
		reconcile "${run[n]%% *}" "${run[n]#* }" || return
	done
}

# pairs N: a quarter of the rounds of a seed.
pairs()
{
	local i n=${QUIRE_PAIRS:-4} seed=${QUIRE_SEED:-1}

	two_sources
	echo "# $n rounds of two runs, seed $seed" >&3
	for ((i = 0; i < n; i++)); do
		pair $((seed * 1000 + $1 * 250 + i)) || {
			cat kills err0 err1 checked >&2
			tell_kill
			return 1
		}
	done
}

@test "two sources, two settings, one DEST, 1" {
	pairs 0
}

@test "two sources, two settings, one DEST, 2" {
	at_length
	pairs 1
}

@test "two sources, two settings, one DEST, 3" {
	at_length
	pairs 2
}

@test "two sources, two settings, one DEST, 4" {
	at_length
	pairs 3
}
