#!/usr/bin/env bats
# quire run from bucket to bucket survives kill -9 at any moment: the next run,
# at once, does the rest, and each document has one result, the right one.
# bats file_tags=brief
load helper
load pdf
load run
load s3

setup_file()
{
	s3_start
}

teardown_file()
{
	s3_stop
}

setup()
{
	run_setup
	s3_need
	a=a-$BATS_TEST_NUMBER b=b-$BATS_TEST_NUMBER
	mkdir in
	pdf_begin master.pdf
	pdf_page 612 792 "$(pdf_text 'Document 0' 'which has words enough to be read as text')"
	pdf_page 612 792 "$(pdf_text 'Its second page' 'which has words enough to be read as text')"
	pdf_end
	for i in 1 2 3 4 5 6; do
		sed "s/Document 0/Document $i/" master.pdf >"in/$i.pdf"
	done
	cp "$samples/photo.jpg" "$samples/fax.tif" in
	by_hand in want >/dev/null
	[ "$(md5sum want/* | cut -d' ' -f1 | sort -u | wc -l)" -eq 8 ]
	s3 mb "$a"
	s3 mb "$b"
	s3 sync-up in "$a" ''
	# How many requests a run makes that nothing happens to.
	s3_faulty
	quire run "s3://$a/" "s3://$b/whole/"
	whole_run=$(seen)
	results_of whole
}

# seen: so many requests have come to the store.
seen()
{
	wc -l <"$s3_faults_dir/log"
}

# seen_or_gone N: so many, or the run is over.
seen_or_gone()
{
	[[ $(seen) -ge $1 ]] || gone "$pid"
}

# results_of PREFIX: one for each document, by its bytes.
results_of()
{
	s3 ls "$b" "$1/" | jq -r '"\(.etag)  \(.key)"' | sed "s| $1/| want/|" >there
	[[ $(wc -l <there) -eq 8 ]] && md5sum --quiet -c there
}

# once SEED: over a fresh ledger, into a place of its own. The seed says after
# which request, and how soon after it. What is looked at is in $step.
once()
{
	local nth ms from

	# shellcheck disable=SC2034 # tell_kill's
	step='the run to be killed'
	RANDOM=$1
	nth=$((1 + RANDOM % (whole_run - 2)))
	ms=$((RANDOM % 100))
	rm -rf "$QUIRE_DB"*
	from=$(seen)
	setsid quire run "s3://$a/" "s3://$b/$1/" >stdout 2>err 3>&- &
	pid=$!
	until_true seen_or_gone $((from + nth)) || return
	sleep "$(printf 0.%03d "$ms")"
	if ! gone "$pid" && kill -KILL -- "-$pid"; then
		echo "seed $1: killed $ms ms after request $nth" >>kills
	else
		echo "seed $1: none to kill $ms ms after request $nth" >>kills
	fi
	done_after_kill 8 "results_of $1" "s3://$a/" "s3://$b/$1/"
}

# kills FROM: with three seeds; QUIRE_KILLS says how many, QUIRE_SEED which.
kills()
{
	local seed n=${QUIRE_KILLS:-3} from=$(($1 + (${QUIRE_SEED:-1} - 1) * 10000))

	echo "# $n kills, the first seed $from" >&3
	for ((seed = from; seed < from + n; seed++)); do
		once "$seed" || {
			tell_kill
			cat there >&2
			return 1
		}
	done
	# Some may come too late; not most.
	[[ $(grep -c ': killed ' kills) -gt $((n / 2)) ]]
}

@test "the process group of the driver, between buckets, 1" {
	kills 100
}

@test "the process group of the driver, between buckets, 2" {
	at_length
	kills 105
}

@test "the process group of the driver, between buckets, 3" {
	at_length
	kills 200
}

@test "the process group of the driver, between buckets, 4" {
	at_length
	kills 205
}
