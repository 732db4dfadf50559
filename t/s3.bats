#!/usr/bin/env bats
# The commands and quire run over a real S3 server, Swift: every key under its
# own name with its own bytes, what is wrong is named, and the secret is
# nowhere. What no real server does on request is another file's.
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
	export QUIRE_LOG=text
	export QUIRE_HTTP_WAIT=30
	b=one-$BATS_TEST_NUMBER
	out=out-$BATS_TEST_NUMBER
}

teardown()
{
	[[ -n ${S3_SKIP-} ]] || no_canary
}

# no_canary: the secret is in no file of this test's: what commands said (see
# does), QUIRE_WORK, the ledger.
no_canary()
{
	local found
	found=$(grep -rlaF -D skip CANARY "$BATS_TEST_TMPDIR" || :)
	[[ -z $found ]] || {
		printf 'the secret is in: %s\n' "$found" >&2
		return 1
	}
}

# does STATUS COMMAND...: run it, and keep what it says for no_canary.
does()
{
	run "-$1" --separate-stderr "${@:2}"
	printf '%s\n' "$output" "$stderr" >>said
}

# objects BUCKET KEY...: make it, and them, each with its key as its body.
objects()
{
	s3 mb "$1"
	[[ $# -eq 1 ]] || jq -nc '$ARGS.positional' --args -- "${@:2}" | s3 put-many "$1"
}

# listed REL...: the records in $output are documents of these, in this order.
listed()
{
	diff <([[ $# -eq 0 ]] || jq -nc '$ARGS.positional[]' --args -- "$@") <(jq -c .rel <<<"$output")
	[[ $# -eq 0 ]] || json '.kind == "document" and .v == 1 and (has("error") | not)'
}

# failed STAGE CLASS CODE: the one record in $output has this error.
failed()
{
	[ "${#lines[@]}" -eq 1 ]
	json ".error.stage == \"$1\" and .error.class == \"$2\" and .error.code == \"$3\""
}

# As store.h has it, in jq.
encode='def encode: gsub("%"; "%25");'

# odd_keys: a JSON list of keys that something or other trips over.
odd_keys()
{
	jq -nc --arg long "$(printf '%0998d' 0)/x" --arg wide "$(printf 'é%.0s' {1..500})" '
		["a b", "a+b", "a%b", "a%20b", "a&b=c", "a?b=c", "a#b", "it'\''s", "\"q\"", "new\nline",
		 "tab\tbed", "é", "e\u0301", "日本", "😀", "a/../b", "../c", "../../d", "./d", "a/./e", "a/..",
		 "..", ".", "//lead", "mid//dle", "end//", "-dash", "--", "folder/", "~", "*", "*(!)",
		 "[a]", "a\\b", "\\", "a:b@c;d,e$f", " ", " lead", "trail ", "<&>", "x.md", "x.md/y", "%",
		 "%7E", "%00", "a%2Fb", "cr\r\nlf", "\u0001", "\u007f", ".hidden", ".quire-0123456789abcdef",
		 "%~", "?x", "#x", "s3://x/y", "{a,b}", "a|b^c`d", $long, $wide]'
}

# stored BUCKET KEYS SUFFIX: its keys are those of that file, a JSON list, each
# with the suffix behind it.
stored()
{
	# jq 1.6 leaves some bytes that the client encodes.
	diff <(jq -r --arg s "$3" '.[] + $s | @uri | gsub("%2F"; "/") | gsub("!"; "%21") |
		gsub("\\*"; "%2A") | gsub("\u0027"; "%27") | gsub("\\("; "%28") | gsub("\\)"; "%29")' \
	    "$2" | LC_ALL=C sort) <(s3 ls "$1" | jq -r .key | LC_ALL=C sort)
}

# documents N: a PDF of one page of text in master.pdf, and as docs.json a list
# of keys and bodies for put-many, 0001.pdf and so on, each with its own text;
# what becomes of master.pdf is in want.md, and its number is 0000.
documents()
{
	pdf_begin master.pdf
	pdf_page 612 792 "$(pdf_text 'This is the document 0000, and it says no more than this.')"
	pdf_end
	by_hand "$PWD/master.pdf" want >/dev/null
	mv want/master.pdf.md want.md
	grep -q 'document 0000' want.md
	jq -nc --rawfile pdf master.pdf --argjson n "$1" 'def pad: "000\(.)"[-4:];
		[range(1; $n + 1) | {key: "\(pad).pdf", body: (. as $i | $pdf | sub("0000"; $i | pad))}]' >docs.json
}

# results BUCKET LIST: its objects are the results of those in LIST, as
# documents makes it, by their MD5s, and there are no others.
results()
{
	jq -r '.[].body' "$2" | sed -n 's/.*document \([0-9]*\),.*/\1/p' | while read -r n; do
		sed "s/0000/$n/" want.md | md5sum
	done | cut -c 1-32 >sums
	jq '[.[].key]' "$2" >keys
	stored "$1" keys .md
	# In the order of the list, as the keys are.
	diff <(paste <(jq -r '.[].key + ".md" | @base64' "$2") sums | sort) \
	    <(s3 ls "$1" | jq -r '[.key, .etag] | @tsv' | "$s3_python" -c '
import base64, sys, urllib.parse
for line in sys.stdin:
    key, etag = line.split()
    key = urllib.parse.unquote_to_bytes(key)
    print(base64.b64encode(key).decode() + "\t" + etag)' | sort)
}

# documents_in BUCKET KEY...: a small document each.
documents_in()
{
	[[ -e master.pdf ]] || documents 1
	s3 mb "$1"
	jq -nc --rawfile pdf master.pdf '[$ARGS.positional[] | {key: ., body: $pdf}]' --args -- "${@:2}" |
	    s3 put-many "$1"
}

# keys BUCKET KEY...: it has these, and no others.
keys()
{
	diff <(printf '%s\n' "${@:2}" | LC_ALL=C sort) <(s3 ls "$1" | jq -r .key | LC_ALL=C sort)
}

# --- s3ls

@test "s3ls: an object is a record of its uri, rel, size, etag and mtime" {
	local from to
	s3 mb "$b"
	from=$(date +%s)
	printf abc >f && s3 put "$b" f 'a b/c%.pdf'
	to=$(date +%s)
	does 0 s3ls "s3://$b"
	[ "${#lines[@]}" -eq 1 ]
	json 'keys == ["etag", "kind", "mtime", "rel", "size", "uri", "v"]'
	json ".v == 1 and .kind == \"document\" and .uri == \"s3://$b/a b/c%25.pdf\" and
	    .rel == \"a b/c%25.pdf\" and .size == 3 and .etag == \"900150983cd24fb0d6963f7d28e17f72\" and
	    (.mtime | fromdateiso8601 | . >= $from and . <= $to + 1)"
	[ -z "$stderr" ]
}

@test "s3ls: a bucket, a prefix with and without its slash, one object" {
	objects "$b" a ab a.pdf a/1 a/2 a/b/3 b c/4 'c/4/5'
	does 0 s3ls "s3://$b"
	listed a a.pdf a/1 a/2 a/b/3 ab b c/4 c/4/5
	does 0 s3ls "s3://$b/"
	listed a a.pdf a/1 a/2 a/b/3 ab b c/4 c/4/5
	does 0 s3ls "s3://$b/a/"
	listed 1 2 b/3
	json ".uri == \"s3://$b/a/\" + .rel"
	# The object of that name is one, too; its neighbours are not.
	does 0 s3ls "s3://$b/a"
	listed a 1 2 b/3
	does 0 s3ls "s3://$b/a/b"
	listed 3
	does 0 s3ls "s3://$b/b"
	listed b
	does 0 s3ls "s3://$b/c/4"
	listed 4 5
	does 0 s3ls "s3://$b/a//"
	listed
}

@test "s3ls: what is not there, and what is no name, stops it" {
	objects "$b"
	objects "private-$b" a
	does 0 s3ls "s3://$b"
	listed
	does 0 s3ls "s3://$b/a/"
	listed
	does 3 s3ls "s3://$b/a"
	[ -z "$output" ]
	[ "$stderr" = "s3ls: stopped: s3://$b/a: no object has this name or lies below it (s3.NoSuchKey)" ]
	does 3 s3ls "s3://no-$b/"
	[ -z "$output" ]
	[[ $stderr == "s3ls: stopped: GET s3://no-$b/: "*'HTTP 404, request '*'(s3.NoSuchBucket)' ]]
	does 3 s3_as_reader s3ls "s3://private-$b/"
	[ -z "$output" ]
	[[ $stderr == *'HTTP 403'*'(s3.AccessDenied)'* ]]
	local uri
	for uri in s3:// s3:/// s3:///a "s3://a b/c" 's3://../a' "s3://$b?x"; do
		does 3 s3ls "$uri"
		[ -z "$output" ]
		[ "$stderr" = "s3ls: stopped: $uri: not s3://BUCKET/KEY (store.uri)" ]
	done
	# What went before it has been listed.
	does 3 s3ls "s3://private-$b" "s3://$b/a"
	[ "${#lines[@]}" -eq 1 ]
}

@test "s3ls: of several, each rel begins with its bucket and prefix" {
	objects "$b" a/1 a/2 b
	objects "$out" a/1
	mkdir in && : >in/f
	does 0 s3ls "s3://$b/a/" "s3://$out" "s3://$b/b"
	listed "$b/a/1" "$b/a/2" "$out/a/1" "$b/b"
	json '.uri == "s3://" + .rel'
	does 0 s3ls in "s3://$out/a"
	listed f "$out/a/1"
}

@test "s3ls: what stands for a folder is no document, unless it has bytes" {
	objects "$b"
	jq -n '["a/", "b/", "c", "d/e/"] | map({key: ., body: ""}) + [{key: "f/", body: "x"}, "a/1", "f/2"]' |
	    s3 put-many "$b"
	does 0 s3ls "s3://$b"
	listed a/1 c f/ f/2
	does 0 s3ls "s3://$b/a/"
	listed 1
	does 0 s3ls "s3://$b/f/"
	listed '' 2
	does 0 s3ls "s3://$b/d"
	listed
}

@test "s3ls: an object and one below it never share a rel" {
	objects "$b" x/a x/a/a x/a/a/a x/a/b
	does 1 s3ls "s3://$b/x/a"
	[ "$(jq -c '[.kind, .uri, .rel, .error.code, .error.class]' <<<"$output")" = \
"[\"document\",\"s3://$b/x/a\",\"a\",null,null]
[\"error\",\"s3://$b/x/a/a\",\"a\",\"store.twin\",\"permanent\"]
[\"document\",\"s3://$b/x/a/a/a\",\"a/a\",null,null]
[\"document\",\"s3://$b/x/a/b\",\"b\",null,null]" ]
	does 0 s3ls "s3://$b/x/a/"
	listed a a/a b
	does 0 s3ls "s3://$b/x/"
	listed a a/a a/a/a a/b
	does 0 s3ls "s3://$b/x/a" "s3://$b/no/"
	listed "$b/x/a" "$b/x/a/a" "$b/x/a/a/a" "$b/x/a/b"
	does 0 s3ls --exclude a "s3://$b/x/a"
	listed a/a b
}

@test "s3ls: more than one page, each key once and in order" {
	s3 mb "$b"
	jq -nc '[range(1050) | "k/\(. + 10000)"]' | s3 put-many "$b"
	does 0 s3ls "s3://$b/k/"
	[ "$(jq -r .rel <<<"$output" | paste -s -d ' ')" = "$(seq -s ' ' 10000 11049)" ]
	does 0 s3ls "s3://$b" --match 'k/*5'
	[ "${#lines[@]}" -eq 105 ]
	# It ends with its reader.
	[ "$(s3ls "s3://$b" | head -n 1 | jq -r .rel)" = k/10000 ]
}

# bats test_tags=brief
@test "s3ls: --match, --exclude and --skip-dir choose; --update is for folders" {
	objects "$b" a.pdf b/c.pdf b/c.txt bc/d.pdf 'b%/e.pdf'
	does 0 s3ls --match '*.pdf' "s3://$b"
	listed a.pdf 'b%25/e.pdf' b/c.pdf bc/d.pdf
	does 0 s3ls --match '*.pdf' --exclude 'b/*' --exclude a.pdf "s3://$b"
	listed 'b%25/e.pdf' bc/d.pdf
	does 0 s3ls --match c.pdf "s3://$b/b"
	listed c.pdf
	for skip in "s3://$b/b" "s3://$b/b/"; do
		does 0 s3ls --skip-dir "$skip" "s3://$b"
		listed a.pdf 'b%25/e.pdf' bc/d.pdf
	done
	does 0 s3ls --skip-dir 's3://'"$b"'/b%' "s3://$b"
	listed a.pdf b/c.pdf b/c.txt bc/d.pdf
	# The operand itself is no folder below it, nor is what it lies in.
	for skip in "s3://$b/b" "s3://$b/b/" "s3://$b" "s3://$b/"; do
		does 0 s3ls --skip-dir "$skip" "s3://$b/b"
		listed c.pdf c.txt
		does 0 s3ls --skip-dir "$skip" "s3://$b/b/"
		listed c.pdf c.txt
	done
	does 0 s3ls --skip-dir "s3://$b" "s3://$b"
	[ "${#lines[@]}" -eq 5 ]
	does 0 s3ls --skip-dir "s3://$out/b" "s3://$b/b"
	listed c.pdf c.txt
	does 2 s3ls --update out "s3://$b"
	[[ $stderr == 's3ls: --update: is for documents and results in folders, not in a bucket'$'\n'usage:* ]]
	does 2 s3ls --update "s3://$b" .
	does 2 s3ls --skip-dir s3:// "s3://$b"
	[[ $stderr == 's3ls: --skip-dir: '*$'\n'usage:* ]]
	[ -z "$output" ]
}

@test "s3ls: an odd key is in its record as it is, and can be asked for" {
	odd_keys >odd.json
	s3 mb "$b" && s3 put-many "$b" <odd.json
	does 0 s3ls "s3://$b"
	diff <(jq -c --arg b "$b" "$encode"' .[] | ["s3://\($b)/" + encode, encode, utf8bytelength]' odd.json |
	    LC_ALL=C sort) <(jq -c '[.uri, .rel, .size]' <<<"$output" | LC_ALL=C sort)
	# As an operand, the key stands as it is. Newlines and NULs apart, it is
	# an argument like any other.
	local key
	while IFS= read -r -d '' key; do
		# "e/" is all that lies there, and it is not to be the key's own.
		does 0 s3ls "s3://$b/$key"
		jq -es --arg u "s3://$b/$key" "$encode"' map(.uri) | index($u | encode) != null and
		    all(startswith($u | encode))' <<<"$output" >/dev/null
	done < <(jq -j '.[] + "\u0000"' odd.json)
}

# --- s3get

@test "s3get: an odd key's bytes come into its work directory, whole" {
	odd_keys >odd.json
	s3 mb "$b"
	jq 'map({key: ., body: ., type: "text/x-odd; a=b"})' odd.json | s3 put-many "$b"
	s3ls "s3://$b" >in
	does 0 s3get -j 8 <in
	[ "${#lines[@]}" -eq "$(jq length odd.json)" ]
	json '.content_type == "text/x-odd; a=b" and (.id | length) == 26'
	json '(.work | startswith(env.QUIRE_WORK + "/" )) and .path == .work + "/source"'
	diff <(jq -r '.sha256 + "  " + .path' <<<"$output") <(jq -r .path <<<"$output" | xargs sha256sum)
	diff <(jq -c .rel <<<"$output") <(jq -r .path <<<"$output" | while read -r path; do
		jq -Rsc "$encode"' encode' "$path"
	done)
	[ "$(jq -r .work <<<"$output" | sort -u | wc -l)" -eq "${#lines[@]}" ]
	[ "$(find "$QUIRE_WORK" -type f | wc -l)" -eq "${#lines[@]}" ]
	# What came in is kept.
	diff <(LC_ALL=C sort in) <(jq -c 'del(.id, .work, .path, .sha256, .content_type, .took_ms)' <<<"$output" |
	    LC_ALL=C sort)
}

@test "s3get: what has changed or gone since the listing is named, and the rest goes on" {
	objects "$b" a b c d
	s3ls "s3://$b" >in
	printf B >f && s3 put "$b" f b && s3 rm "$b" c
	does 1 s3get -j1 <in
	[ "$(jq -c '[.rel, .error.code, .error.class, has("path"), has("work")]' <<<"$output")" = \
'["a",null,null,true,true]
["b","document.changed","transient",false,false]
["c","s3.NoSuchKey","permanent",false,false]
["d",null,null,true,true]' ]
	[ "$(find "$QUIRE_WORK" -mindepth 1 -type d | wc -l)" -eq 2 ]
	# One whose bucket has gone is no other.
	sed "s|s3://$b/|s3://no-$b/|" in | head -n 1 >gone
	does 3 s3get <gone
	failed s3get transient s3.NoSuchBucket
	[ "$(find "$QUIRE_WORK" -mindepth 1 -type d | wc -l)" -eq 2 ]
}

@test "s3get: a size in the record that is not the object's is a change" {
	objects "$b" four
	s3ls "s3://$b" >in
	local size
	for size in 0 3 5 268435456; do
		jq -c ".size = $size" in >wrong
		does 1 s3get <wrong
		failed s3get transient document.changed
		json 'has("path") or has("work") or has("sha256") | not'
	done
	leftovers
}

@test "s3get: --max-size holds, whether the record has a size or not" {
	objects "$b" four
	s3ls "s3://$b" >in
	jq -c 'del(.size)' in >sizeless
	jq -c '.size = 1' in >liar
	for f in in sizeless liar; do
		does 1 s3get --max-size 3 <"$f"
		failed s3get validation document.large
		[[ $stderr == *'4 bytes, at most 3 are taken'* ]]
		json 'has("path") or has("work") | not'
	done
	leftovers
	for f in in sizeless; do
		does 0 s3get --max-size 4 <"$f"
		json 'has("path")'
	done
}

@test "s3get: an empty object, and a record of a uri alone" {
	objects "$b"
	: >empty && s3 put "$b" empty 'e m'
	s3ls "s3://$b" >in
	does 0 s3get --max-size 0 <in
	json '.sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" and .size == 0'
	path=$(jq -r .path <<<"$output")
	[ -f "$path" ] && [ ! -s "$path" ]
	printf 'x y' >f && s3 put "$b" f 'a%b'
	printf '{"v":1,"kind":"document","uri":"s3://%s/a%%25b"}\n' "$b" >bare
	# It may be of the old version, or the new.
	does 0 s3get <bare
	[ "$(cat "$(jq -r .path <<<"$output")")" = 'x y' ]
	# Any escape is taken, as in a uri that another has written.
	sed 's/a%25b/%61%25%62/' bare >escaped
	does 0 s3get <escaped
	[ "$(cat "$(jq -r .path <<<"$output")")" = 'x y' ]
	jq -c '.etag = 7' bare >bad
	does 1 s3get <bad
	failed s3get validation record.member
}

@test "s3get: --no-local takes objects and refuses files" {
	objects "$b" a
	mkdir in && printf secret >in/f
	{ s3ls in && s3ls "s3://$b"; } >both
	does 1 s3get --no-local -j1 <both
	[ "$(jq -c '[.rel, .error.code, .error.class, has("path"), has("sha256")]' <<<"$output")" = \
'["f","store.local","validation",false,false]
["a",null,null,true,true]' ]
	does 0 s3get <both
	[ "${#lines[@]}" -eq 2 ]
}

@test "s3get: who may not read, or is nobody, is told at once and nothing is left" {
	objects "$b" a
	objects "private-$b" a
	s3ls "s3://private-$b" "s3://$b" >in
	does 1 s3_as_reader s3get -j1 <in
	[ "$(jq -c '[.rel, .error.code, .error.class]' <<<"$output")" = \
"[\"private-$b/a\",\"s3.AccessDenied\",\"permanent\"]
[\"$b/a\",null,null]" ]
	[[ $stderr != *'all denied'* ]]
	# A policy that lets nothing be read is said once.
	objects "private-$out" a b c d
	s3ls "s3://private-$out" >all
	does 1 s3_as_reader s3get <all
	[ "$(jq -s 'map(select(.error.code == "s3.AccessDenied" and .error.class == "permanent")) | length' <<<"$output")" -eq 4 ]
	[ "$(grep -c 'the first 3 objects were all denied' <<<"$stderr")" -eq 1 ]
	rm -r "$QUIRE_WORK"
	AWS_SECRET_ACCESS_KEY=$(s3_secret) does 3 s3get -j1 <in
	[[ ${stderr_lines[-1]} == 's3get: stopped: '*'HTTP 403'*'(s3.SignatureDoesNotMatch)' ]]
	json '.error.code == "s3.SignatureDoesNotMatch" and (has("path") or has("work") | not)'
	leftovers
}

@test "s3get: bytes that are wrong again and again are never taken" {
	objects "$b" one two three
	s3ls "s3://$b" >in
	s3_faulty --rule '{"fault":"flip","args":{"at":1},"path":"/two$"}'
	does 1 s3get -j1 <in
	[ "$(jq -c '[.rel, .error.code, .error.class, has("path")]' <<<"$output")" = \
'["one",null,null,true]
["three",null,null,true]
["two","s3.Checksum","transient",false]' ]
	[[ $stderr != *'its ETag is not its MD5'* ]]
}

# --- s3put

# result REL [JSON]: a record of a result, in QUIRE_WORK, which holds its rel;
# with these members too.
result()
{
	local work
	[[ -d $QUIRE_WORK ]] || mkdir -m 700 "$QUIRE_WORK"
	work=$QUIRE_WORK/r.$(printf %s "$1" | sha256sum | cut -c 1-16)
	mkdir -p "$work"
	printf %s "$1" >"$work/out.md"
	jq -nc --arg r "$1" --arg w "$work" --argjson more "${2-null}" \
	    '{v: 1, kind: "document", id: "r", rel: $r, work: $w, path: ($w + "/out.md")} + $more'
}

@test "s3put: a result stands at its key, with its type and where it is from" {
	s3 mb "$b"
	result 'a b/é.pdf' '{"uri": "s3://x/a b/é%25.pdf", "etag": "e-1", "doc_pages": 12, "pages": 3, "only_pages": "2-4",
		"original": {"sha256": "0123abc"}, "engines": {"text": 3, "tesseract": 9}}' |
	    sed 's/}$/,"big":12345678901234567890}/' >in
	does 0 s3put "s3://$b/to" <in
	json ".dest == \"s3://$b/to/a b/é.pdf.md\" and has(\"path\") and has(\"work\")"
	[[ $output == *'"big":12345678901234567890,'* ]]
	[ "$(s3 get "$b" 'to/a b/é.pdf.md')" = 'a b/é.pdf' ]
	run -0 s3 head "$b" 'to/a b/é.pdf.md'
	json '."content-type" == "text/markdown; charset=utf-8" and ."content-length" == "10"'
	json '."x-amz-meta-source-uri" == "s3://x/a%20b/%C3%A9%25.pdf" and ."x-amz-meta-source-etag" == "e-1" and
	    ."x-amz-meta-source-sha256" == "0123abc" and ."x-amz-meta-pages" == "12" and ."x-amz-meta-only-pages" == "2-4" and
	    ."x-amz-meta-engine" == "tesseract,text"'
}

@test "s3put: what a record does not have is not said; of what is too long the digest" {
	s3 mb "$b"
	result bare >in
	does 0 s3put "s3://$b" <in
	run -0 s3 head "$b" bare.md
	json 'keys | map(select(startswith("x-amz-meta-"))) == []'
	# Swift takes no value of more than 256 bytes.
	result fits "$(jq -n '{uri: ("s3://x/" + "y" * 249), etag: "e"}')" >in
	result long "$(jq -n '{uri: ("s3://x/" + "y" * 250), etag: "e"}')" >>in
	result wide "$(jq -n '{uri: ("s3://x/" + "é" * 42), etag: "e"}')" >>in
	does 0 s3put "s3://$b" <in
	[ "$(s3 head "$b" fits.md | jq '."x-amz-meta-source-uri" | length')" -eq 256 ]
	for key in long.md wide.md; do
		uri=$(jq -rj --arg k "${key%.md}" 'select(.rel == $k).uri' in | sha256sum | cut -d ' ' -f 1)
		[ "$(s3 head "$b" "$key" | jq -c '[."x-amz-meta-source-uri", ."x-amz-meta-source-etag"]')" = "[\"sha256:$uri\",\"e\"]" ]
	done
	result evil '{"uri": "s3://x/a\r\nx-amz-acl: public\n\u0001", "etag": " a\tb ", "engines": {"a\nb": 1}}' >in
	does 0 s3put "s3://$b" <in
	run -0 s3 head "$b" evil.md
	json '."x-amz-meta-source-uri" == "s3://x/a%0D%0Ax-amz-acl:%20public%0A%01" and
	    ."x-amz-meta-source-etag" == "%20a%09b%20" and ."x-amz-meta-engine" == "a%0Ab"'
}

@test "s3put: every odd rel is a key of its own, and dest says which" {
	s3 mb "$b"
	odd_keys >odd.json
	jq -r "$encode"' .[] | encode | @base64' odd.json | while read -r rel; do
		result "$(base64 -d <<<"$rel" && echo .)"
	done | jq -c '.rel |= .[:-1]' >in
	does 0 s3put --rm "s3://$b" <in
	[ "${#lines[@]}" -eq "$(jq length odd.json)" ]
	json ".dest == \"s3://$b/\" + .rel + \".md\" and (has(\"work\") or has(\"path\") | not)"
	stored "$b" odd.json .md
	# The key, encoded, is what each of them holds.
	s3ls "s3://$b" | s3get >got
	jq -r '[.path, .rel] | map(@base64) | join(" ")' got | while read -r path rel; do
		[ "$(cat "$(base64 -d <<<"$path")")" = "$(base64 -d <<<"$rel" | sed '$s/\.md$/./')" ]
	done
}

@test "s3put: a key of 1,024 bytes is the longest" {
	s3 mb "$b"
	long=$(printf '%01021d' 0)
	result "$long" >in
	does 0 s3put "s3://$b" <in
	[ "$(s3 get "$b" "$long.md")" = "$long" ]
	result "${long}0" >in
	does 1 s3put --rm "s3://$b" <in
	failed s3put permanent s3.KeyTooLong
	json '.error.message == "the key would have 1025 bytes, stores take 1024"'
	# Bytes count, and the prefix does.
	result "$(printf 'é%.0s' {1..510})0" >in
	does 0 s3put "s3://$b" <in
	does 1 s3put --rm "s3://$b/0" <in
	failed s3put permanent s3.KeyTooLong
	result "${long:0:1020}" >in
	does 1 s3put --rm "s3://$b/p" <in
	failed s3put permanent s3.KeyTooLong
	result "${long:0:1019}" >in
	does 0 s3put "s3://$b/p" <in
	[ "$(s3 ls "$b" | wc -l)" -eq 3 ]
}

@test "s3put: what is there already is replaced, whatever DEST's slash" {
	s3 mb "$b"
	printf 'old and longer' >f && s3 put "$b" f p/a.md --meta pages=9
	for dest in "s3://$b/p" "s3://$b/p/"; do
		result a >in
		does 0 s3put "$dest" <in
		json ".dest == \"s3://$b/p/a.md\""
		[ "$(s3 get "$b" p/a.md)" = a ]
		[ "$(s3 head "$b" p/a.md | jq 'has("x-amz-meta-pages")')" = false ]
		keys "$b" p/a.md
	done
	for dest in "s3://$b" "s3://$b/"; do
		does 0 s3put "$dest" <in
		json ".dest == \"s3://$b/a.md\""
	done
	keys "$b" a.md p/a.md
	# A second slash is a part of the key.
	does 0 s3put "s3://$b//p//" <in
	json ".dest == \"s3://$b//p//a.md\""
	keys "$b" a.md p/a.md /p//a.md
}

@test "s3put: a result never replaces its own source" {
	s3 mb "$b"
	printf mine >f && s3 put "$b" f 'p/a%b.md'
	result 'a%25b' "{\"uri\": \"s3://$b/p/a%25b.md\"}" >in
	does 1 s3put --rm "s3://$b/p" <in
	failed s3put validation dest.source
	[ "$(s3 get "$b" 'p/a%b.md')" = mine ]
	leftovers
	result 'a%25b' "{\"uri\": \"s3://$b/q/a%25b.md\"}" >in
	does 0 s3put "s3://$b/p" <in
	[ "$(s3 get "$b" 'p/a%b.md')" = 'a%25b' ]
	result 'a%62c' >in
	does 1 s3put "s3://$b/p" <in
	failed s3put validation dest.name
	keys "$b" p/a%25b.md
}

@test "s3put: another document's result is not replaced, unless it is to be" {
	s3 mb "$b"
	result a '{"uri": "s3://jan/a é", "etag": "1"}' >jan
	does 0 s3put --settings s "s3://$b" <jan
	json ".dest_etag == \"$(s3ls "s3://$b" | jq -r .etag)\""
	for settings in s t; do
		run -0 --separate-stderr s3put --foreign --settings "$settings" "s3://$b" <jan
		[ "$(jq -r .rel <<<"$output")" = "$([ "$settings" = s ] || echo a)" ]
	done
	result a '{"uri": "s3://feb/a", "etag": "1"}' >in
	does 1 s3put "s3://$b" <in
	json '.error.class == "permanent" and .error.code == "job.clash" and (has("dest") | not)'
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *'s3://jan/a%20%C3%A9 has the result that s3://feb/a would have'* ]]
	[ "$(s3 head "$b" a.md | jq -r '."x-amz-meta-source-uri"')" = s3://jan/a%20%C3%A9 ]
	[ "$(s3 head "$b" a.md | jq -r '."x-amz-meta-settings"')" = "$(printf s | sha256sum | cut -c 1-16)" ]
	[ "$(s3 head "$b" a.md | jq -r '."x-amz-meta-size"')" = "$(stat -c %s "$(jq -r .path jan)")" ]
	# A new version of its own is put; --find knows the one that is there.
	does 0 s3put --find --settings s "s3://$b" <jan
	json ".dest == \"s3://$b/a.md\""
	result a '{"uri": "s3://jan/a é", "etag": "2"}' >new
	does 0 s3put --find --settings s "s3://$b" <new
	[ -z "$output" ]
	does 0 s3put --settings s "s3://$b" <new
	does 0 s3put --on-clash=suffix "s3://$b" <in
	own=a~$(printf s3://feb/a | sha256sum | cut -c 1-8)
	json ".dest == \"s3://$b/$own.md\""
	keys "$b" a.md "$own.md"
	s3_faulty
	does 0 s3put --on-clash=replace "s3://$b" <in
	s3_attempts 0 '.method == "HEAD"'
	s3_faultless
	[ "$(s3 head "$b" a.md | jq -r '."x-amz-meta-source-uri"')" = s3://feb/a ]
	# Two at once, of one process.
	{ result z '{"uri": "s3://jan/z"}'; result z '{"uri": "s3://feb/z"}'; } >in
	does 1 s3put -j 2 "s3://$b" <in
	[ "$(jq -r '.error.code // "put"' <<<"$output" | sort)" = 'job.clash
put' ]
}

@test "s3put: who may not write is told at the first, and no more is tried" {
	s3 mb "$b"
	s3_faulty
	for rel in 1 2 3 4 5; do
		result "$rel"
	done >in
	does 3 s3_as_reader s3put -j1 "s3://$b" <in
	[[ ${stderr_lines[-1]} == "s3put: stopped: PUT s3://$b/1.md: "*'(HTTP 403, request '*') (s3.AccessDenied)'* ]]
	json '.error.code == "s3.AccessDenied" and (has("dest") | not)'
	s3_attempts 1 '.method == "PUT"'
	[ -z "$(s3 ls "$b")" ]
}

@test "s3put: what is wrong with DEST is said before anything is read" {
	s3 mb "$b"
	does 3 s3put "s3://no-$b/p" </dev/null
	[[ $stderr == 's3put: '*'HTTP 404'*'(s3.NoSuchBucket)' ]]
	AWS_SECRET_ACCESS_KEY=$(s3_secret) does 3 s3put "s3://$b" </dev/null
	[[ $stderr == 's3put: '*'HTTP 403'*'(s3.SignatureDoesNotMatch)' ]]
	does 3 s3put s3:// </dev/null
	[[ $stderr == 's3put: s3://: not s3://BUCKET/KEY (store.uri'* ]]
	does 0 s3put "s3://$b/p" </dev/null
	[ -z "$output$stderr$(s3 ls "$b")" ]
	# Whatever is there already: its first key is nothing that XML can hold.
	objects "$out" $'\001'
	does 0 s3put "s3://$out" </dev/null
	[ -z "$output$stderr" ]
}

# --- quire run

# bats test_tags=brief
@test "quire run: many documents and the odd keys come out under their own names" {
	local many=${QUIRE_LONG:+500}
	many=${many:-60}
	s3 mb "$b" && s3 mb "$out"
	documents "$many"
	odd_keys >odd.json
	# The odd ones from 1001 on, each with a text of its own.
	jq -nc --rawfile pdf master.pdf --slurpfile odd odd.json '$odd[0] | to_entries |
		map({key: .value, body: (.key as $i | $pdf | sub("0000"; "\(1001 + $i)"))})' >odd-docs.json
	jq -sc add docs.json odd-docs.json >all.json
	s3 put-many "$b" <all.json
	n=$(jq length all.json)
	[ "$n" -ge $((many + 40)) ]
	does 0 quire run "s3://$b/" "s3://$out/"
	summary ".documents == $n and .done == $n and .pages == $n"
	results "$out" all.json
	run -0 s3 head "$out" 'a+b.md'
	json "(.\"x-amz-meta-source-uri\" == \"s3://$b/a+b\") and .\"x-amz-meta-pages\" == \"1\" and
	    .\"x-amz-meta-engine\" == \"text\""
	[ "$(jq -r '."x-amz-meta-source-etag"' <<<"$output")" = "$(jq -j '.[] | select(.key == "a+b").body' all.json | md5sum | cut -c 1-32)" ]
	[ "$(jq -r '."x-amz-meta-source-sha256"' <<<"$output")" = "$(jq -j '.[] | select(.key == "a+b").body' all.json | sha256sum | cut -c 1-64)" ]
	leftovers
	# Once more, nothing is done: not even asked for.
	s3_faulty
	does 0 quire run "s3://$b/" "s3://$out/"
	summary ".documents == $n and .skipped == $n and .done == 0"
	s3_attempts 0 '.method == "PUT"'
	s3_attempts 0 '.path | test("^/[^/]+/.")'
	leftovers
}

# bats test_tags=brief
@test "quire run: from a bucket into a folder, and from a folder into a bucket" {
	documents_in "$b" a.pdf 'b c/d%.pdf' ../e 'x//y' z/
	does 0 quire run "s3://$b" out
	summary '.documents == 5 and .done == 5'
	(cd out && find . -type f -printf '%P\n' | LC_ALL=C sort) |
	    diff <(printf '%s\n' '%~../e.md' a.pdf.md 'b c/d%.pdf.md' 'x/%~/y.md' 'z/%~.md') -
	whole_out=$(find out -type f -exec md5sum {} + | cut -c 1-32 | sort -u)
	[ "$whole_out" = "$(md5sum <want.md | cut -c 1-32)" ]
	mkdir -p 'in/b c' && cp master.pdf in/a.pdf && cp master.pdf 'in/b c/%d é.pdf'
	s3 mb "$out"
	does 0 quire run in "s3://$out/p q"
	summary '.documents == 2 and .done == 2'
	keys "$out" p%20q/a.pdf.md p%20q/b%20c/%25d%20%C3%A9.pdf.md
	s3 get "$out" 'p q/b c/%d é.pdf.md' | cmp want.md -
	[ "$(s3 head "$out" 'p q/a.pdf.md' | jq -r '."x-amz-meta-source-uri"')" = "file://$PWD/in/a.pdf" ]
	does 0 quire run in "s3://$out/p q/"
	summary '.documents == 2 and .skipped == 2'
	leftovers
}

# bats test_tags=brief
@test "quire run: SRC may be DEST, and results are never taken for input" {
	documents_in "$b" a.pdf p/a.pdf p/b/c.pdf pq.pdf
	local src dest how='done'
	# With and without their slashes, these are one place.
	for pair in "s3://$b/p s3://$b/p" "s3://$b/p/ s3://$b/p" "s3://$b/p s3://$b/p/" "s3://$b/p/ s3://$b/p/"; do
		read -r src dest <<<"$pair"
		rm -rf "$QUIRE_DB"*
		does 0 quire run "$src" "$dest"
		summary ".documents == 2 and .$how == 2"
		how=adopted
		keys "$b" a.pdf p/a.pdf p/b/c.pdf pq.pdf p/a.pdf.md p/b/c.pdf.md
		does 0 quire run "$src" "$dest"
		summary '.documents == 2 and .skipped == 2'
	done
	does 0 quire run "s3://$b" "s3://$b/"
	summary '.documents == 4 and .done == 4'
	keys "$b" a.pdf p/a.pdf p/b/c.pdf pq.pdf a.pdf.md p/a.pdf.md p/b/c.pdf.md pq.pdf.md
	does 0 quire run "s3://$b/" "s3://$b"
	summary '.documents == 4 and .skipped == 4'
	leftovers
}

# bats test_tags=brief
@test "quire run: DEST may lie below SRC, or SRC below DEST" {
	local how='done'
	documents_in "$b" a.pdf out.pdf p/out/a.pdf p/out.pdf
	for src in "s3://$b" "s3://$b/"; do
		rm -rf "$QUIRE_DB"*
		does 0 quire run "$src" "s3://$b/out"
		summary ".documents == 4 and .$how == 4"
		how=adopted
		keys "$b" a.pdf out.pdf p/out/a.pdf p/out.pdf \
		    out/a.pdf.md out/out.pdf.md out/p/out/a.pdf.md out/p/out.pdf.md
		does 0 quire run "$src" "s3://$b/out/"
		summary '.documents == 4 and .skipped == 4'
	done
	documents_in "$out" p/p/a.pdf p/b.pdf
	# p/a.pdf.md is a result then, and lies in SRC; another ledger does not know it.
	does 0 quire run "s3://$out/p/" "s3://$out"
	summary '.documents == 2 and .done == 2'
	keys "$out" p/p/a.pdf p/b.pdf p/a.pdf.md b.pdf.md
	does 0 quire run "s3://$out/p/" "s3://$out"
	summary '.documents == 2 and .skipped == 2'
	does 0 quire run --db other.db "s3://$out/p/" "s3://$out"
	summary '.documents == 2 and .adopted == 2'
	[[ $stderr != *'results of other runs'* ]]
	keys "$out" p/p/a.pdf p/b.pdf p/a.pdf.md b.pdf.md
	leftovers
}

# bats test_tags=brief
@test "quire run: results that are gone from a bucket are made again, and they alone" {
	documents 5
	s3 mb "$b" && s3 mb "$out"
	s3 put-many "$b" <docs.json
	does 0 quire run "s3://$b" "s3://$out"
	summary '.done == 5'
	gone=$(s3 ls "$out" | jq -r .key | sed -n '2p;4p')
	while read -r key; do
		s3 rm "$out" "$key"
	done <<<"$gone"
	does 0 quire run --no-check-dest "s3://$b" "s3://$out"
	summary '.done == 0 and .skipped == 5'
	s3_faulty
	does 0 quire run "s3://$b" "s3://$out"
	summary '.done == 2 and .skipped == 3'
	[[ $stderr == *'results that are gone, to be made again: 2'* ]]
	s3_attempts 2 '.method == "PUT"'
	# The ledger knows all that is there: each is asked for as it is put, alone.
	s3_attempts 2 '.method == "HEAD"'
	s3_faultless
	results "$out" docs.json
	# Where it may not be listed, what is done is there.
	s3_faulty --rule '{"fault":"status","args":{"status":403,"code":"AccessDenied"},"method":"GET","path":"^/'"$out"'/?$","query":"list-type"}'
	does 0 quire run "s3://$b" "s3://$out"
	[[ $stderr == *"s3://$out/ cannot be listed: what is done is taken to be there"* ]]
	summary '.skipped == 5'
	s3_faultless
	leftovers
}

# bats test_tags=brief
@test "quire run: a new ledger takes over the results in a bucket, by one look at each" {
	documents 5
	s3 mb "$b" && s3 mb "$out"
	s3 put-many "$b" <docs.json
	does 0 quire run "s3://$b" "s3://$out"
	printf mine >f && s3 put "$out" f "$(s3 ls "$out" | jq -r .key | head -n 1)"
	rm -rf "$QUIRE_DB"*
	s3_faulty
	does 0 quire run "s3://$b" "s3://$out"
	summary '.documents == 5 and .adopted == 4 and .done == 1'
	[[ $stderr == *'results of unknown origin, made again: 1'* ]]
	s3_attempts 1 '.method == "PUT"'
	s3_attempts 6 '.method == "HEAD"'
	does 0 quire run "s3://$b" "s3://$out"
	summary '.skipped == 5'
	s3_attempts 6 '.method == "HEAD"'
	s3_faultless
	rm -rf "$QUIRE_DB"*
	does 0 quire run --dpi 150 "s3://$b" "s3://$out"
	summary '.done == 5'
	leftovers
}

# bats test_tags=brief
@test "quire run: an object that is replaced is done again, and it alone" {
	documents 3
	s3 mb "$b" && s3 mb "$out"
	s3 put-many "$b" <docs.json
	does 0 quire run "s3://$b" "s3://$out"
	summary '.done == 3'
	results "$out" docs.json
	jq -c '.[1].body |= sub("0002"; "0099")' docs.json >changed.json
	jq -c '[.[1]]' changed.json | s3 put-many "$b"
	does 0 quire run "s3://$b" "s3://$out"
	summary '.documents == 3 and .done == 1 and .skipped == 2'
	results "$out" changed.json
	# One that has gone is not missed, and its result stays.
	s3 rm "$b" 0001.pdf
	does 0 quire run "s3://$b" "s3://$out"
	summary '.documents == 2 and .skipped == 2'
	results "$out" changed.json
	leftovers
}

# bats test_tags=brief
@test "quire run: one of many that cannot be done is named, and the rest is done" {
	documents_in "$b" a.pdf b.pdf
	cp "$samples/broken.pdf" . && s3 put "$b" broken.pdf 'broken é.pdf'
	s3 mb "$out"
	does 1 quire run "s3://$b" "s3://$out"
	summary '.documents == 3 and .done == 2 and .codes == {"pdf.damaged": 1}'
	[[ $stderr == *'broken é.pdf'* ]]
	keys "$out" a.pdf.md b.pdf.md
	leftovers
}

# nothing_done: no document was, and nothing has been left of the attempt.
nothing_done()
{
	[ -z "$output" ]
	[[ $stderr != *' documents: '* || $stderr == *'quire: 0 documents: 0 done'* ]]
	[ -z "$(s3 ls "$out")" ]
	[ ! -e to ] || [ -z "$(find to -type f)" ]
	leftovers
	rm -rf "$QUIRE_DB"*
}

# bats test_tags=brief
@test "quire run: wrong keys and a wrong region are named before any work" {
	documents_in "$b" a.pdf
	s3 mb "$out"
	local dest
	for dest in "s3://$out" to; do
		AWS_SECRET_ACCESS_KEY=$(s3_secret) does 3 quire run "s3://$b" "$dest"
		[[ $stderr == *'GET s3://'*'HTTP 403'*'(s3.SignatureDoesNotMatch)'* ]]
		nothing_done
		AWS_ACCESS_KEY_ID=nobody:here does 3 quire run "s3://$b" "$dest"
		[[ $stderr == *'GET s3://'*'HTTP 403'*'(s3.'* ]]
		nothing_done
		AWS_REGION=eu-central-9 does 3 quire run "s3://$b" "$dest"
		[[ $stderr == *"'eu-central-9' is wrong"*'region is us-east-1'*'(s3.AuthorizationHeaderMalformed)'* ]]
		nothing_done
		(
			unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
			does 3 quire run "s3://$b" "$dest"
			[[ $stderr == *'no credentials: AWS_ACCESS_KEY_ID is not set'*'(s3.credentials)'* ]]
		)
		[ -z "$(s3 ls "$out")" ]
		leftovers
	done
}

# bats test_tags=brief
@test "quire run: a bucket that is not there, or denied, is named before any work" {
	documents_in "$b" a.pdf
	documents_in "private-$b" a.pdf
	s3 mb "$out"
	mkdir in && cp master.pdf in
	local dest
	for dest in "s3://$out" to; do
		does 3 quire run "s3://no-$b/" "$dest"
		[[ $stderr == *"GET s3://no-$b/: "*'HTTP 404'*'(s3.NoSuchBucket)'* ]]
		nothing_done
		does 3 s3_as_reader quire run "s3://private-$b" "$dest"
		[[ $stderr == *"GET s3://private-$b/: "*'HTTP 403'*'(s3.AccessDenied)'* ]]
		nothing_done
		does 3 quire run "s3://$b/none" "$dest"
		[[ $stderr == *"s3://$b/none: no object has this name or lies below it (s3.NoSuchKey)"* ]]
		nothing_done
	done
	for src in "s3://$b" in; do
		does 3 quire run "$src" "s3://no-$b/p"
		[[ $stderr == *"GET s3://no-$b/: "*'HTTP 404'*'(s3.NoSuchBucket)'* ]]
		nothing_done
	done
	for word in s3:// s3:///x 's3://a b'; do
		does 3 quire run "$word" "s3://$out"
		[[ $stderr == *"$word"*': not s3://BUCKET/KEY (store.uri'* ]]
		nothing_done
		does 3 quire run "s3://$b" "$word"
		[[ $stderr == *"$word"*': not s3://BUCKET/KEY (store.uri'* ]]
		nothing_done
	done
}

# hold_port: $port is one at which nobody listens, nor can, until let_port_go.
hold_port()
{
	mkfifo holder
	(cd / && exec env -u QUIRE_WORK "$s3_python" -c 'import socket, sys
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
sys.stdin.read()') <holder >port 3>&- 4>&- &
	holder=$!
	exec 8>holder
	until_true test -s port
	port=$(<port)
}

let_port_go()
{
	exec 8>&-
	wait "$holder"
}

# bats test_tags=brief
@test "quire run: an endpoint that does not answer is status 75, and no document is to blame" {
	documents_in "$b" a.pdf
	s3 mb "$out"
	local port
	hold_port
	for dest in "s3://$out" to; do
		AWS_ENDPOINT_URL=http://127.0.0.1:$port does 75 quire run "s3://$b" "$dest"
		[[ $stderr == *"127.0.0.1 port $port"*'(http.connect)'* ]]
		nothing_done
	done
	let_port_go
	# Where the resolver itself is gone, nobody says that there is no such host.
	AWS_ENDPOINT_URL=http://no-such-host.invalid does 75 quire run "s3://$b" "s3://$out"
	[[ $stderr == *'no-such-host.invalid'*'(http.resolve)'* || $stderr == *'(http.timeout)'* ]]
	nothing_done
	does 0 quire run "s3://$b" "s3://$out"
	summary '.done == 1'
}

# bats test_tags=brief
@test "quire run: one who may not write is told so at the first, and again is enough" {
	documents_in "$b" a.pdf b.pdf c.pdf
	s3 mb "$out"
	does 3 s3_as_reader quire run "s3://$b" "s3://$out"
	[[ $stderr == *"PUT s3://$out/"*'HTTP 403'*'(s3.AccessDenied)'* ]]
	summary '.documents == 3 and .done == 0 and .failed == 0 and .left == 3'
	[ -z "$(s3 ls "$out")" ]
	leftovers
	does 0 quire run "s3://$b" "s3://$out"
	summary '.documents == 3 and .done == 3'
	keys "$out" a.pdf.md b.pdf.md c.pdf.md
	leftovers
}

# --- where keys, region and endpoint come from

@test "keys, region and endpoint may come from the shared files, by AWS_PROFILE" {
	# They hold the secret, and are no output of ours.
	local files=$BATS_FILE_TMPDIR/files.$BATS_TEST_NUMBER
	objects "$b" a
	objects "private-$b" p
	mkdir "$files"
	cat >"$files/credentials" <<-EOT
		[default]
		aws_access_key_id = $S3_READER_KEY_ID
		aws_secret_access_key = $S3_READER_SECRET
		[writer]
		aws_access_key_id = $AWS_ACCESS_KEY_ID
		aws_secret_access_key = $AWS_SECRET_ACCESS_KEY
		[stranger]
		aws_access_key_id = $AWS_ACCESS_KEY_ID
		aws_secret_access_key = CANARY-of-nobody
	EOT
	cat >"$files/config" <<-EOT
		[default]
		region = us-east-1
		endpoint_url = $AWS_ENDPOINT_URL
		[profile writer]
		region = us-east-1
		services = here
		[services here]
		s3 =
		  endpoint_url = $AWS_ENDPOINT_URL
		[profile stranger]
		region = us-east-1
		endpoint_url = $AWS_ENDPOINT_URL
	EOT
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_ENDPOINT_URL
	export AWS_SHARED_CREDENTIALS_FILE=$files/credentials AWS_CONFIG_FILE=$files/config
	does 0 s3ls "s3://$b"
	listed a
	does 3 s3ls "s3://private-$b"
	[[ $stderr == *'(s3.AccessDenied)'* ]]
	AWS_PROFILE=writer does 0 s3ls "s3://private-$b"
	listed p
	result r >in
	does 3 s3put "s3://$b" <in
	AWS_PROFILE=writer does 0 s3put "s3://$b" <in
	AWS_PROFILE=writer s3ls "s3://private-$b" >in
	AWS_PROFILE=writer does 0 s3get <in
	AWS_PROFILE=stranger does 3 s3ls "s3://$b"
	[[ $stderr == *'(s3.SignatureDoesNotMatch)' ]]
	AWS_PROFILE=unknown does 3 s3ls "s3://$b"
	[[ $stderr == *'unknown'*'(s3.'* ]]
	no_canary
	rm -r "$files"
}

# bats test_tags=brief
@test "with an endpoint the bucket is in the path, unless the style says otherwise" {
	objects "$b" a
	s3_faulty
	does 0 s3ls "s3://$b"
	listed a
	s3_attempts 1 ".path == \"/$b\""
	s3_attempts 1
	s3ls --addressing path "s3://$b" | s3get --addressing path >got
	s3_attempts 1 ".path == \"/$b/a\""
	# As a name below localhost it is this machine, whoever resolves it.
	s3_faulty
	AWS_ENDPOINT_URL=${AWS_ENDPOINT_URL/127.0.0.1/localhost}
	jq '[.[] | select(test("[/?]"))]' <(odd_keys) >odd.json
	AWS_ENDPOINT_URL=$S3_URL s3 put-many "$b" <odd.json
	does 0 s3ls --addressing virtual "s3://$b"
	[ "${#lines[@]}" -eq "$(jq 'length + 1' odd.json)" ]
	does 0 s3get --addressing virtual <<<"$output"
	while read -r r; do
		[ "$(md5sum <"$(jq -r .path <<<"$r")" | cut -c 1-32)" = "$(jq -r .etag <<<"$r")" ]
	done <<<"$output"
	AWS_ENDPOINT_URL=$S3_URL documents_in "$out" x/y.pdf
	does 0 quire run --addressing virtual "s3://$out" "s3://$b/out"
	[ "$(AWS_ENDPOINT_URL=$S3_URL s3 ls "$b" out/ | jq -r .key)" = out/x/y.pdf.md ]
	n=$(s3_seen | wc -l)
	s3_attempts "$n" "(.headers.host | test(\"^($b|$out)[.]localhost:\")) and (.path | startswith(\"/$b\") or startswith(\"/$out\") | not)"
}

# --- the secret

# watch_argv: until $pid has ended, the command lines of all that it runs go to
# argv, and what is in QUIRE_WORK and the ledger is searched.
watch_argv()
{
	local p
	while kill -0 "$pid" 2>/dev/null; do
		for p in $(all_of_it); do
			{ tr '\0' ' ' <"/proc/$p/cmdline" && echo; } || :
		done >>argv 2>/dev/null
		find "$QUIRE_WORK" "$QUIRE_DB"* -type f -exec grep -laF CANARY {} + 2>/dev/null >>seen || :
	done
}

# bats test_tags=brief
@test "the secret is in no log, record, command line or file, with faults or without" {
	documents 40
	s3 mb "$b" && s3 mb "$out" && s3 put-many "$b" <docs.json
	export QUIRE_LOG=debug
	# The search finds what is there.
	echo "$AWS_SECRET_ACCESS_KEY" >planted
	run -1 no_canary
	rm planted
	: >seen
	s3_faulty --rule '{"fault":"internal","every":9}' --rule '{"fault":"reset","every":13}' \
	    --rule '{"fault":"flip","args":{"at":50},"method":"GET","path":"pdf","every":11}' \
	    --rule '{"fault":"slowdown","every":17}'
	env --default-signal=INT setsid quire run -j 2 "s3://$b" "s3://$out" >stdout 2>err 3>&- &
	pid=$!
	watch_argv
	finish
	[ "$status" -eq 0 ]
	summary '.documents == 40 and .done == 40'
	grep -q 'again in .* ms' err
	# These two have been looked at as they ran.
	grep -q '^[^ ]*s3get ' argv
	grep -q '^[^ ]*s3put ' argv
	[ ! -s seen ]
	no_canary
	s3_faultless
	results "$out" docs.json
	# By hand, with the records kept.
	s3ls "s3://$b" >list 2>err.list
	s3get <list >got 2>err.get
	s3put "s3://$out/raw" <got >put 2>err.put
	[ "$(wc -l <put)" -eq 40 ]
	no_canary
	# Refused: what the server says of the signature is not shown either.
	rm -rf "$QUIRE_WORK" "$QUIRE_DB"*
	AWS_SECRET_ACCESS_KEY=$(s3_secret) does 3 quire run "s3://$b" "s3://$out"
	AWS_SECRET_ACCESS_KEY=$(s3_secret) does 3 s3get <list
	AWS_SECRET_ACCESS_KEY="CANARY with a tab	" does 3 s3ls "s3://$b"
	AWS_SECRET_ACCESS_KEY=CANARY AWS_ACCESS_KEY_ID='' does 3 s3ls "s3://$b"
	# Swift does not look at it.
	AWS_SESSION_TOKEN=CANARY-token does 0 s3ls "s3://$b"
	# A proxy's password is none of the log's either.
	no_proxy='' NO_PROXY='' http_proxy=http://user:CANARY/SECRET@proxy:8080 does 3 s3ls "s3://$b"
	[[ $stderr == *http.setup* ]]
	no_proxy='' NO_PROXY='' http_proxy=http://user:CANARY/SECRET@proxy:8080 does 3 s3get <list
	no_proxy='' NO_PROXY='' http_proxy=http://user:CANARY/SECRET@proxy:8080 does 3 quire run "s3://$b" "s3://$out"
	no_canary
}
