#!/usr/bin/env bats
# quire run from bucket to bucket survives kill -9 at any moment: the next run,
# at once, does the rest, and each document has one result, the right one.
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
	! sanitized || skip "a sanitizer sees the same code elsewhere, and is slow"
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
	# How long a run is that nothing happens to, in ms.
	local from
	from=$(uptime_ms)
	quire run "s3://$a/" "s3://$b/whole/"
	whole_run=$(($(uptime_ms) - from))
	results_of whole
}

# results_of PREFIX: one for each document, by its bytes.
results_of()
{
	s3 ls "$b" "$1/" | jq -r '"\(.etag)  \(.key)"' | sed "s| $1/| want/|" >there
	[[ $(wc -l <there) -eq 8 ]] && md5sum --quiet -c there
}

nobody()
{
	[[ -z $(left_processes) ]]
}

# once SEED: over a fresh ledger, into a place of its own.
once()
{
	local ms

	RANDOM=$1
	ms=$(printf %04d $((whole_run * (RANDOM % 90) / 100)))
	rm -f "$QUIRE_DB"*
	setsid quire run "s3://$a/" "s3://$b/$1/" >stdout 2>err 3>&- &
	pid=$!
	sleep "${ms%???}.${ms#?}"
	if kill -KILL -- "-$pid" 2>/dev/null; then
		echo "seed $1: killed after $ms ms" >>kills
	else
		echo "seed $1: none to kill after $ms ms" >>kills
	fi
	timeout 100 quire run "s3://$a/" "s3://$b/$1/" 2>err2 || return
	jobdb stat >standing
	[[ -z $(jobdb check 2>&1) ]] || return
	[[ $(jobdb list | jq -r .state | sort | uniq -c | tr -s ' ') == ' 8 done' ]] || return
	results_of "$1" || return
	until_true nobody
	quire clean && leftovers
}

# kills FROM: with ten seeds.
kills()
{
	local seed n=10

	for ((seed = $1; seed < $1 + n; seed++)); do
		once "$seed" || {
			tail -n 1 kills >&2
			cat err err2 standing there >&2
			return 1
		}
	done
	# Some may come too early or too late; not most.
	[[ $(grep -c ': killed ' kills) -ge $((n / 2)) ]]
}

@test "the process group of the driver, between buckets, 1" {
	kills 100
}

@test "the process group of the driver, between buckets, 2" {
	kills 200
}
