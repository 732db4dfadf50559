#!/usr/bin/env bats
# The S3 servers that the other tests stand on, by themselves: what Swift
# promises, and that each planted fault is what it says.
load helper
load s3

setup_file()
{
	[[ -z ${QUIRE_LONG-} ]] || s3_start
}

teardown_file()
{
	s3_stop
}

# Nothing of quire's runs here: it is for who has changed t/fake.
setup()
{
	quire_setup
	at_length
}

teardown()
{
	# Clients break off; the server does not.
	run ! grep -s Traceback "$BATS_TEST_TMPDIR"/faults.*/s3.err
}

# A bucket for each test, as they share the server.
bucket()
{
	s3_need
	b=test-$BATS_TEST_NUMBER
	s3 mb "$b"
}

# raw ARG...: fake/rawhttp.py; json looks at what it said.
raw()
{
	run -0 "$s3_python" "$s3_fake/rawhttp.py" "${AWS_ENDPOINT_URL#http://}" "$@"
}

# lone FAULT [ARGS [WHICH]]: a server without Swift behind it, with the bucket c
# of 25 canned objects, 10 a page, and that fault in what it does with them.
lone()
{
	local args=${2-}

	s3_alone
	s3_faulty --canned c=25,page=10,size=1000 \
	    --rule "{\"fault\":\"$1\",\"args\":${args:-{\}}${3+,$3}}"
}

object=/c/key-00000003.pdf
list='/c?list-type=2&encoding-type=url'

@test "the client signs as AWS's published examples do" {
	"$s3_python" -B - "$s3_fake" <<-'EOT'
		import sys
		sys.path.insert(0, sys.argv[1])
		from s3 import sha256, sign
		HOST = b'examplebucket.s3.amazonaws.com'
		KEYS = 'AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
		def check(method, path, query, more, body, want):
		    headers = {'host': HOST, 'x-amz-date': b'20130524T000000Z',
		               'x-amz-content-sha256': sha256(body).encode(), **more}
		    got = sign((method, path, query, sha256(body)), headers, KEYS,
		               'us-east-1', '20130524T000000Z')
		    assert got.endswith('Signature=' + want), got
		check('GET', '/test.txt', [], {'range': b'bytes=0-9'}, b'',
		      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41')
		check('PUT', '/test%24file.text', [],
		      {'date': b'Fri, 24 May 2013 00:00:00 GMT',
		       'x-amz-storage-class': b'REDUCED_REDUNDANCY'}, b'Welcome to Amazon S3.',
		      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd')
		check('GET', '/', [(b'lifecycle', b'')], {}, b'',
		      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543')
		check('GET', '/', [(b'max-keys', b'2'), (b'prefix', b'J')], {}, b'',
		      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7')
	EOT
}

@test "the python of these tools compiles without a warning" {
	local f
	for f in "$s3_fake"/*.py; do
		"$s3_python" -W error -B -c 'import pathlib, sys
compile(pathlib.Path(sys.argv[1]).read_bytes(), sys.argv[1], "exec")' "$f"
	done
}

@test "a key of odd bytes comes back from Swift as it was" {
	bucket
	local long
	printf -v long '%01000d' 0
	cat >keys <<-'EOT'
		["a b", "a+b", "a%b", "a%20b", "a&b=c", "a?b", "a#b", "it's", "\"q\"", "new\nline",
		 "tab\tbed", "é", "e\u0301", "日本", "a/../b", "../c", "./d", "a/./e", "//lead", "mid//dle",
		 "-dash", "--", "folder/", "~", "*(!)", "a\\b", "a:b@c;d,e$f", " ", "<&>"]
	EOT
	jq --arg long "$long" '. + [$long]' keys >all
	s3 put-many "$b" <all
	s3 ls "$b" >listed
	# shellcheck disable=SC2016 # jq's
	jq -s '[.[].key] | sort' listed >got
	jq 'map(@uri | gsub("%2F"; "/")) | sort' all |
	    sed "s/\*(!)/%2A%28%21%29/; s/it's/it%27s/" | jq sort >want
	cmp got want
	# Each of them is its own body.
	jq -j '.[] + "\u0000"' all >raw
	local key n=0
	while IFS= read -r -d '' key; do
		printf %s "$key" >key
		s3 get "$b" --key-file key >body
		cmp body key
		n=$((n + 1))
	done <raw
	[ "$n" -eq 30 ]
}

@test "type and metadata come back with an object, and it goes when removed" {
	bucket
	printf hello >f
	s3 put "$b" f 'a b/é' --type text/x-try --meta one=1 --meta 'two=a=b c'
	run -0 s3 head "$b" 'a b/é'
	json '."content-type" == "text/x-try" and ."content-length" == "5" and
	    ."x-amz-meta-one" == "1" and ."x-amz-meta-two" == "a=b c" and
	    .etag == "\"5d41402abc4b2a76b9719d911017c592\""'
	run -0 s3 get "$b" 'a b/é'
	[ "$output" = hello ]
	s3 rm "$b" 'a b/é'
	run -1 --separate-stderr s3 get "$b" 'a b/é'
	[[ $stderr == "s3.py: HTTP 404 NoSuchKey: "* ]]
	run -0 s3 ls "$b"
	[ -z "$output" ]
}

@test "a wrong secret is refused, and so is a key nobody has" {
	bucket
	AWS_SECRET_ACCESS_KEY=CANARYwrong run -1 --separate-stderr s3 ls "$b"
	[[ $stderr == "s3.py: HTTP 403 SignatureDoesNotMatch: "* ]]
	AWS_ACCESS_KEY_ID=test:nobody run -1 --separate-stderr s3 ls "$b"
	[[ $stderr == "s3.py: HTTP 403 "* ]]
	AWS_REGION=eu-west-1 run -1 --separate-stderr s3 ls "$b"
	[[ $stderr == "s3.py: HTTP 400 AuthorizationHeaderMalformed: "* ]]
	raw GET "/$b?list-type=2"
	json '.status >= 400'
}

@test "the reader may read and list, and no more" {
	bucket
	printf hello >f
	s3 put "$b" f k
	run -0 s3_as_reader s3 get "$b" k
	[ "$output" = hello ]
	run -0 s3_as_reader s3 ls "$b"
	json '.key == "k"'
	local refused
	for refused in "put $b f k" "put $b f new" "rm $b k" "mb $b-more"; do
		# shellcheck disable=SC2086 # words
		run -1 --separate-stderr s3_as_reader s3 $refused
		[[ $stderr == "s3.py: HTTP 403 AccessDenied: "* ]]
	done
	s3 mb "private-$b"
	s3 put "private-$b" f k
	run -1 --separate-stderr s3_as_reader s3 get "private-$b" k
	[[ $stderr == "s3.py: HTTP 403 AccessDenied: "* ]]
	run -1 --separate-stderr s3_as_reader s3 ls "private-$b"
	[[ $stderr == "s3.py: HTTP 403 AccessDenied: "* ]]
}

@test "500 files go up at once, and a listing has them at once" {
	bucket
	local i
	mkdir -p up/deep
	for i in {1..500}; do
		echo "$i" >"up/deep/$i é"
	done
	s3 sync-up up "$b" 'in/'
	s3 ls "$b" in/deep/ >listed
	[ "$(wc -l <listed)" -eq 500 ]
	run -0 s3 get "$b" 'in/deep/123 é'
	[ "$output" = 123 ]
	# Written and removed is seen at once, too.
	for i in {1..5}; do
		s3 put "$b" "up/deep/$i é" "x$i"
		[ "$(s3 ls "$b" x | wc -l)" -eq 1 ]
		s3 rm "$b" "x$i"
		[ "$(s3 ls "$b" x | wc -l)" -eq 0 ]
	done
}

@test "nothing of the user's is looked at, and no secret is in a command line" {
	s3_need
	[[ $AWS_SECRET_ACCESS_KEY == CANARY[0-9]* && $S3_READER_SECRET == CANARY[0-9]* ]]
	[ "$AWS_SECRET_ACCESS_KEY" != "$S3_READER_SECRET" ]
	[ ! -e "$AWS_CONFIG_FILE" ] && [ ! -e "$AWS_SHARED_CREDENTIALS_FILE" ]
	[ -z "${AWS_PROFILE-}${AWS_SESSION_TOKEN-}${http_proxy-}" ]
	run -0 tr '\0' ' ' <"/proc/$S3_PID/cmdline"
	[[ $output != *CANARY* ]]
	run -0 cat "$S3_DIR.err"
	[[ $output != *CANARY* ]]
}

# starting FUNCTION...: a shell that calls it, says which pid it got and waits.
starting()
{
	(
		s3_clean
		exec bash -c 'bats_require_minimum_version() { :; }
		    . "$0/helper.bash"; . "$0/s3.bash"; "$@" || exit
		    echo "${s3_faults_pid-$S3_PID} ${AWS_ENDPOINT_URL##*:}" >"$BATS_TEST_TMPDIR/started"
		    exec 3>&- 4>&-; read -r <"$BATS_TEST_TMPDIR/hold"' "$QUIRE_TOP/t" "$@" 3>&- 4>&-
	) &
	starter=$!
}

# listening PORT: the socket that does, by its number in the kernel.
listening()
{
	awk -v at=":$(printf %04X "$1")" '$2 ~ at "$" && $4 == "0A" { print $10 }' /proc/net/tcp
}

# closed SOCKET: there is none of that number.
closed()
{
	! awk '{ print $10 }' /proc/net/tcp | grep -qx "$1"
}

@test "a server ends with the shell that started it, however that ends" {
	local server port socket
	mkfifo "$BATS_TEST_TMPDIR/hold"
	for with in s3_start "s3_faulty --bucket b"; do
		[[ $with != s3_start ]] || [[ -z ${S3_SKIP-} ]] || continue
		rm -rf "$BATS_TEST_TMPDIR/started" "$BATS_TEST_TMPDIR/s3"
		# shellcheck disable=SC2086 # words
		starting $with
		until_true test -s "$BATS_TEST_TMPDIR/started"
		read -r server port <"$BATS_TEST_TMPDIR/started"
		kill -0 "$server"
		socket=$(listening "$port")
		[ -n "$socket" ]
		run ! closed "$socket"
		kill -KILL "$starter"
		wait "$starter" || :
		until_true gone "$server"
		# The port may be another's by then.
		until_true closed "$socket"
	done
}

@test "a stopped server leaves nothing" {
	local pid dir skip=${S3_SKIP-}
	s3_alone
	s3_faulty --bucket b
	# While it runs, it is no leftover of what is tested.
	leftovers
	pid=$s3_faults_pid dir=${s3_faults_dir%/s3}
	s3_faultless
	[ ! -e "/proc/$pid" ]
	[ ! -e "$dir" ]
	[ -z "${AWS_ENDPOINT_URL-}" ]
	[ -z "$skip" ] || skip "$skip"
	s3_start
	pid=$S3_PID dir=$S3_DIR
	[[ $dir == "$BATS_TEST_TMPDIR"/* ]]
	s3_stop
	[ ! -e "/proc/$pid" ]
	[ ! -e "$dir" ] && [ ! -e "$dir.err" ]
	leftovers
}

@test "where there can be no Swift, it says why" {
	AWS_SECRET_ACCESS_KEY=x S3_READER_SECRET=x AWS_ACCESS_KEY_ID=test:tester \
	    S3_READER_KEY_ID=test:reader "$s3_python" -S "$s3_fake/swift.py" "$PWD/a" $BASHPID
	[ "$(cat a/said)" = 'skip needs the package swift-proxy' ]
	strace -D -f -o trace -e trace=setxattr -e inject=setxattr:error=EOPNOTSUPP \
	    "$s3_python" "$s3_fake/swift.py" "$PWD/b" $BASHPID
	[ "$(cat b/said)" = "skip no user xattrs at $PWD/b/srv" ]
	# In a file's setup and in a test's.
	cat >"$TMPDIR/python" <<-EOT
		#!/bin/sh
		shift 2
		exec "$s3_python" -S "\$@"
	EOT
	chmod +x "$TMPDIR/python"
	(
		s3_clean
		unset BATS_TEST_NUMBER
		s3_python=$TMPDIR/python
		s3_start
		[ "$S3_SKIP" = 'needs the package swift-proxy' ]
		[ ! -e "$BATS_TEST_TMPDIR/s3" ]
	)
}

@test "a rule that cannot be is refused" {
	local rule
	for rule in '{"fault":"nonsense"}' '{"fault":"reset","args":{"att":1}}' \
	    '{"fault":"reset","pth":"x"}' '{"fault":"continue"}' '{"nth":1}' \
	    '{"fault":"reset","path":"("}' '[' '{"fault":"reset","per":"key"}' \
	    '{"fault":"reset","every":0}' '{"fault":"reset","nth":0}'; do
		run -1 "$s3_python" "$s3_fake/s3faults.py" --dir "$PWD/d" --starter $BASHPID --rule "$rule"
		[[ $output == *s3faults.py:* ]]
		[ ! -e d ]
	done
}

@test "canned objects are listed page by page and are what the list says" {
	s3_alone
	local shape
	for shape in flat deep odd long; do
		s3_faulty --canned "c=2500,shape=$shape,size=100"
		s3 ls c >listed
		[ "$(jq -s 'length, ([.[].key] | unique | length), all(.[]; .size == 100)' listed | tr '\n' ' ')" = '2500 2500 true ' ]
		s3_attempts 3
		# Any of them.
		jq -r '.key' listed | sed -n 1777p >key
		etag=$(sed -n 1777p listed | jq -r .etag)
		"$s3_python" -c 'import sys, urllib.parse
sys.stdout.buffer.write(urllib.parse.unquote_to_bytes(sys.stdin.read().rstrip()))' <key >raw
		s3 get c --key-file raw | md5sum | grep -q "^$etag "
		run -0 s3 head c --key-file raw
		json ".etag == \"\\\"$etag\\\"\" and .\"content-length\" == \"100\""
	done
	s3_faulty --canned c=100,shape=deep,page=7
	[ "$(s3 ls c 0000/03/ | wc -l)" -eq 10 ]
	raw GET '/c?list-type=2&delimiter=/&prefix=0000/' GET '/c?list-type=2&delimiter=/&prefix=0000/&start-after=0000/06/' \
	    GET '/c?list-type=2&delimiter=/&prefix=0000/&max-keys=3'
	[ "$(jq -s 'map(.body | [scan("<CommonPrefixes>")] | length) | tostring' <<<"$output")" = '"[7,3,3]"' ]
}

@test "100,000 canned keys are there at once" {
	s3_alone
	s3_faulty --canned c=100000
	s3 ls c | wc -l >count
	[ "$(cat count)" -eq 100000 ]
	s3_attempts 100 '.query | test("list-type=2")'
}

@test "bodies of any size have the right ETag, and ranges of them" {
	s3_alone
	local size etag
	for size in 0 1 31 32 33 65536 65568 65569 3000000; do
		s3_faulty --canned "c=2,size=$size"
		etag=$(s3 ls c | jq -rs '.[1].etag')
		s3 get c key-00000001.pdf >body
		[ "$(wc -c <body)" -eq "$size" ]
		[ "$(md5sum <body)" = "$etag  -" ]
	done
	raw --header 'Range: bytes=65500-2999990' GET /c/key-00000001.pdf
	json '.status == 206 and .headers."content-range" == "bytes 65500-2999990/3000000"'
	jq -j .body <<<"$output" | iconv -t latin1 | cmp - <(tail -c +65501 body | head -c -9)
	raw --header 'Range: bytes=-5' GET /c/key-00000001.pdf
	jq -j .body <<<"$output" | iconv -t latin1 | cmp - <(tail -c 5 body)
	raw --header 'Range: bytes=3000000-' GET /c/key-00000001.pdf
	json '.status == 416'
}

@test "what is put into a bucket in memory comes back" {
	s3_alone
	s3_faulty --bucket b
	printf hello >f
	s3 put b f 'x y+z/é' --type text/x-try --meta a=b
	run -0 s3 get b 'x y+z/é'
	[ "$output" = hello ]
	run -0 s3 head b 'x y+z/é'
	json '."content-type" == "text/x-try" and ."x-amz-meta-a" == "b"'
	run -0 s3 ls b
	json '.key == "x%20y%2Bz/%C3%A9" and .size == 5'
	raw --body new --header 'If-None-Match: *' PUT /b/new PUT /b/new
	[ "$(jq -s 'map(.status) | tostring' <<<"$output")" = '"[200,412]"' ]
	s3 rm b 'x y+z/é' new
	[ -z "$(s3 ls b)" ]
	run -1 --separate-stderr s3 ls nosuch
	[[ $stderr == *"HTTP 404 NoSuchBucket"* ]]
}

@test "the log has each request, without the credentials" {
	s3_alone
	s3_faulty --canned c=5 --rule '{"fault":"slowdown","nth":2}'
	export AWS_SESSION_TOKEN=CANARYtoken
	printf hello >f
	s3 put c f 'a b'
	run -1 s3 get c 'a b'
	raw --header 'X-Odd: 1' GET '/c/a%20b?x=y' GET /c/none
	run -0 s3_seen
	json '.listener == "main"'
	[ "$(jq -s length <<<"$output")" -eq 4 ]
	jq -es '.[0] | .method == "PUT" and .path == "/c/a%20b" and .body == 5 and .authorization and
	    .status == 200 and .faults == [] and .headers."content-length" == "5"' <<<"$output"
	jq -es '.[1] | .faults == ["slowdown"] and .status == 503' <<<"$output"
	jq -es '.[2] | .query == "x=y" and (.authorization | not) and .headers."x-odd" == "1"' <<<"$output"
	jq -es '.[3].connection == .[2].connection and .[3].request == 2 and .[3].status == 404' <<<"$output"
	[[ $output != *CANARY* && $output != *Signature* ]]
	s3_attempts 1 '.faults == ["slowdown"]'
}

@test "rules choose by method, path, query, header and what went before" {
	s3_alone
	# codes RULE METHOD TARGET...: the status of each.
	codes()
	{
		s3_faulty --canned c=5 --rule "{\"fault\":\"status\",\"args\":{\"status\":418},$1}"
		raw "${@:2}"
		codes=$(jq -s 'map(.status) | join(" ")' <<<"$output")
	}
	k=/c/key-00000001.pdf
	codes '"method":"GET|PUT"' GET $k HEAD $k PUT $k
	[ "$codes" = '"418 200 418"' ]
	codes '"path":"0000[23]"' GET $k GET "${k/01/02}" GET "${k/01/03}"
	[ "$codes" = '"200 418 418"' ]
	codes '"query":"list-type=2&.*x"' GET "$list" GET "$list&x"
	[ "$codes" = '"200 418"' ]
	codes '"header":"host: 127"' GET $k
	[ "$codes" = '"418"' ]
	codes '"header":"host: 128"' GET $k
	[ "$codes" = '"200"' ]
	codes '"reused":true' GET $k GET $k
	[ "$codes" = '"200 418"' ]
	codes '"nth":2' GET $k GET $k GET $k
	[ "$codes" = '"200 418 200"' ]
	codes '"nth":[1,3]' GET $k GET $k GET $k
	[ "$codes" = '"418 200 418"' ]
	codes '"every":2' GET $k GET $k GET $k GET $k
	[ "$codes" = '"200 418 200 418"' ]
	codes '"per":"path","nth":1' GET $k GET $k GET "${k/01/02}" GET $k GET "${k/01/02}"
	[ "$codes" = '"418 200 418 200 200"' ]
	local i gets=()
	for i in {1..60}; do
		gets+=(GET "$k")
	done
	codes '"p":0.3,"seed":7' "${gets[@]}"
	local first=$codes
	[[ $codes == *200* && $codes == *418* ]]
	codes '"p":0.3,"seed":7' "${gets[@]}"
	[ "$codes" = "$first" ]
	codes '"p":0.3,"seed":8' "${gets[@]}"
	[ "$codes" != "$first" ]
	# From a file, and two faults at once.
	echo '[{"fault":"flip","args":{"at":0}},{"fault":"http10"}]' >rules
	s3_faulty --canned c=5 --rules rules
	raw GET $k
	json '.version == "HTTP/1.0" and .length == 1000'
	run -0 s3_seen
	json '.faults == ["flip", "http10"]'
}

@test "a connection is reset, closed or stalled at the byte that was said" {
	local how=reset end=reset
	for how in reset:reset close:eof stall:timeout; do
		end=${how#*:} how=${how%:*}
		lone "$how"
		raw --timeout 2 GET $object
		json ".end == \"$end\" and .status == null and .length == 0"
		lone "$how" '{"at":0}'
		raw --timeout 2 GET $object
		json ".end == \"$end\" and .status == 200 and .length == 0"
		lone "$how" '{"at":777}'
		raw --timeout 2 GET $object
		json ".end == \"$end\" and .headers.\"content-length\" == \"1000\" and .length == 777"
		s3_attempts 1 ".faults == [\"$how\"]"
	done
	lone short
	raw GET $object
	json '.end == "eof" and .headers."content-length" == "1000" and .length == 999'
	# A large body, most of it still under way when the reset comes.
	s3_faulty --canned c=1,size=9000000 --rule '{"fault":"reset","args":{"at":7654321}}'
	raw GET /c/key-00000000.pdf
	json '.end == "reset" and .length == 7654321'
}

@test "a fault before the answer leaves the object alone, one after it does not" {
	local fault
	for fault in reset close internal error200; do
		lone "$fault" '{}' '"method":"PUT"'
		raw --body hello PUT /c/new
		raw GET /c/new
		json '.status == 404'
		lone "$fault" '{"after":true}' '"method":"PUT"'
		raw --body hello PUT /c/new
		raw GET /c/new
		json '.body == "hello"'
	done
	# Of a request without its body there is nothing to take effect.
	s3_faulty --bucket c --rule '{"fault":"internal","args":{"after":true},"method":"PUT"}' \
	    --rule '{"fault":"slowdown","args":{"early":true},"method":"PUT"}'
	raw --body hello PUT /c/new
	json '.status == 500'
	raw GET /c/new
	json '.status == 404'
}

@test "each error answer is the one that S3 gives" {
	local name number code
	while read -r name number code; do
		lone "$name"
		raw GET $object
		json ".status == $number and .end == \"next\" and (.body | contains(\"<Error><Code>$code</Code>\")) and
		    .headers.\"content-type\" == \"application/xml\""
		raw HEAD $object
		json ".status == $number and .end == \"next\" and .length == 0"
	done <<-'EOT'
		slowdown 503 SlowDown
		internal 500 InternalError
		error200 200 InternalError
		moved 301 PermanentRedirect
		temporary 307 TemporaryRedirect
		skewed 403 RequestTimeTooSkewed
		signature 403 SignatureDoesNotMatch
		precondition 412 PreconditionFailed
		missing 404 NoSuchKey
		status 400 InvalidRequest
	EOT
	lone slowdown '{"retry_after":7}'
	raw GET $object
	json '.headers."retry-after" == "7"'
	lone status '{"status":400,"code":"ExpiredToken","message":"a<b","headers":{"X-Y":"z"}}'
	raw GET $object
	json '.status == 400 and .headers."x-y" == "z" and (.body | contains("<Code>ExpiredToken</Code><Message>a&lt;b<"))'
	lone skewed '{"seconds":-7200}'
	raw GET $object
	[ "$(date -d "$(jq -r .headers.date <<<"$output")" +%s)" -lt $(($(date +%s) - 7000)) ]
	lone signature
	run -1 s3 get c key-00000003.pdf
	raw --header 'Authorization: AWS4 xyz<' GET $object
	json '.body | contains("<StringToSign>AWS4 xyz&lt;</StringToSign>")'
}

@test "a redirect leads to the second port, which sees what comes there" {
	lone moved '{"region":"eu-north-1"}'
	raw GET $object
	json ".headers.\"x-amz-bucket-region\" == \"eu-north-1\" and .headers.location == null and
	    (.body | contains(\"<Endpoint>$S3_OTHER</Endpoint>\"))"
	lone temporary
	raw GET "$object?a=b"
	json ".headers.location == \"http://$S3_OTHER$object?a=b\""
	s3_attempts 0 '.listener == "other"'
	AWS_ENDPOINT_URL=http://$S3_OTHER raw GET "$object"
	json '.status == 200 and .length == 1000'
	s3_attempts 1 '.listener == "other" and (.authorization | not)'
	lone temporary '{"to":"127.0.0.1:9"}'
	raw GET $object
	json '.headers.location | startswith("http://127.0.0.1:9/")'
}

@test "a flipped bit and a wrong ETag are the only difference" {
	lone flip '{"at":10}'
	raw GET $object
	cp "$s3_faults_dir/log" log
	jq -j .body <<<"$output" | iconv -t latin1 >bad
	lone delay '{"seconds":0}'
	s3 get c key-00000003.pdf >good
	run -1 cmp -l good bad
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *11\ * ]]
	etag=$(s3 head c key-00000003.pdf | jq .etag)
	lone etag
	raw GET $object
	json ".headers.etag == \"\\\"0123456789abcdef0123456789abcdef\\\"\" and .headers.etag != $etag"
	raw --body x PUT /c/new
	json '.status == 200 and (.headers.etag | startswith("\"0123456789abcdef"))'
}

@test "slow and late answers take the time that was said, and are whole" {
	lone slow '{"where":"head","seconds":0.01}'
	raw GET $object
	json '.length == 1000 and .seconds > 1 and .end == "next"'
	lone slow '{"seconds":0.002}'
	raw GET $object
	json '.length == 1000 and .seconds >= 2 and .end == "next"'
	lone delay '{"seconds":1.5}'
	raw GET $object
	json '.length == 1000 and .seconds >= 1.5'
	lone slow '{"seconds":5}'
	raw --timeout 3 GET $object
	json '.status == 200 and .length < 10 and .end == "timeout"'
	# By the default it is a byte a second.
	s3_faulty --canned c=5,size=4 --rule '{"fault":"slow"}'
	raw GET $object
	json '.length == 4 and .seconds >= 3'
}

@test "answers come chunked, without a length, and as HTTP/1.0" {
	lone chunked
	raw GET $object GET $object
	json '.headers."transfer-encoding" == "chunked" and .headers."content-length" == null and
	    .length == 1000 and .end == "next"'
	s3_faulty --canned c=25 --rule '{"fault":"chunked"}' --rule '{"fault":"short","args":{"at":500}}'
	raw GET $object
	json '.length == 500 and .end == "eof" and .headers."transfer-encoding" == "chunked"'
	lone nolength
	raw GET $object
	json '.headers."transfer-encoding" == null and .headers."content-length" == null and
	    .length == 1000 and .end == "eof"'
	lone http10
	raw --end GET $object
	json '.version == "HTTP/1.0" and .length == 1000 and .end == "eof"'
}

@test "a connection ends between two requests, announced or not" {
	lone idle-close
	raw --end GET $object
	json '.length == 1000 and .end == "eof" and .headers.connection == null'
	lone idle-close '{"seconds":5}'
	raw GET $object
	json '.end == "next"'
	lone idle-close '{"seconds":1}'
	raw --wait 1.5 GET $object GET $object
	jq -es '.[0].status == 200 and .[1].status == null' <<<"$output"
	# The next request on the connection is lost.
	lone close '{}' '"reused":true'
	raw GET $object GET $object
	jq -es '.[0].status == 200 and .[1].status == null and .[1].end == "eof"' <<<"$output"
	s3_attempts 2
}

@test "100 Continue comes, or comes late, twice, unasked or never" {
	s3_alone
	s3_faulty --bucket c
	raw --expect --body hello PUT /c/k
	json '.status == 200 and .interim == [100]'
	raw --body hello PUT /c/k
	json '.status == 200 and .interim == []'
	lone continue '{"kind":"never"}'
	raw --expect --body hello PUT /c/k
	json '.status == 200 and .interim == [] and .seconds >= 1'
	lone continue '{"kind":"late","seconds":0.5}'
	raw --expect --body hello PUT /c/k
	json '.status == 200 and .interim == [100] and .seconds >= 0.5'
	lone continue '{"kind":"twice"}'
	raw --expect --body hello PUT /c/k
	json '.status == 200 and .interim == [100, 100]'
	lone continue '{"kind":"unasked"}'
	raw --body hello PUT /c/k
	json '.status == 200 and .interim == [100]'
	lone continue '{"kind":"refuse"}'
	raw --expect --body hello PUT /c/k
	json '.status == 417 and .interim == []'
	s3_attempts 1 '.body == 0 and .status == 417'
	# An answer before the body.
	lone slowdown '{"early":true}'
	raw --end --expect --body hello PUT /c/k
	json '.status == 503 and .interim == [] and .end == "eof" and .headers.connection == "close"'
	s3_attempts 1 '.body == 0'
}

@test "listings loop, lose their token, go backwards and are no XML" {
	# pages N: the keys of each of the first N pages, following what they say.
	pages()
	{
		local nr token=
		: >pages
		for ((nr = 0; nr < $1; nr++)); do
			raw GET "$list${token:+&continuation-token=$token}"
			jq -r .body <<<"$output" >page
			grep -o 'key-[0-9]*' page | tr '\n' ' ' >>pages
			echo >>pages
			token=$(sed -n 's|.*<NextContinuationToken>\(.*\)</Next.*|\1|p' page | sed 's/+/%2B/g; s/=/%3D/g')
		done
	}
	lone delay '{"seconds":0}'
	pages 3
	[ "$(tr ' ' '\n' <pages | grep -c key)" -eq 25 ]
	LC_ALL=C tr ' ' '\n' <pages | grep key | sort -c -u
	lone list-loop
	pages 4
	[ "$(sed -n 2p pages)" = "$(sed -n 3p pages)" ]
	[ "$(sed -n 2p pages)" = "$(sed -n 4p pages)" ]
	[ "$(sed -n 1p pages)" != "$(sed -n 2p pages)" ]
	lone list-no-token
	raw GET "$list"
	json '.body | contains("<IsTruncated>true<") and (contains("NextContinuationToken") | not)'
	lone list-backwards
	pages 1
	tr ' ' '\n' <pages | grep key | LC_ALL=C sort -r -c -u
	lone list-rewind '{}' '"nth":2'
	pages 3
	[ "$(sed -n 1p pages)" = "$(sed -n 2p pages)" ]
	[[ $(sed -n 3p pages) == key-00000020* ]]
	# Each page of nothing has a token of its own, for the same place.
	lone list-hollow '{}' '"nth":[1,3,4]'
	pages 6
	[ "$(awk '{ printf "%d ", NF }' pages)" = '0 10 0 0 10 5 ' ]
	LC_ALL=C tr ' ' '\n' <pages | grep key | sort -c -u
	lone list-html
	raw GET "$list"
	json '.status == 200 and .headers."content-type" == "text/html" and (.body | startswith("<!DOCTYPE html>"))'
	lone list-cut
	raw GET "$list"
	json '.status == 200 and .end == "next" and (.body | endswith("</ListBucketResult>") | not)'
	lone list-cut '{"at":100}'
	raw GET "$list"
	json '.length == 100'
	lone list-empty
	raw GET "$list"
	json '.status == 200 and .length == 0 and .headers."content-length" == "0"'
	lone list-control
	raw GET "$list"
	json '.body | contains("key-00000009.pdf\u0001\u000b\u001f</Key>")'
}

@test "Swift behind the proxy sees what it would have seen" {
	bucket
	s3_faulty
	[ "$AWS_ENDPOINT_URL" != "$S3_URL" ]
	printf '["a b+%%&?é", "//x/../y", "l"]' | s3 put-many "$b"
	[ "$(s3 ls "$b" | wc -l)" -eq 3 ]
	run -0 s3 get "$b" 'a b+%&?é'
	[ "$output" = 'a b+%&?é' ]
	head -c 5000000 /dev/urandom >big
	s3 put "$b" big big
	s3 get "$b" big | cmp - big
	s3 rm "$b" l
	run -1 --separate-stderr s3 get "$b" l
	[[ $stderr == *"HTTP 404 NoSuchKey"* ]]
	AWS_SECRET_ACCESS_KEY=wrong run -1 --separate-stderr s3 ls "$b"
	[[ $stderr == *"HTTP 403 SignatureDoesNotMatch"* ]]
	s3_attempts 1 '.method == "PUT" and .body == 5000000 and .authorization'
	# Directly again.
	s3_faultless
	[ "$AWS_ENDPOINT_URL" = "$S3_URL" ]
	[ "$(s3 ls "$b" | wc -l)" -eq 3 ]
}

@test "faults in front of Swift are those that were planted" {
	bucket
	printf hello >f
	s3_faulty --canned c=3 --rule '{"fault":"internal","args":{"after":true},"method":"PUT","path":"/took$"}' \
	    --rule '{"fault":"internal","method":"PUT","path":"/lost$"}' \
	    --rule '{"fault":"flip","args":{"at":1},"method":"GET","path":"/flip$"}' \
	    --rule '{"fault":"reset","args":{"at":3},"method":"GET","path":"/cut$","nth":1}'
	run -1 s3 put "$b" f took
	run -1 s3 put "$b" f lost
	s3 put "$b" f flip
	s3 put "$b" f cut
	run -0 s3 get "$b" took
	[ "$output" = hello ]
	run -1 s3 get "$b" lost
	run -0 s3 get "$b" flip
	[ "$output" = hdllo ]
	# The client asks once more after a reset.
	run -0 s3 get "$b" cut
	[ "$output" = hello ]
	s3_attempts 2 '.method == "GET" and (.path | endswith("/cut"))'
	s3_attempts 1 '.faults == ["reset"]'
	[ "$(s3 ls c | wc -l)" -eq 3 ]
	s3_faulty --rule '{"fault":"list-control"}'
	raw GET "/$b?list-type=2"
	json '.status >= 400'
	run -0 s3_seen
	json '.path == "/'"$b"'"'
}

@test "a proxy without its Swift closes the connection" {
	s3_alone
	S3_URL=http://127.0.0.1:9
	s3_faulty
	raw GET /b/k
	json '.status == null and .end == "eof"'
	s3_attempts 1 '.status == null'
}
