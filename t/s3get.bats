#!/usr/bin/env bats
# s3get: the file that a record names is in a work directory, unchanged and
# hashed.
load helper

setup()
{
	quire_setup
	export QUIRE_LOG=text
	here=$(pwd -P)
	root=$(realpath "$BATS_TEST_TMPDIR")/work
}

teardown()
{
	[[ -z ${pid-} ]] || kill -9 "$pid" 2>/dev/null || :
}

# is_open FILE: some process has it open.
is_open()
{
	find /proc/[0-9]*/fd -lname "$1" 2>/dev/null | grep -q .
}

# document FILE [JSON]: its record as s3ls makes it, with these members too.
document()
{
	s3ls "$1" | jq -c --argjson more "${2-null}" '. + $more'
}

# failed CLASS CODE: the one record in $output has this error, and what it
# had before (and an id), and stderr is one line that says so.
failed()
{
	[ "${#lines[@]}" -eq 1 ]
	json ".error.stage == \"s3get\" and .error.class == \"$1\" and .error.code == \"$2\" and (.path | not) and (.sha256 | not)"
	[ "$(jq -cS 'del(.error, .id)' <<<"$output")" = "$(jq -cS 'del(.id)' in)" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == "s3get: "*" ($2, $1)"* ]]
}

long=$(printf 'x%.0s' {1..255})
names=('a b' "q\"uo'te" $'new\nline' '100%' '%41' '%E9' 'é' '-dash' '--' "\\" $'\x01' '.hidden'
	'...' '*' '日本' "$long")
# Those that no JSON string can hold.
bytes=($'\xe9' $'\xff\xfe.pdf' $'\xc3\xa9\xc3')

@test "a document gets an id, its path, its sha256 and a work directory" {
	printf abc >a.pdf
	document a.pdf >in
	run -0 --separate-stderr s3get <in
	[ -z "$stderr" ]
	json '.path == .work + "/source"'
	json '.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"'
	json '.id | test("^[0-7][0-9A-HJKMNP-TV-Z]{25}$")'
	json '.took_ms | keys == ["s3get"] and (.s3get | floor == . and . >= 0)'
	work=$(jq -r .work <<<"$output")
	[[ $work =~ ^"$root/$(jq -r .id <<<"$output")."[0-9a-f]{16}$ ]]
	[ "$(stat -c '%F %a %u' "$work")" = "directory 700 $(id -u)" ]
	[ "$(ls -A "$work")" = source ]
	cmp a.pdf "$work/source"
	[ "$(stat -c '%F %a %u' "$work/source")" = "regular file 600 $(id -u)" ]
	[ "$(jq -c 'del(.id, .path, .sha256, .work, .took_ms)' <<<"$output")" = "$(cat in)" ]
}

@test "what was read is kept byte for byte, big numbers and spellings too" {
	printf abc >a
	printf '{ "meta" : {"n":12345678901234567890, "e":1.50e+2},"uri":"file://%s/a" , "v":1}\n' "$here" >in
	run -0 --separate-stderr s3get <in
	[[ $output == '{"meta":{"n":12345678901234567890, "e":1.50e+2},"uri":"file://'"$here"'/a","v":1,"id":"'* ]]
}

@test "the sha256 is right for every size about a block's and a slice's" {
	local n
	for n in 0 1 55 56 64 4095 4096 1048575 1048576 1048577 3000000; do
		head -c "$n" /dev/urandom >"f$n"
	done
	s3ls . --match 'f*' >in
	run -0 --separate-stderr s3get <in
	[ -z "$stderr" ]
	[ "${#lines[@]}" -eq 11 ]
	jq -r '"\(.sha256)  \(.rel)"' <<<"$output" | sha256sum --quiet -c
}

@test "odd names are found" {
	mkdir in.d
	for name in "${names[@]}"; do
		mkdir "in.d/$name" && printf %s "$name" >"in.d/$name/$name"
	done
	s3ls in.d | s3get >got
	[ "$(jq -s length got)" -eq "${#names[@]}" ]
	for name in "${names[@]}"; do
		sum=$(printf %s "$name" | sha256sum)
		path=$(jq -r --arg s "${sum%% *}" 'select(.sha256 == $s).path' got)
		[ "$(cat "$path"; echo .)" = "$name." ]
	done
}

@test "names that are not UTF-8 are found" {
	mkdir in.d
	for name in "${bytes[@]}"; do
		printf %s "$name" >"in.d/$name"
	done
	s3ls in.d >in
	run -0 --separate-stderr s3get <in
	[ "${#lines[@]}" -eq "${#bytes[@]}" ]
	[ -z "$stderr" ]
	json '.path == .work + "/source"'
	for line in "${lines[@]}"; do
		path=$(jq -r .path <<<"$line")
		[ "$(sha256sum <"$path")" = "$(jq -r .sha256 <<<"$line")  -" ]
	done
	# Again, with the work that is there now.
	run -0 --separate-stderr s3get <<<"$output"
	json '.path == .work + "/source"'
	s3put --rm out <<<"$output" >put
	[ "$(jq -s 'map(select(.dest)) | length' put)" -eq "${#bytes[@]}" ]
	for name in "${bytes[@]}"; do
		[ "$(cat "in.d/$name")" = "$name" ]
		cmp "in.d/$name" "out/$name.md"
	done
	leftovers
}

@test "an id that is there is kept, and the work directory is named by it" {
	printf abc >a
	document a '{"id":"my-id_7"}' >in
	run -0 --separate-stderr s3get <in
	json '.id == "my-id_7"'
	[[ $(jq -r .work <<<"$output") =~ ^"$root"/my-id_7\.[0-9a-f]{16}$ ]]
}

@test "no id leads out of the work directory" {
	printf abc >a
	mkdir "$QUIRE_WORK.d" && export QUIRE_WORK=$QUIRE_WORK.d/work
	root=$(realpath "${QUIRE_WORK%/*}")/work
	for id in ../../x / . .. '' $'a\nb' "$long$long" é; do
		document a "$(jq -n --arg id "$id" '{id: $id}')" >in
		run -0 --separate-stderr s3get <in
		[ "$(jq .id <<<"$output")" = "$(jq .id in)" ]
		work=$(jq -r .work <<<"$output")
		[[ $work =~ ^"$root"/[A-Za-z0-9_-]{1,64}\.[0-9a-f]{16}$ ]]
		[ -d "$work" ]
	done
	[ "$(ls -A "${root%/*}")" = work ]
	[ "$(find "$root" -mindepth 1 -maxdepth 1 | wc -l)" -eq 8 ]
}

@test "ids that are made differ, and do not go backwards" {
	mkdir in.d && touch in.d/{1..300}
	s3ls in.d >in
	run -0 --separate-stderr s3get -j 1 <in
	[ "${#lines[@]}" -eq 300 ]
	jq -r .id <<<"$output" >ids
	LC_ALL=C sort -cu ids
	[ "$(find "$root" -mindepth 1 -maxdepth 1 | wc -l)" -eq 300 ]
}

@test "work that is there is kept, and none is made" {
	printf abc >a && printf defg >b
	document a | s3get >first
	document b | jq -c --slurpfile f first '.work = $f[0].work | .id = "x"' >in
	run -0 --separate-stderr s3get <in
	json ".work == $(jq .work first) and .id == \"x\""
	[ "$(cat "$(jq -r .path <<<"$output")")" = defg ]
	[ "$(find "$root" -mindepth 1 -maxdepth 1 | wc -l)" -eq 1 ]
}

@test "an id, a work, an etag or a uri that is no name is refused" {
	printf abc >a
	for member in '{"id":5}' '{"id":null}' '{"id":"a\u0000b"}' '{"work":7}' '{"work":"/a\u0000b"}' \
	    '{"etag":3}' '{"uri":null}' '{"uri":["x"]}' "{\"uri\":\"file://$here/a\\u0000.pdf\"}"; do
		document a "$member" >in
		run -1 --separate-stderr s3get <in
		failed validation record.member
	done
	document a | jq -c 'del(.uri)' >in
	run -1 --separate-stderr s3get <in
	failed validation record.member
	leftovers
}

@test "a document without an etag is taken as it is" {
	printf abc >a
	document a | jq -c 'del(.etag, .size, .mtime)' >in
	run -0 --separate-stderr s3get <in
	json '.sha256 | startswith("ba7816bf")'
}

@test "a uri that is no file's is refused" {
	for uri in http://localhost/a s3:///a s3://..//a s3:bucket S3://bucket/a file: file:// file://host/a file:///%zz file:///a%00b FILE:///a a ''; do
		jq -nc --arg u "$uri" '{v: 1, kind: "document", uri: $u}' >in
		run -1 --separate-stderr s3get <in
		failed validation store.uri
	done
	leftovers
}

@test "a document that is gone is document.missing" {
	mkdir d && : >d/a && document d/a >in && rm d/a
	run -1 --separate-stderr s3get <in
	failed permanent document.missing
	json ".error.message == \"$here/d/a: No such file or directory\""
	rmdir d
	run -1 --separate-stderr s3get <in
	failed permanent document.missing
	: >d
	run -1 --separate-stderr s3get <in
	failed permanent document.missing
	leftovers
}

@test "a document that became a link to nothing or in a loop is document.missing" {
	: >a && document a >in
	ln -sf gone a
	run -1 --separate-stderr s3get <in
	failed permanent document.missing
	ln -sf a a
	run -1 --separate-stderr s3get <in
	failed permanent document.missing
	leftovers
}

@test "a document that changed after it was listed is document.changed" {
	printf abc >a && touch -d @1000000000 a && document a >in
	printf abd >a && touch -d @1000000000.000000001 a
	run -1 --separate-stderr s3get <in
	failed transient document.changed
	printf abcd >a && touch -d @1000000000 a
	run -1 --separate-stderr s3get <in
	failed transient document.changed
	printf abc >a && touch -d @1000000000 a
	run -0 --separate-stderr s3get <in
}

@test "a document that changes while it is read is document.changed" {
	# Of holes only, but minutes of reading.
	truncate -s 1T big || skip "the kernel has no such long files here"
	printf x >small
	s3ls big small >in
	s3get --max-size $((1 << 41)) <in >got 2>err 3>&- &
	pid=$!
	until_true is_open "$here/big"
	truncate -s 1 big
	rc=0
	wait "$pid" || rc=$?
	[ "$rc" -eq 1 ]
	[ "$(jq -r 'select(.rel == "big").error | .class, .code' got)" = $'transient\ndocument.changed' ]
	[ "$(jq -r 'select(.rel == "small").sha256' got)" = "$(printf x | sha256sum | cut -d' ' -f1)" ]
	[ "$(find "$root" -mindepth 1 -maxdepth 1 | wc -l)" -eq 1 ]
}

@test "documents take turns: a small one does not wait for a large one" {
	truncate -s 1T big || skip "the kernel has no such long files here"
	printf x >small
	s3ls big small >in
	s3get --max-size $((1 << 41)) -j 2 <in >got 2>err 3>&- &
	pid=$!
	until_true test -s got
	[ "$(jq -r .rel got)" = small ]
	truncate -s 1 big
	wait "$pid" || [ "$?" -eq 1 ]
	[ "$(jq -r .rel got)" = $'small\nbig' ]
}

@test "what is no plain file is document.type, and nobody waits for it" {
	mkfifo fifo && mkdir dir && ln -s fifo link
	for path in "$here/fifo" "$here/dir" "$here/link" /dev/zero /dev/null /; do
		jq -nc --arg u "file://$path" '{v: 1, kind: "document", uri: $u, rel: "x"}' >in
		run -1 --separate-stderr timeout 20 s3get <in
		failed validation document.type
	done
	leftovers
}

@test "a FIFO that is in a folder does not hold up the others" {
	mkdir in.d && mkfifo in.d/fifo && printf abc >in.d/a
	{
		jq -nc --arg u "file://$here/in.d/fifo" '{v: 1, kind: "document", uri: $u}'
		s3ls in.d
	} >in 2>/dev/null
	run -1 --separate-stderr timeout 20 s3get -j 1 <in
	[ "$(jq -c '[.error.code, .rel]' <<<"$output")" = $'["document.type",null]\n[null,"a"]' ]
}

@test "a link is followed to the file that it names" {
	printf abc >a && ln -s a link
	document link >in
	run -0 --separate-stderr s3get <in
	json '.path == .work + "/source" and (.sha256 | startswith("ba7816bf"))'
	[ "$(stat -c %F "$(jq -r .path <<<"$output")")" = "regular file" ]
}

@test "a document that may not be read is store.read" {
	printf abc >a && document a >in && chmod 0 a
	run -1 --separate-stderr as_user s3get <in
	failed permanent store.read
	json ".error.message == \"$here/a: Permission denied\""
	leftovers
}

@test "a document longer than --max-size is document.large" {
	printf abcd >a
	document a >in
	run -0 --separate-stderr s3get --max-size 4 <in
	rm -r "${QUIRE_WORK:?}"/*
	run -1 --separate-stderr s3get --max-size 3 <in
	failed validation document.large
	json '.error.message == "4 bytes, at most 3 are taken"'
	run -1 --separate-stderr s3get --max-size=0 <in
	failed validation document.large
	: >a && document a >in
	run -0 --separate-stderr s3get --max-size=0 <in
}

@test "documents of more than 256 MiB are refused unless --max-size says so" {
	truncate -s $((256 * 1024 * 1024 + 1)) a
	document a >in
	run -1 --separate-stderr s3get <in
	failed validation document.large
	leftovers
}

@test "a file that gives more bytes than it has is not read for ever" {
	[ -r /proc/self/maps ] || skip "needs /proc"
	printf '{"v":1,"kind":"document","uri":"file:///proc/self/maps"}\n' >in
	run -0 --separate-stderr s3get <in
	rm -r "${QUIRE_WORK:?}"/*
	run -1 --separate-stderr s3get --max-size 99 <in
	failed validation document.large
	leftovers
}

@test "a record that fails leaves the others as they are" {
	printf abc >a && printf def >b && : >gone
	s3ls a gone b >in && rm gone
	run -1 --separate-stderr s3get <in
	[ "${#lines[@]}" -eq 3 ]
	[ "$(jq -r 'select(.error).rel' <<<"$output")" = gone ]
	[ "$(jq -r 'select(.sha256).rel' <<<"$output" | sort)" = $'a\nb' ]
	[ "$(find "$root" -mindepth 1 -maxdepth 1 | wc -l)" -eq 2 ]
}

@test "a document that failed earlier is passed on and gets no work" {
	printf abc >a
	document a '{"error":{"code":"x.y","class":"transient"}}' >in
	run -1 --separate-stderr s3get <in
	[ "$output" = "$(cat in)" ]
	[ -z "$stderr" ]
	leftovers
}

@test "a page is no document" {
	printf '{"v":1,"kind":"page","uri":"file:///x"}\n' >in
	run -1 --separate-stderr s3get <in
	failed validation record.kind
}

@test "a record that grows beyond 64 KiB keeps its work, to be removed" {
	printf abc >a
	document a "$(jq -n '{id: "big", meta: ("x" * 65200)}')" >in
	[ "$(wc -c <in)" -le 65536 ]
	run -1 --separate-stderr s3get <in
	json '.error.code == "record.large" and .id == "big" and .kind == "document"'
	[ -d "$(jq -r .work <<<"$output")" ]
	s3put --rm out <<<"$output" >put || :
	leftovers
}

@test "-j takes documents side by side, and all come out" {
	mkdir in.d
	for i in {1..60}; do
		head -c $((i * 997)) /dev/urandom >"in.d/$i"
	done
	s3ls in.d >in
	for jobs in -j1 '-j 7' --jobs=1024 '--jobs 2'; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr s3get $jobs <in
		[ "${#lines[@]}" -eq 60 ]
		(cd in.d && jq -r '"\(.sha256)  \(.rel)"' <<<"$output" | sha256sum --quiet -c)
	done
}

@test "what is read is counted for QUIRE_PROGRESS" {
	printf abcd >a && printf efg >b && : >c
	s3ls a b c >in && rm c
	mkdir progress
	QUIRE_PROGRESS=$PWD/progress run -1 --separate-stderr s3get <in
	jq -e '.tool == "s3get" and .in == 3 and .out == 3 and .passed == 2 and .failed == 1 and
	    .done == 0 and .bytes == 7 and .codes == {"document.missing": 1}' progress/s3get.*
}

@test "a work directory that others could enter stops s3get before it reads" {
	: >a && document a >in
	mkdir -m 755 "$QUIRE_WORK"
	{
		run -3 --separate-stderr s3get
		read -r rest
	} <in
	[ -z "$output" ]
	[ "$stderr" = "s3get: $root: not a directory of ours with mode 0700 (work.root)" ]
	[ "$rest" = "$(cat in)" ]
}

@test "a work directory that cannot be is status 3" {
	: >in
	QUIRE_WORK=$here/no/such run -3 --separate-stderr s3get <in
	[ "$stderr" = "s3get: $here/no/such: No such file or directory (work.root)" ]
	QUIRE_WORK=$here/in run -3 --separate-stderr s3get <in
	[[ $stderr == "s3get: $here/in: "*" (work.root)" ]]
	[ -z "$output" ]
}

@test "without QUIRE_WORK it is a folder in TMPDIR" {
	printf abc >a
	unset QUIRE_WORK
	document a >in
	run -0 --separate-stderr s3get <in
	[[ $(jq -r .work <<<"$output") == "$(realpath "$TMPDIR")/quire-$(id -u)/"*.* ]]
}

@test "no room for a work directory is work.make, and transient" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	printf abc >a
	document a '{"id":"x"}' >in
	mkdir "$QUIRE_WORK"
	mount -t tmpfs -o size=64k,nr_inodes=1,mode=700 tmpfs "$QUIRE_WORK" || skip "the kernel lets nobody mount here"
	run -1 --separate-stderr s3get <in
	umount "$QUIRE_WORK"
	failed transient work.make
}

@test "a bad command line is status 2, and nothing is read" {
	usage=$'usage: s3get [-j N] [--max-size BYTES] [--no-local] [--unpack] [--max-members N]\n             [--max-unpacked BYTES] [--max-ratio N]\n             [--addressing auto|path|virtual]'
	local args
	for args in 'x|x: one operand too many' '--nothing|--nothing: no such option' \
	    '-j|-j: needs an argument' '-j 0|--jobs 0: not a number from 1 to 1024' \
	    '-j 1025|--jobs 1025: not a number from 1 to 1024' \
	    '--jobs=2x|--jobs 2x: not a number from 1 to 1024' \
	    '--max-size -1|--max-size -1: not a number from 0 to 4503599627370496' \
	    '--max-size|--max-size: needs an argument'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr s3get ${args%%|*} <<<'{}'
		[ -z "$output" ]
		[ "$stderr" = "s3get: ${args#*|}"$'\n'"$usage" ]
	done
	[ ! -e "$QUIRE_WORK" ]
}
