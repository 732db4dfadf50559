#!/usr/bin/env bats
# s3ls, s3get, s3put and quire run where the store, or what lies before it, does
# wrong: what can be mended is, and else has a name; nothing is a loop, nothing
# a wrong file or a listing that is silently short.
load helper
load ledger
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
	quire_setup
	export QUIRE_LOG=text
}

# rule FAULT [ARGS [WHICH]]: a rule of s3faults.py.
rule()
{
	printf '{"fault":"%s","args":%s%s}' "$1" "${2:-{\}}" "${3:+,$3}"
}

# key N, and the path of it.
key()
{
	printf 'key-%08d.pdf' "$1"
}

# lone RULE...: a server without Swift that has the bucket c of 25 objects of
# 1,000 bytes, listed 10 at a time, and breaks these rules.
lone()
{
	local one args=()

	s3_alone
	for one; do
		args+=(--rule "$one")
	done
	s3_faulty --canned "c=25,page=10,size=1000${etags+,etags=$etags}" "${args[@]}"
}

# of_each METHOD WHICH LINE...: into rules, a rule for one object after the
# other, as each LINE, "FAULT [ARGS]", has it.
of_each()
{
	local method=$1 which=$2 line object=0

	shift 2
	rules=()
	for line; do
		[[ $line == *' '* ]] || line+=' {}'
		rules+=("$(rule "${line%% *}" "${line#* }" \
		    "\"method\":\"$method\",\"path\":\"key-$(printf %08d $object)[.]\"${which:+,$which}")")
		object=$((object + 1))
	done
}

# documents N: the records of the first N objects into docs, from the port that
# has no faults.
documents()
{
	AWS_ENDPOINT_URL=http://$S3_OTHER s3ls s3://c/ | head -n "$1" >docs
	[ "$(wc -l <docs)" -eq "$1" ]
}

# right N: N of the records in $output have a file, that of their ETag, and there
# is no other file.
right()
{
	jq -r 'select(.error | not) | "\(.etag)  \(.path)"' <<<"$output" >sums
	[ "$(wc -l <sums)" -eq "$1" ]
	[[ $1 -eq 0 ]] || md5sum --quiet -c sums
	[ "$(find "$QUIRE_WORK" -type f 2>/dev/null | wc -l)" -eq "$1" ]
}

# by_md5s: the records in $output get the ETags of those in md5s.
by_md5s()
{
	output=$(jq -c --slurpfile d md5s '. as $r | .etag = ($d[] | select(.rel == $r.rel) | .etag)' <<<"$output")
}

# tries LEAST MOST N METHOD: so often was the object N asked for, or put.
tries()
{
	local got

	got=$(s3_seen ".listener == \"main\" and .method == \"$4\" and (.path | contains(\"$(key "$3")\"))" | wc -l)
	[[ $got -ge $1 && $got -le $2 ]] || {
		printf '%s of object %d: %d requests, not %d to %d\n' "$4" "$3" "$got" "$1" "$2" >&2
		return 1
	}
}

# given_up N METHOD: the first N met what was planted, which was given up, and went
# again. With so short a wait a good answer may come too late as well.
given_up()
{
	local object

	until_true s3_attempts "$1" '.faults - ["continue"] != []'
	for ((object = 0; object < $1; object++)); do
		tries 2 5 "$object" "$2"
	done
}

# failures_are LINE...: for the records in $output that have an error, in the
# order of their rels, "class code".
failures_are()
{
	diff <(printf '%s\n' "$@") \
	    <(jq -rs 'map(select(.error)) | sort_by(.rel)[] | "\(.error.class) \(.error.code)"' <<<"$output")
}

# results N: files of results into put.N, their records into docs.
results()
{
	local n

	for ((n = 0; n < $1; n++)); do
		printf 'result %d\n' $((n * n)) | tee "put.$n" >/dev/null
		printf '{"v":1,"kind":"document","rel":"%s","path":"%s/put.%d"}\n' "$(key "$n")" "$PWD" "$n"
	done >docs
}

# stored N...: of the results these and no others are in the bucket, each once,
# with the right bytes.
stored()
{
	local n

	AWS_ENDPOINT_URL=http://$S3_OTHER s3 ls c out/ | jq -r '"\(.etag) \(.key)"' >there
	for n; do
		printf '%s out/%s.md\n' "$(md5sum <"put.$n" | cut -d' ' -f1)" "$(key "$n")"
	done | LC_ALL=C sort -k 2 | diff - there
}

# first_of_all: the rels in $output are the first of the bucket's, each once, in
# order.
first_of_all()
{
	local n

	jq -r .rel <<<"$output" >rels
	for n in {0..24}; do
		key "$n" && echo
	done | head -n "$(wc -l <rels)" | diff - rels
}

# What an answer to a GET may break off with.
broken=('reset' 'reset {"at":0}' 'reset {"at":1}' 'reset {"at":500}' 'reset {"at":999}' 'close'
	'close {"at":0}' 'close {"at":500}' 'short' 'short {"at":0}' 'flip {"at":0}' 'flip' 'flip {"at":999}'
	'internal' 'slowdown' 'error200' 'status {"status":408,"code":"RequestTimeout"}'
	'status {"status":429,"code":"TooManyRequests"}' 'slowdown {"early":true}')

@test "s3get: what breaks off, is short, flipped or refused for now is fetched again and right" {
	of_each GET '"nth":1' "${broken[@]}"
	local n=${#rules[@]} object
	lone "${rules[@]}"
	documents 25
	run -0 --separate-stderr timeout 60 s3get -j 8 <docs
	right 25
	[ -z "$stderr" ]
	for ((object = 0; object < n; object++)); do
		tries 2 2 "$object" GET
	done
	s3_attempts $((25 + n)) '.listener == "main"'
}

@test "s3get: breaks in bodies without a length are found too" {
	# Chunked, it is seen; up to the end of the connection, the ETag and the size say so.
	of_each GET '"nth":1' chunked chunked nolength nolength http10 http10
	local more=("${rules[@]}")
	of_each GET '"nth":1' 'short {"at":500}' 'reset {"at":500}' 'short {"at":500}' 'short {"at":0}' \
	    'short {"at":999}' 'reset {"at":10}'
	lone "${more[@]}" "${rules[@]}"
	documents 6
	run -0 --separate-stderr timeout 60 s3get <docs
	right 6
	s3_attempts 12 '.listener == "main"'
	# More than was listed is not what broke off.
	lone "$(rule nolength '{}' '"method":"GET","path":"key-"')"
	documents 1
	rm -r "$QUIRE_WORK"
	run -1 --separate-stderr timeout 60 s3get < <(jq -c '.size -= 10' docs)
	failures_are 'transient document.changed'
	s3_attempts 1 '.listener == "main"'
	mkdir -p "$QUIRE_WORK"
	# Without the listing's size and ETag, too.
	lone "${more[@]}" "${rules[@]}"
	documents 6
	jq -c 'del(.size, .etag)' docs >bare
	rm -r "$QUIRE_WORK"
	run -0 --separate-stderr timeout 60 s3get <bare
	mv docs md5s
	by_md5s
	right 6
	s3_attempts 12 '.listener == "main"'
}

@test "s3get: answers in odd but true forms are right at once" {
	of_each GET '' chunked nolength http10 idle-close 'delay {"seconds":0.5}' 'slow {"seconds":0.0003}' \
	    'slow {"where":"head","seconds":0.001}'
	lone "${rules[@]}"
	documents 25
	run -0 --separate-stderr timeout 60 s3get -j 3 <docs
	right 25
	[ -z "$stderr" ]
	local object
	for object in 0 1 2 4 5 6; do
		tries 1 1 "$object" GET
	done
}

@test "s3get: what goes wrong each time has its name, after so many attempts" {
	of_each GET '' reset 'reset {"at":500}' close 'close {"at":500}' short internal slowdown error200 \
	    'status {"status":502,"code":"BadGateway"}'
	lone "${rules[@]}"
	documents 11
	run -1 --separate-stderr timeout 60 s3get -j 11 <docs
	failures_are 'transient http.transfer' 'transient http.transfer' 'transient http.transfer' \
	    'transient http.transfer' 'transient http.transfer' 'transient s3.InternalError' \
	    'transient s3.SlowDown' 'transient s3.InternalError' 'transient s3.BadGateway'
	right 2
	local object
	for object in 1 3 4 5 6 7 8; do
		tries 5 5 "$object" GET
	done
	for object in 9 10; do
		tries 1 1 "$object" GET
	done
	rm -r "$QUIRE_WORK"
	leftovers
}

# bats test_tags=brief
@test "a connection that ends before the answer is so many attempts" {
	local fault
	for fault in reset close; do
		lone "$(rule "$fault" '{}' '"path":"key-"')"
		documents 1
		run -1 --separate-stderr timeout 60 s3get <docs
		failures_are 'transient http.transfer'
		tries 5 5 0 GET
		results 1
		run -1 --separate-stderr timeout 60 s3put s3://c/out/ <docs
		failures_are 'transient http.transfer'
		# One more on the connection that was kept, which may have been dead.
		tries 6 6 0 PUT
		leftovers
	done
}

@test "s3get: what another attempt does not mend has one" {
	of_each GET '' missing precondition 'status {"status":400}' moved 'moved {"location":true}' temporary \
	    'status {"status":403,"code":"AccessDenied"}' 'status {"status":501,"code":"NotImplemented"}'
	lone "${rules[@]}"
	documents 9
	run -1 --separate-stderr timeout 60 s3get <docs
	failures_are 'permanent s3.NoSuchKey' 'transient document.changed' 'permanent s3.InvalidRequest' \
	    'permanent s3.PermanentRedirect' 'permanent s3.PermanentRedirect' 'permanent s3.TemporaryRedirect' \
	    'permanent s3.AccessDenied' 'permanent s3.NotImplemented'
	right 1
	s3_attempts 9 '.listener == "main"'
}

@test "s3get: bytes that are never those of the ETag are no file" {
	# Wrong in another place each time.
	lone "$(rule flip '{"at":1}' '"path":"key-","nth":1')" "$(rule flip '{"at":2}' '"path":"key-","nth":2')" \
	    "$(rule flip '{"at":3}' '"path":"key-","nth":3')" "$(rule flip '{"at":4}' '"path":"key-","nth":4')" \
	    "$(rule flip '{"at":5}' '"path":"key-","nth":5')"
	documents 1
	run -1 --separate-stderr timeout 60 s3get <docs
	failures_are 'transient s3.Checksum'
	tries 5 5 0 GET
	leftovers
}

@test "s3get: an ETag that is no MD5 is found out by the same bytes twice, and said once" {
	lone
	documents 3
	mv docs md5s
	local etags=keys
	lone
	documents 3
	run -0 --separate-stderr timeout 60 s3get <docs
	by_md5s
	right 3
	s3_attempts 6 '.listener == "main"'
	[ "$(grep -c 'its ETag is not its MD5' <<<"$stderr")" -eq 1 ]
	# Not when the first of the two was cut.
	lone "$(rule flip '{}' '"method":"GET","path":"key-","nth":1')"
	documents 1
	rm -r "$QUIRE_WORK"
	run -0 --separate-stderr timeout 60 s3get <docs
	by_md5s
	right 1
	s3_attempts 3 '.listener == "main"'
}

@test "s3get: another object of the same size is a change, also where If-Match is not looked at" {
	lone "$(rule etag '{}' '"method":"GET","path":"key-00000001"')"
	documents 3
	run -1 --separate-stderr timeout 60 s3get <docs
	failures_are 'transient document.changed'
	right 2
	tries 1 1 1 GET
}

@test "s3get: an error in a 200 is no document, whatever the record says of it" {
	lone "$(rule error200 '{}' '"method":"GET","path":"key-"')"
	documents 1
	jq -c 'del(.size), del(.etag), del(.size, .etag)' docs >bare
	run -1 --separate-stderr timeout 60 s3get <bare
	failures_are 'transient s3.InternalError' 'transient s3.InternalError' 'transient s3.InternalError'
	s3_attempts 15 '.listener == "main"'
	leftovers
	# One that will stay is not asked for again.
	lone "$(rule error200 '{"code":"AccessDenied"}' '"method":"GET","path":"key-"')"
	run -1 --separate-stderr timeout 60 s3get <bare
	failures_are 'permanent s3.AccessDenied' 'permanent s3.AccessDenied' 'permanent s3.AccessDenied'
	s3_attempts 3
	# A document that looks like one is a document.
	lone
	printf '<?xml version="1.0"?><Error><Code>SlowDown</Code></Error>' >error.xml
	s3 put c error.xml error.xml
	printf '{"v":1,"kind":"document","uri":"s3://c/error.xml","rel":"error.xml"}\n' >bare
	run -0 --separate-stderr timeout 60 s3get <bare
	cmp error.xml "$(jq -r .path <<<"$output")"
}

@test "s3get: a page of HTML in a document's place is none" {
	# As of a portal that wants a login; by its size it could be the document.
	local rules
	rules=$(rule list-html '{}' '"method":"GET","path":"key-"')
	lone "$rules"
	"$s3_python" "$s3_fake/rawhttp.py" "${AWS_ENDPOINT_URL#http://}" GET "/c/$(key 0)" >html
	jq -e '.body | contains("Sign in")' html
	lone "$rules"
	documents 1
	jq -c --argjson n "$(jq .length html)" '.size = $n' docs >same
	run -1 --separate-stderr timeout 60 s3get <same
	failures_are 'transient s3.BadAnswer'
	tries 5 5 0 GET
	leftovers
}

@test "s3put: what breaks off or is refused for now is put again: one object, its own bytes" {
	local faults=('reset' 'reset {"after":true}' 'reset {"early":true}' 'close' 'close {"after":true}'
		'internal' 'internal {"after":true}' 'internal {"early":true}' 'error200' 'error200 {"after":true}'
		'slowdown' 'slowdown {"early":true}' 'status {"status":408,"code":"RequestTimeout"}'
		'status {"status":400,"code":"RequestTimeout"}' 'status {"status":400,"code":"BadDigest"}'
		'status {"status":409,"code":"OperationAborted"}')
	of_each PUT '"nth":1' "${faults[@]}"
	local n=${#rules[@]} object
	lone "${rules[@]}"
	results $((n + 2))
	run -0 --separate-stderr timeout 60 s3put -j 8 s3://c/out/ <docs
	[ -z "$stderr" ]
	json '.dest == "s3://c/out/\(.rel).md"'
	# shellcheck disable=SC2046 # numbers
	stored $(seq 0 $((n + 1)))
	for ((object = 0; object < n; object++)); do
		tries 2 2 "$object" PUT
	done
	s3_attempts $((n + n + 2)) '.method == "PUT"'
}

@test "s3put: a large result that is cut off or refused midway is put again whole" {
	lone "$(rule internal '{"early":true}' '"method":"PUT","nth":1')" "$(rule reset '{"early":true}' '"method":"PUT","nth":2')" \
	    "$(rule continue '{"kind":"unasked"}' '"method":"PUT","nth":3')"
	results 1
	head -c 9000000 /dev/urandom >put.0
	run -0 --separate-stderr timeout 60 s3put s3://c/out/ <docs
	stored 0
	s3_attempts 3 '.method == "PUT"'
}

# bats test_tags=brief
@test "s3put: answers in odd but true forms are taken, and an ETag that is not the MD5" {
	of_each PUT '' etag chunked nolength http10 idle-close 'delay {"seconds":0.5}' \
	    'slow {"where":"head","seconds":0.001}' 'reset {"at":0}' 'continue {"kind":"unasked"}' 'continue {"kind":"never"}'
	lone "${rules[@]}"
	results 12
	run -0 --separate-stderr timeout 60 s3put -j 3 s3://c/out/ <docs
	# shellcheck disable=SC2046 # numbers
	stored $(seq 0 11)
	[ -z "$stderr" ]
}

@test "s3put: what goes wrong each time has its name, after so many attempts" {
	of_each PUT '' reset close internal slowdown error200 'internal {"after":true}' 'reset {"after":true}'
	lone "${rules[@]}"
	results 8
	run -1 --separate-stderr timeout 60 s3put -j 8 s3://c/out/ <docs
	failures_are 'transient http.transfer' 'transient http.transfer' 'transient s3.InternalError' \
	    'transient s3.SlowDown' 'transient s3.InternalError' 'transient s3.InternalError' 'transient http.transfer'
	# What took effect is there, once, and right.
	stored 5 6 7
	local object
	for object in 2 3 4 5; do
		tries 5 5 "$object" PUT
	done
}

@test "s3put: what another attempt does not mend has one" {
	of_each PUT '' precondition 'status {"status":400}' 'status {"status":501,"code":"NotImplemented"}' \
	    'error200 {"code":"InvalidRequest"}'
	lone "${rules[@]}"
	results 5
	run -1 --separate-stderr timeout 60 s3put s3://c/out/ <docs
	failures_are 'permanent s3.PreconditionFailed' 'permanent s3.InvalidRequest' 'permanent s3.NotImplemented' \
	    'permanent s3.InvalidRequest'
	stored 4
	s3_attempts 5 '.method == "PUT"'
}

@test "s3put: an answer that is no store's is no success" {
	lone "$(rule list-html '{}' '"method":"PUT"')"
	results 1
	run -1 --separate-stderr timeout 60 s3put s3://c/out/ <docs
	failures_are 'transient s3.BadAnswer'
	tries 5 5 0 PUT
}

@test "s3put: what stands where the bucket should be, and is none, is said before anything is put" {
	results 1
	lone "$(rule list-html '{}' '"query":"max-keys=1$"')"
	run -75 --separate-stderr timeout 60 s3put s3://c/out/ <docs
	[[ $stderr == *'(s3.BadAnswer)' ]]
	[ -z "$output" ]
	s3_attempts 0 '.method == "PUT"'
	# A store that does not look at the host's name lists its buckets, and would
	# put the result into that of the prefix. As a name below localhost it is this
	# machine, whoever resolves it.
	lone
	AWS_ENDPOINT_URL=${AWS_ENDPOINT_URL/127.0.0.1/localhost}
	run -75 --separate-stderr timeout 60 s3put --addressing virtual s3://x/c/ <docs
	[[ $stderr == *'(s3.BadAnswer)' ]]
	s3_attempts 5
	s3_attempts 5 '.method == "GET" and .path == "/"'
	# How a listing would go on is of no matter.
	lone "$(rule list-no-token '{}' '"query":"max-keys=1$"')"
	run -0 --separate-stderr timeout 60 s3put s3://c/out/ <docs
	s3_attempts 2
}

@test "connections that end between two requests cost nothing" {
	lone "$(rule idle-close '{}' '"every":2')" "$(rule close '{}' '"reused":true,"every":3')" \
	    "$(rule reset '{}' '"reused":true,"every":4')"
	documents 25
	run -0 --separate-stderr timeout 60 s3get -j 2 <docs
	right 25
	[ -z "$stderr" ]
	results 25
	run -0 --separate-stderr timeout 60 s3put -j 2 s3://c/out/ <docs
	# shellcheck disable=SC2046 # numbers
	stored $(seq 0 24)
	[ -z "$stderr" ]
	run -0 --separate-stderr timeout 60 s3ls --match 'key-*' s3://c/
	[ "${#lines[@]}" -eq 25 ]
	first_of_all
}

# stopped_by CODE: $status and $stderr are of a command that this has stopped.
stopped_by()
{
	[[ $status -eq 3 && ${stderr_lines[-1]} == *"($1)" ]]
}

@test "https: a store whose certificate AWS_CA_BUNDLE has is reached, and no other" {
	local host bundle=$PWD/cert.pem
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=quire \
	    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out cert.pem 2>openssl.err
	s3_alone
	s3_faulty --tls cert.pem key.pem --canned c=25,page=10,size=1000
	results 3
	mv docs results
	for host in 127.0.0.1 localhost; do
		AWS_ENDPOINT_URL=https://$host:${AWS_ENDPOINT_URL##*:}
		export AWS_CA_BUNDLE=$bundle
		run -0 --separate-stderr timeout 60 s3ls --match 'key-*' s3://c/
		[ "${#lines[@]}" -eq 25 ]
		first_of_all
		head -n 5 <<<"$output" >docs
		run -0 --separate-stderr timeout 60 s3get <docs
		right 5
		rm -r "$QUIRE_WORK"
		run -0 --separate-stderr timeout 60 s3put s3://c/out/ <results
		[ -z "$stderr" ]
		stored 0 1 2
		s3_attempts 3 '.method == "PUT"'
		: >"$s3_faults_dir/log"
		unset AWS_CA_BUNDLE
		run --separate-stderr timeout 60 s3ls s3://c/
		stopped_by http.tls
		run --separate-stderr timeout 60 s3get -j1 <docs
		stopped_by http.tls
		run --separate-stderr timeout 60 s3put s3://c/out/ <results
		stopped_by http.tls
		[ -z "$output" ]
	done
	# Nor by a name that is not in it.
	export AWS_CA_BUNDLE=$bundle
	run --separate-stderr timeout 60 s3ls --addressing virtual s3://c/
	stopped_by http.tls
	s3_attempts 0
	leftovers
}

# In the second page of a listing: the first has been given out then.
second='"query":"continuation-token","nth":1'

@test "s3ls: a page that breaks off, is garbage or refused for now is asked for again, and none comes twice" {
	local fault
	for fault in reset 'reset {"at":700}' close 'close {"at":700}' short 'short {"at":0}' internal slowdown \
	    error200 list-html list-cut 'list-cut {"at":700}' list-empty list-control list-no-token; do
		[[ $fault == *' '* ]] || fault+=' {}'
		lone "$(rule "${fault%% *}" "${fault#* }" "$second")"
		run -0 --separate-stderr timeout 60 s3ls s3://c/
		[ "${#lines[@]}" -eq 25 ]
		first_of_all
		[ -z "$stderr" ]
		s3_attempts 4
	done
}

@test "s3ls: a key with a NUL in it is an error of its own, and the rest is listed" {
	local bad
	lone "$(rule list-nul '{}' '"nth":1')"
	run -1 --separate-stderr timeout 60 s3ls s3://c/
	[ "${#lines[@]}" -eq 25 ]
	bad=$(jq -c 'select(.error)' <<<"$output")
	[ "$(jq -c '[.kind, .uri, .rel, .error.class, .error.code]' <<<"$bad")" = \
'["error","s3://c/key-00000009.pdf%00x%00","key-00000009.pdf%00x%00","validation","store.uri"]' ]
	[ "$(jq -s 'map(select(.kind == "document")) | length' <<<"$output")" -eq 24 ]
	s3_attempts 3
	# No command takes it for another object.
	s3get <<<"$bad" | cmp - <(printf '%s\n' "$bad")
	jq -c '.kind = "document" | del(.error)' <<<"$bad" >asked
	run -1 --separate-stderr s3get <asked
	failures_are 'validation record.member'
	leftovers
}

@test "s3ls: pages in odd but true forms are right at once" {
	lone "$(rule chunked '{}' '"nth":1')" "$(rule nolength '{}' '"nth":2')" "$(rule http10 '{}' '"nth":3')" \
	    "$(rule slow '{"seconds":0.0003}' '"nth":3')"
	run -0 --separate-stderr timeout 60 s3ls s3://c/
	[ "${#lines[@]}" -eq 25 ]
	first_of_all
	s3_attempts 3
}

# stops STATUS CODE RECORDS ATTEMPTS FAULT [ARGS [WHICH]]: s3ls does so, in time,
# after so many records, the first and right ones.
stops()
{
	lone "$(rule "$5" "${6-}" "${7-}")"
	stopwatch
	run "-$1" --separate-stderr timeout 60 s3ls s3://c/
	[ "$(took)" -lt 30 ]
	[[ ${stderr_lines[-1]} == "s3ls: stopped: "*" ($2)"?(:*) ]] || {
		echo "$5: $stderr" >&2
		return 1
	}
	[ "${#lines[@]}" -eq "$3" ]
	[[ $3 -eq 0 ]] || first_of_all
	s3_attempts "$4"
	s3_attempts 0 '.listener == "other"'
}

# Of the second page on, always.
later='"query":"continuation-token"'

@test "s3ls: listings that loop or go backwards end, and have a name" {
	stops 3 s3.BadListing 10 2 list-loop
	stops 3 s3.BadListing 10 2 list-rewind
	stops 3 s3.BadListing 0 1 list-backwards
	stops 3 s3.BadListing 10 2 list-backwards '{}' "$later"
}

@test "s3ls: pages without a key, always with more to come, end and have a name" {
	lone "$(rule list-hollow '{}' "$later")"
	run -3 --separate-stderr timeout 60 s3ls s3://c/
	[[ ${stderr_lines[-1]} == "s3ls: stopped: "*" (s3.BadListing)" ]]
	[ "${#lines[@]}" -eq 10 ]
	first_of_all
	[ "$(s3_seen | wc -l)" -le 1100 ]
	# Some of them are no loop.
	lone "$(rule list-hollow '{}' '"nth":[1,2,3,4,5]')"
	run -0 --separate-stderr timeout 60 s3ls s3://c/
	[ "${#lines[@]}" -eq 25 ]
	first_of_all
}

@test "s3ls: listings that are none end, and have a name" {
	stops 75 s3.BadAnswer 10 6 list-html '{}' "$later"
	stops 75 s3.BadAnswer 10 6 list-cut '{}' "$later"
	stops 75 s3.BadAnswer 10 6 list-cut '{"at":100}' "$later"
	stops 75 s3.BadAnswer 10 6 list-empty '{}' "$later"
	stops 75 s3.BadAnswer 0 5 list-html
	stops 75 s3.BadAnswer 0 5 list-empty
}

# bats test_tags=brief
@test "s3ls: listings with raw control characters or without a token end, and have a name" {
	stops 75 s3.BadAnswer 10 6 list-control '{}' "$later"
	stops 75 s3.BadAnswer 0 5 list-control
	stops 75 s3.BadAnswer 10 6 list-no-token '{}' "$later"
	stops 75 s3.BadAnswer 0 5 list-no-token
}

# bats test_tags=brief
@test "s3ls: a store that fails each time has so many attempts, and a name" {
	stops 75 s3.SlowDown 10 6 slowdown '{}' "$later"
	stops 75 s3.InternalError 10 6 internal '{}' "$later"
	stops 75 s3.InternalError 10 6 error200 '{}' "$later"
	stops 75 http.transfer 10 6 reset '{"at":700}' "$later"
	stops 75 http.transfer 10 6 short '{}' "$later"
	stops 75 http.transfer 0 5 reset
	stops 75 http.transfer 0 5 close
}

@test "s3ls: what another attempt does not mend has one" {
	stops 3 s3.PermanentRedirect 10 2 moved '{"location":true}' "$later"
	stops 3 s3.TemporaryRedirect 0 1 temporary
	stops 3 s3.SignatureDoesNotMatch 0 1 signature
	stops 3 s3.AccessDenied 0 1 status '{"status":403,"code":"AccessDenied"}'
	stops 3 s3.AccessDenied 0 1 error200 '{"code":"AccessDenied"}'
	stops 3 s3.NoSuchBucket 0 1 missing '{"code":"NoSuchBucket"}'
	stops 3 s3.PreconditionFailed 0 1 precondition
	stops 3 s3.RequestTimeTooSkewed 0 1 skewed
	[[ $stderr == *'the clock here is -3'[56]??' s from the server'* ]]
}

# bats test_tags=brief
@test "redirects are not followed: the other server sees no request, and no credentials" {
	local fault
	for fault in 'moved {"location":true}' temporary 'temporary {"status":302}' 'temporary {"status":308}' \
	    'temporary {"status":303}'; do
		[[ $fault == *' '* ]] || fault+=' {}'
		lone "$(rule "${fault%% *}" "${fault#* }" '"path":"key-"')"
		documents 2
		results 2
		run -3 --separate-stderr timeout 60 s3put s3://c/ <docs
		json '.error.code | test("^s3[.](Permanent|Temporary)Redirect$")'
		AWS_ENDPOINT_URL=http://$S3_OTHER s3ls s3://c/ | head -n 2 >docs
		run -1 --separate-stderr timeout 60 s3get <docs
		json '.error.class == "permanent" and (.error.code | test("^s3[.](Permanent|Temporary)Redirect$"))'
		# Those of s3ls, above, alone.
		s3_attempts 0 '.listener == "other" and (.query | contains("list-type") | not)'
		leftovers
		# Before there is any record to put.
		lone "$(rule "${fault%% *}" "${fault#* }")"
		run -3 --separate-stderr timeout 60 s3put s3://c/ </dev/null
		[[ $stderr == *Redirect\) ]]
		s3_attempts 1
		s3_attempts 0 '.listener == "other"'
	done
}

@test "a clock that is off and a wrong signature stop s3get and s3put at the first record" {
	local fault
	for fault in skewed:RequestTimeTooSkewed signature:SignatureDoesNotMatch; do
		lone "$(rule "${fault%:*}" '{}' '"path":"key-"')"
		documents 5
		run -3 --separate-stderr timeout 60 s3get -j 1 <docs
		json ".error.code == \"s3.${fault#*:}\" and .error.class == \"transient\""
		[[ ${stderr_lines[-1]} == "s3get: stopped: "*" (s3.${fault#*:})" ]]
		s3_attempts 1 '.listener == "main"'
		results 5
		run -3 --separate-stderr timeout 60 s3put -j 1 s3://c/out/ <docs
		json ".error.code == \"s3.${fault#*:}\""
		stored
		s3_attempts 1 '.method == "PUT"'
		leftovers
	done
}

# bats test_tags=brief
@test "a storm of SlowDown that passes is weathered, with as long a pause as was asked for" {
	lone "$(rule slowdown '{"retry_after":1}' '"path":"key-","per":"path","nth":[1,2]')" \
	    "$(rule slowdown '{}' '"query":"list-type","nth":[1,2,3]')"
	documents 10
	stopwatch
	run -0 --separate-stderr timeout 60 s3get -j 10 <docs
	right 10
	[ "$(took)" -ge 2 ]
	s3_attempts 30 '.listener == "main"'
	results 10
	stopwatch
	run -0 --separate-stderr timeout 60 s3put -j 10 s3://c/out/ <docs
	# shellcheck disable=SC2046 # numbers
	stored $(seq 0 9)
	[ "$(took)" -ge 2 ]
	s3_attempts 30 '.method == "PUT"'
}

@test "a long Retry-After is not waited for: it is in the record's error" {
	local after
	after=$(LC_ALL=C TZ=UTC date -d '+2 hours' '+%a, %d %b %Y %H:%M:%S GMT')
	of_each 'GET|PUT' '' 'slowdown {"retry_after":61}' 'slowdown {"retry_after":3600}' \
	    'internal {"retry_after":999999999999999999999}' "slowdown {\"retry_after\":\"$after\"}"
	lone "${rules[@]}"
	documents 4
	stopwatch
	run -1 --separate-stderr timeout 60 s3get <docs
	[ "$(took)" -lt 20 ]
	json '.error.class == "transient"'
	[ "$(jq -rs 'sort_by(.rel)[:3] | map(.error.retry_after_ms) | tostring' <<<"$output")" = '[61000,3600000,86400000]' ]
	jq -es 'sort_by(.rel)[3].error.retry_after_ms | . > 7000000 and . <= 7200000' <<<"$output"
	s3_attempts 4 '.listener == "main" and .method == "GET"'
	results 4
	run -1 --separate-stderr timeout 60 s3put s3://c/out/ <docs
	[ "$(jq -rs 'sort_by(.rel)[:3] | map(.error.retry_after_ms) | tostring' <<<"$output")" = '[61000,3600000,86400000]' ]
	s3_attempts 4 '.method == "PUT"'
	leftovers
	stops 75 s3.SlowDown 0 1 slowdown '{"retry_after":3600}'
}

@test "a Retry-After that is none is a pause as without" {
	of_each GET '"nth":1' 'slowdown {"retry_after":"soon"}' 'slowdown {"retry_after":-5}' 'slowdown {"retry_after":0}' \
	    'slowdown {"retry_after":""}' 'slowdown {"retry_after":"Fri, 20 Nov 1998 10:00:00 GMT"}' 'slowdown {"retry_after":"1.5"}'
	lone "${rules[@]}"
	documents 6
	run -0 --separate-stderr timeout 20 s3get <docs
	right 6
	s3_attempts 12 '.listener == "main"'
}

# bats test_tags=brief
@test "s3get: a store that always fails does not get attempts without end" {
	s3_alone
	s3_faulty --canned c=300 --rule "$(rule internal '{}' '"path":"key-"')"
	documents 300
	run -1 --separate-stderr timeout 100 s3get -j 100 <docs
	[ "${#lines[@]}" -eq 300 ]
	json '.error.code == "s3.InternalError"'
	s3_attempts 400 '.listener == "main"'
	leftovers
}

# bats test_tags=brief
@test "s3put: a store that always fails does not get attempts without end" {
	lone "$(rule slowdown '{}' '"method":"PUT"')"
	results 300
	run -1 --separate-stderr timeout 100 s3put -j 100 s3://c/out/ <docs
	[ "${#lines[@]}" -eq 300 ]
	json '.error.code == "s3.SlowDown"'
	s3_attempts 400 '.method == "PUT"'
}

@test "what dribbles or hangs is given up in time, and fetched or put again" {
	export QUIRE_HTTP_WAIT=1
	of_each 'GET|PUT' '"nth":1' stall 'stall {"at":0}' 'stall {"at":500}' 'slow {"where":"head","seconds":0.2}' \
	    'slow {"seconds":0.2}' 'slow {"where":"both","seconds":0.2}'
	lone "${rules[@]}"
	documents 8
	stopwatch
	run -0 --separate-stderr timeout 60 s3get -j 8 <docs
	right 8
	[ "$(took)" -lt 30 ]
	given_up 6 GET
	of_each PUT '"nth":1' stall 'stall {"after":true}' 'slow {"where":"head","seconds":0.2}' 'continue {"kind":"unasked"}'
	lone "${rules[@]}"
	results 5
	stopwatch
	run -0 --separate-stderr timeout 60 s3put -j 8 s3://c/out/ <docs
	stored 0 1 2 3 4
	[ "$(took)" -lt 30 ]
	given_up 3 PUT
	local fault
	for fault in stall 'stall {"at":700}' 'slow {"where":"head","seconds":0.2}' 'slow {"seconds":0.2}'; do
		[[ $fault == *' '* ]] || fault+=' {}'
		lone "$(rule "${fault%% *}" "${fault#* }" "$second")"
		stopwatch
		run -0 --separate-stderr timeout 60 s3ls s3://c/
		[ "$(took)" -lt 20 ]
		[ "${#lines[@]}" -eq 25 ]
		first_of_all
		until_true s3_attempts 1 '.faults != []'
	done
}

# bats test_tags=brief
@test "what dribbles or hangs for ever has a name, and an end" {
	export QUIRE_HTTP_WAIT=1
	of_each 'GET|PUT' '' stall 'stall {"at":0}' 'stall {"at":500}' 'slow {"where":"head","seconds":0.2}' 'slow {"seconds":0.2}'
	lone "${rules[@]}" "$(rule stall '{}' '"query":"prefix="')"
	results 1
	mv docs results
	documents 6
	timeout 60 s3ls s3://c/ >listed 2>said 3>&- &
	lister=$!
	timeout 60 s3put s3://c/ <results >not-put 2>said-too 3>&- &
	putter=$!
	stopwatch
	run -1 --separate-stderr timeout 60 s3get -j 6 <docs
	right 1
	failures_are 'transient http.timeout' 'transient http.timeout' 'transient http.timeout' 'transient http.timeout' \
	    'transient http.timeout'
	until_true tries 5 5 2 GET
	status=0
	wait "$lister" || status=$?
	[ "$status" -eq 75 ]
	[ ! -s listed ]
	[[ $(tail -n 1 said) == 's3ls: stopped: '*' (http.timeout)' ]]
	status=0
	wait "$putter" || status=$?
	[ "$status" -eq 1 ]
	output=$(cat not-put)
	failures_are 'transient http.timeout'
	until_true tries 5 5 0 PUT
	[ "$(took)" -lt 50 ]
}

@test "a store that hangs is said by s3put before it takes a record" {
	QUIRE_HTTP_WAIT=1
	export QUIRE_HTTP_WAIT
	lone "$(rule stall)"
	results 1
	{
		run -75 --separate-stderr timeout 60 s3put s3://c/out/
		read -r rest
	} <docs
	[[ $stderr == 's3put: '*' (http.timeout)' ]]
	[ "$rest" = "$(cat docs)" ]
	# It may have given up the last before the server has seen it.
	until_true s3_attempts 5
}

# bats test_tags=brief
@test "each attempt is signed anew, and a store that looks takes it" {
	s3_need
	s3 mb signed
	printf 'some bytes' >file
	s3 put signed file 'a b+c'
	s3_faulty --rule "$(rule slowdown '{"retry_after":2}' '"per":"path","nth":1')"
	run -0 --separate-stderr timeout 60 s3ls s3://signed/
	json '.rel == "a b+c"'
	printf '%s\n' "$output" >docs
	run -0 --separate-stderr timeout 60 s3get <docs
	cmp file "$(jq -r .path <<<"$output")"
	printf '%s\n' "$output" >docs
	run -0 --separate-stderr timeout 60 s3put s3://signed/ <docs
	AWS_ENDPOINT_URL=$S3_URL run -0 s3 get signed 'a b+c.md'
	[ "$output" = 'some bytes' ]
	# Two attempts of each request, two seconds apart, each by its own clock.
	s3_seen '.method == "GET" or .method == "PUT"' | jq -rs 'group_by([.method, .path, .query])[] | map(.headers["x-amz-date"])
	    | select(length >= 2) | "\(length) \(unique | length)"' >dates
	[ "$(sort -u dates)" = '2 2' ]
	[ "$(wc -l <dates)" -ge 4 ]
}

# stalled N: so many requests hang, or did.
stalled()
{
	[[ $(s3_seen '.faults == ["stall"]' | wc -l) -ge $1 ]]
}

# ends STATUS SECONDS: $pid does so, in that time.
ends()
{
	stopwatch
	until_true gone "$pid"
	[ "$(took)" -le "$2" ]
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq "$1" ]
}

# bats test_tags=brief
@test "a signal while a transfer hangs: it has its grace, then the record says so" {
	export QUIRE_HTTP_WAIT=600
	lone "$(rule stall '{}' '"method":"GET|PUT","path":"key-0000000[12]"')" "$(rule delay '{"seconds":2}' '"path":"key-00000000"')"
	documents 2
	mv docs two
	results 2
	env --default-signal=INT s3get <two >got 2>err 3>&- &
	getter=$!
	env --default-signal=INT s3put s3://c/ <docs >put 2>err2 3>&- &
	putter=$!
	until_true stalled 2
	stopwatch
	kill -TERM "$getter"
	kill -INT "$putter"
	status=0
	wait "$getter" || status=$?
	[ "$status" -eq 143 ]
	status=0
	wait "$putter" || status=$?
	[ "$status" -eq 130 ]
	[ "$(took)" -le 45 ]
	# What answered in that time is done, and a file of its own.
	output=$(cat got)
	failures_are 'transient stage.stopped'
	right 1
	output=$(cat put)
	failures_are 'transient stage.stopped'
	[ "$(jq -s 'map(select(.dest)) | length' put)" -eq 1 ]
	rm -r "$QUIRE_WORK"
	leftovers
}

@test "a signal while a transfer hangs that then goes on: it is drained" {
	export QUIRE_HTTP_WAIT=3
	lone "$(rule stall '{}' '"method":"GET","path":"key-","per":"path","nth":1')"
	documents 3
	s3get <docs >got 2>err 3>&- &
	pid=$!
	until_true stalled 3
	kill -TERM "$pid"
	ends 143 25
	output=$(cat got)
	right 3
}

@test "a second signal while a transfer hangs ends it at once" {
	export QUIRE_HTTP_WAIT=600
	local signal
	for signal in TERM INT; do
		lone "$(rule stall '{}' '"path":"key-"')"
		documents 4
		env --default-signal=INT s3get <docs >got 2>err 3>&- &
		pid=$!
		until_true stalled 4
		kill -"$signal" "$pid"
		until_true grep -q 'told to stop' err
		kill -0 "$pid"
		once_more -"$signal" "$pid"
		ends $((128 + $(kill -l "$signal"))) 10
		leftovers
		results 4
		env --default-signal=INT s3put s3://c/ <docs >got 2>err 3>&- &
		pid=$!
		until_true stalled 8
		kill -"$signal" "$pid"
		until_true grep -q 'told to stop' err
		once_more -"$signal" "$pid"
		ends $((128 + $(kill -l "$signal"))) 10
		leftovers
	done
}

@test "s3ls, and s3put that looks for its bucket, end at the first signal while the store hangs" {
	export QUIRE_HTTP_WAIT=600
	local signal
	for signal in TERM INT; do
		lone "$(rule stall '{}' "$later")" "$(rule stall '{}' '"query":"max-keys=1$"')"
		env --default-signal=INT s3ls s3://c/ >got 2>err 3>&- &
		pid=$!
		until_true stalled 1
		until_true has_lines 10 got
		kill -"$signal" "$pid"
		ends $((128 + $(kill -l "$signal"))) 10
		[ "$(wc -l <got)" -eq 10 ]
		env --default-signal=INT s3put s3://c/ </dev/null >got 2>err 3>&- &
		pid=$!
		until_true stalled 2
		kill -"$signal" "$pid"
		ends $((128 + $(kill -l "$signal"))) 10
		leftovers
	done
}

refused()
{
	[[ $(s3_seen '.status == 503' | wc -l) -ge $1 ]]
}

@test "a wait between two attempts ends with the second signal too" {
	lone "$(rule slowdown '{"retry_after":55}' '"path":"key-"')"
	documents 3
	s3get <docs >got 2>err 3>&- &
	pid=$!
	until_true refused 3
	kill -TERM "$pid"
	until_true grep -q 'told to stop' err
	once_more -TERM "$pid"
	ends 143 10
	leftovers
}

@test "100,000 keys are listed in 16 MB" {
	! sanitized || skip "a sanitizer's own memory is counted"
	s3_alone
	s3_faulty --canned c=100000,shape=deep
	run -0 --separate-stderr "$s3_python" - s3ls s3://c/ 3>listed <<-'EOT'
		import resource, subprocess, sys
		done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=3, check=True)
		print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
	EOT
	[ "$(wc -l <listed)" -eq 100000 ]
	[ "$(jq -r .rel listed | LC_ALL=C sort -c -u; jq -r .rel listed | tail -n 1)" = 0099/99/00099999.pdf ]
	echo "$output KiB" >&2
	[ "$output" -le 16384 ]
}

# many: 30 documents, or as many as QUIRE_LONG asks for, of one page each, no two
# alike, in the buckets a-N and, empty, b-N of this test, and what a run that nothing
# happens to makes of them in want. Then the faulty server is in front of them,
# with the rules in rules.
many()
{
	local n from

	s3_need
	how_many=${QUIRE_LONG:+60}
	how_many=${how_many:-30}
	a=a-$BATS_TEST_NUMBER b=b-$BATS_TEST_NUMBER
	mkdir in want
	pdf_begin master.pdf
	pdf_page 612 792 "$(pdf_text 'Document 00000000' 'of many, which has words enough to be read as text')"
	pdf_end
	cp master.pdf in
	quire run in one
	for ((n = 1; n <= how_many; n++)); do
		from="s/Document 00000000/Document $(printf %08d "$n")/"
		sed "$from" master.pdf >"in/$n.pdf"
		sed "$from" one/master.pdf.md >"want/$n.pdf.md"
	done
	rm in/master.pdf
	[ "$(md5sum want/* | cut -d' ' -f1 | sort -u | wc -l)" -eq "$how_many" ]
	grep -q 'Document 00000007' want/7.pdf.md
	s3 mb "$a"
	s3 mb "$b"
	s3 sync-up in "$a" ''
	rm -rf "$QUIRE_DB"*
	printf '%s\n' "${rules[@]}" | jq -s . >rules
	s3_faulty --rules rules
}

# none_wrong [N]: what is in the bucket is right, and so many, if said.
none_wrong()
{
	AWS_ENDPOINT_URL=$S3_URL s3 ls "$b" | jq -r '"\(.etag)  want/\(.key)"' >there
	[[ ! -s there ]] || md5sum --quiet -c there
	[ "$(cut -c 35- there | sort | uniq -d | wc -l)" -eq 0 ]
	[ "$(wc -l <there)" -eq "${1-$(wc -l <there)}" ]
}

# through STATUS...: a run through the faults ends with one of those, every
# document is accounted for and none is wrong; without faults, the next runs do
# what is left, and what was given up.
through()
{
	local ended dead

	run --separate-stderr timeout 90 quire run --wait 0 -j 4 "s3://$a/" "s3://$b/"
	printf '%s\n' "$stderr"
	[[ " $* " == *" $status "* ]]
	ended=$(s3_seen '.faults != []' | wc -l)
	echo "$ended faults"
	[ "$ended" -gt 0 ]
	none_wrong
	# Each is done, to be done, or dead and says why.
	dead=$(jobdb list --state dead | jq -r '.error.code' | sort | uniq -c)
	echo "dead: $dead"
	[[ -z $dead ]] || run ! grep -v '[0-9] s3[.]' <<<"$dead"
	# What is said to be done is there.
	[ "$(jobdb list --state 'done' | wc -l)" -le "$(wc -l <there)" ]
	leftovers
	s3_faultless
	unset QUIRE_HTTP_WAIT
	jobdb requeue --state dead >requeued
	run -0 --separate-stderr timeout 90 quire run "s3://$a/" "s3://$b/"
	none_wrong "$how_many"
	[ "$(jobdb list --state 'done' | wc -l)" -eq "$how_many" ]
	sound
	leftovers
}

# tenth METHOD PATH LINE...: rules of the LINEs, "FAULT [ARGS]", each in a tenth
# of such requests.
tenth()
{
	local method=$1 path=$2 line

	for line in "${@:3}"; do
		[[ $line == *' '* ]] || line+=' {}'
		rules+=("$(rule "${line%% *}" "${line#* }" \
		    "\"method\":\"$method\",\"path\":\"$path\",\"p\":0.1,\"seed\":$((${#rules[@]} + 7))")")
	done
}

# bats test_tags=brief
@test "quire run through resets, cuts and flipped bits" {
	rules=()
	tenth 'GET|PUT' / reset 'reset {"at":300}' close 'close {"at":77}' short
	tenth PUT / 'reset {"after":true}'
	# In a listing nobody could tell.
	tenth GET /a-.*/ 'flip {"at":"any"}'
	many
	through 0 75
}

@test "quire run through refusals that pass" {
	at_length
	rules=()
	tenth 'GET|PUT' / slowdown internal error200 'status {"status":429,"code":"TooManyRequests"}'
	tenth PUT / 'internal {"after":true}' 'error200 {"after":true}' 'slowdown {"early":true}'
	many
	through 0 75
}

@test "quire run through what dribbles, hangs and comes in odd forms" {
	at_length
	export QUIRE_HTTP_WAIT=1
	rules=()
	tenth 'GET|PUT' / chunked nolength http10 idle-close etag
	tenth 'GET|PUT' / 'slow {"where":"head","seconds":0.1}' stall 'stall {"at":100}'
	many
	through 0 75
}

# bats test_tags=brief
@test "quire run through refusals that another attempt does not mend" {
	rules=()
	tenth 'GET|PUT' '/[ab]-.*/.' moved temporary precondition missing 'status {"status":403,"code":"AccessDenied"}'
	many
	through 0 1 3 75
}

@test "quire run through wrong clocks and signatures, which end it" {
	at_length
	rules=("$(rule skewed '{}' '"path":"pdf","nth":20')" "$(rule signature '{}' '"path":"pdf","nth":60')")
	many
	through 3
}

# bats test_tags=brief
@test "quire run through listings that are wrong: it says so, and none is lost" {
	rules=("$(rule list-no-token '{}' '"path":"^/a-","nth":[1,2,3,4,5]')")
	many
	through 75
}

# hang: quire run over many documents, as $pid, one of whose transfers hangs.
hang()
{
	export QUIRE_HTTP_WAIT=600
	rules=("$(rule stall '{}' '"method":"GET","path":"/7[.]pdf"')")
	many
	env --default-signal=INT setsid quire run "s3://$a/" "s3://$b/" >stdout 2>err 3>&- &
	pid=$!
	until_true stalled 1
}

next_does_the_rest()
{
	none_wrong
	leftovers
	s3_faultless
	run -0 --separate-stderr quire run "s3://$a/" "s3://$b/"
	none_wrong "$how_many"
	leftovers
}

@test "quire run is stopped while a transfer hangs: at the second signal at once" {
	at_length
	hang
	kill -TERM "$pid"
	until_true grep -q 'jobdb.*told to stop' err
	kill -0 "$pid"
	stopwatch
	once_more -TERM "$pid"
	finish
	[ "$(took)" -lt 20 ]
	[ "$status" -eq 143 ]
	next_does_the_rest
}

# bats test_tags=brief
@test "quire run is stopped while a transfer hangs: it has its grace, and the rest is done" {
	hang
	stopwatch
	kill -INT "$pid"
	finish
	[ "$(took)" -lt 50 ]
	grep -q 'does not end: told to stop' err
	[ "$status" -eq 130 ]
	summary '.failed == 0 and .left >= 1'
	next_does_the_rest
}
