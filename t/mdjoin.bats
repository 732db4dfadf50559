#!/usr/bin/env bats
# mdjoin: pages in any order become one file and one record a document.
load helper

setup()
{
	quire_setup
	export QUIRE_LOG=text
	root=$(realpath "$BATS_TEST_TMPDIR")/work
}

teardown()
{
	[[ -z ${pid-} ]] || kill -9 "$pid" 2>/dev/null || :
	[[ -z ${mounted-} ]] || umount "$mounted"
}

# work_of ID: the path of its work directory, which is made.
work_of()
{
	[[ -d $QUIRE_WORK ]] || mkdir -m 700 "$QUIRE_WORK"
	mkdir -p "$root/$1.0123456789abcdef"
	printf %s "$root/$1.0123456789abcdef"
}

# page ID N PAGES TEXT [JSON]: a good page, with these members too.
page()
{
	jq -nc --arg id "$1" --argjson n "$2" --argjson of "$3" --arg t "$4" --arg w "$(work_of "$1")" \
	    --argjson more "${5-null}" '{v: 1, kind: "page", id: $id, rel: ($id + ".pdf"), page: $n,
	    pages: $of, work: $w, markdown: $t, engine: "text"} + $more'
}

# bad ID N PAGES CLASS CODE [JSON]: a page that failed.
bad()
{
	jq -nc --arg id "$1" --argjson n "$2" --argjson of "$3" --arg class "$4" --arg code "$5" --arg w "$(work_of "$1")" \
	    --argjson more "${6-null}" '{v: 1, kind: "page", id: $id, rel: ($id + ".pdf"), page: $n, pages: $of, work: $w,
	    error: {stage: "x", class: $class, code: $code, message: ("why " + ($n | tostring))}} + $more'
}

# joined ID: the record in $output of that document is a result, its file is
# what stands on standard input, and nothing else is in its work directory.
joined()
{
	jq -c --arg id "$1" 'select(.id == $id and (has("error") | not))' <<<"$output" >joined
	[ "$(wc -l <joined)" -eq 1 ]
	jq -e '.kind == "document" and .path == .work + "/out.md"' joined
	cmp - "$(jq -r .path joined)"
	[ "$(jq -r '"\(.sha256)  \(.path)"' joined)" = "$(sha256sum "$(jq -r .path joined)")" ]
	[ "$(ls -A "$(jq -r .work joined)")" = out.md ]
}

# failed CLASS CODE: $output is one document's record with this error and no
# result, nothing is left in its work, and the last line of stderr says it.
failed()
{
	[ "${#lines[@]}" -eq 1 ]
	json ".kind == \"document\" and .error.stage == \"mdjoin\" and .error.class == \"$1\" and .error.code == \"$2\""
	json 'has("page") or has("pages") or has("markdown") or has("original") | not'
	[[ ${stderr_lines[-1]} == "mdjoin: "*" ($2, $1)"* ]]
	[ -z "$(find "$(jq -r .work <<<"$output")" -mindepth 1)" ]
}

# small_disk OPTIONS: the work directory is on one of 64 KiB, or skip.
small_disk()
{
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	mkdir "$QUIRE_WORK"
	mount -t tmpfs -o "size=64k,mode=700$1" tmpfs "$QUIRE_WORK" || skip "the kernel lets nobody mount here"
	mounted=$QUIRE_WORK
}

repeat()
{
	head -c "$2" /dev/zero | tr '\0' "$1"
}

@test "a document of one page is its text and a newline" {
	page a 1 1 'Hello é' >in
	run -0 --separate-stderr mdjoin <in
	[ -z "$stderr" ]
	[ "${#lines[@]}" -eq 1 ]
	joined a <<<'Hello é'
}

@test "pages are divided by a rule and a comment, from page 2 on" {
	{ page a 1 3 one && page a 2 3 $'two\n\nmore' && page a 3 3 three; } >in
	run -0 --separate-stderr mdjoin <in
	joined a <<-'EOF'
		one

		---

		<!-- Page 2 -->

		two

		more

		---

		<!-- Page 3 -->

		three
	EOF
}

@test "pages stand in order, whatever order they came in" {
	want=$'p1\n\n---\n\n<!-- Page 2 -->\n\np2\n\n---\n\n<!-- Page 3 -->\n\np3'
	for order in '1 2 3' '1 3 2' '2 1 3' '2 3 1' '3 1 2' '3 2 1'; do
		for n in $order; do
			page a "$n" 3 "p$n"
		done >in
		run -0 --separate-stderr mdjoin <in
		joined a <<<"$want"
		[ -z "$stderr" ]
	done
}

@test "the pages of a part of a document keep their numbers" {
	{ page a 12 2 twelve && page a 5 2 five; } >in
	run -0 --separate-stderr mdjoin <in
	joined a <<<$'\n\n---\n\n<!-- Page 5 -->\n\nfive\n\n---\n\n<!-- Page 12 -->\n\ntwelve'
}

@test "empty pages are pages" {
	{ page a 2 2 '' && page a 1 2 '' && page b 1 1 ''; } >in
	run -0 --separate-stderr mdjoin <in
	joined a <<<$'\n\n---\n\n<!-- Page 2 -->\n\n'
	joined b <<<''
	json '.engines == {text: (if .id == "a" then 2 else 1 end)}'
}

@test "pages of several documents may come mixed" {
	for n in 3 1 2; do
		page a "$n" 3 "a$n" && page b "$n" 3 "b$n" && [ "$n" -eq 3 ] || page c "$n" 2 "c$n"
	done >in
	run -0 --separate-stderr mdjoin <in
	[ "${#lines[@]}" -eq 3 ]
	for id in a b; do
		joined "$id" <<<"${id}1"$'\n\n---\n\n<!-- Page 2 -->\n\n'"${id}2"$'\n\n---\n\n<!-- Page 3 -->\n\n'"${id}3"
	done
	joined c <<<$'c1\n\n---\n\n<!-- Page 2 -->\n\nc2'
	[ -z "$stderr" ]
}

@test "1,000 pages of 200 documents, shuffled, are put together" {
	[[ -d $QUIRE_WORK ]] || mkdir -m 700 "$QUIRE_WORK"
	jq -nc --arg root "$root" 'range(200) as $d | range(1; 6) as $n | "d\($d)" as $id |
	    {v: 1, kind: "page", id: $id, page: $n, pages: 5, work: "\($root)/\($id).0123456789abcdef",
	    markdown: "\($id) \($n)", engine: "text"}' >pages
	jq -r .work pages | sort -u | xargs mkdir
	shuf --random-source=<(yes) pages >in
	run -0 --separate-stderr mdjoin <in
	[ -z "$stderr" ]
	[ "${#lines[@]}" -eq 200 ]
	[ "$(jq -r .id <<<"$output" | sort -u | wc -l)" -eq 200 ]
	jq -r '"\(.sha256)  \(.path)"' <<<"$output" | sha256sum --quiet -c
	for d in {0..199}; do
		[ "$(grep '^d' "$root/d$d.0123456789abcdef/out.md")" = "$(printf "d$d %s\n" {1..5})" ]
	done
	[ "$(find "$root" -type f | wc -l)" -eq 200 ]
}

@test "a document is written as soon as its pages are there" {
	{ page a 1 2 one && page a 2 2 two; } >in
	mkfifo pipe
	mdjoin <pipe >out 3>&- &
	pid=$!
	exec 9>pipe
	head -n 1 in >&9
	cat in >&9
	until_true test -s out
	jq -e '.kind == "document"' out
	exec 9>&-
	wait "$pid"
	[ "$(wc -l <out)" -eq 1 ]
}

@test "the record has the members of the page that came first, less a page's" {
	{
		page a 2 2 two '{"path":"/in/a.pdf","mime":"application/pdf","sha256":"s","doc_pages":2,"attempts_left":3,"which":"second",
		    "image":"/x.png","width":1,"height":2,"dpi":200,"pixels":"p","confidence":0.5,"cached":true,"took_ms":{"s3get":1}}'
		page a 1 2 one '{"which":"first","only":"first"}'
	} >in
	run -0 --separate-stderr mdjoin <in
	jq -cS 'del(.sha256, .took_ms.mdjoin)' <<<"$output" >got
	jq -ncS --arg w "$(work_of a)" '{v: 1, kind: "document", id: "a", rel: "a.pdf", work: $w, mime: "application/pdf",
	    path: ($w + "/out.md"), doc_pages: 2, confidence: 0.5, attempts_left: 3, which: "second", took_ms: {s3get: 1},
	    original: {path: "/in/a.pdf", mime: "application/pdf", sha256: "s"}, engines: {text: 2}}' >want
	diff want got
}

@test "foreign members keep their bytes" {
	w=$(work_of a)
	printf '{"v":1,"big":12345678901234567890,"kind":"page","id":"a","page":1,"pages":1,"meta":{"e": 1.50e+2 ,"a":[1, 2]},"markdown":"x","work":"%s","engine":"text"}\n' "$w" >in
	run -0 --separate-stderr mdjoin <in
	[[ $output == '{"v":1,"big":12345678901234567890,"id":"a","meta":{"e": 1.50e+2 ,"a":[1, 2]},'* ]]
	joined a <<<x
}

@test "original has what there was of path, mime and sha256" {
	page a 1 1 x '{"path":"/in/a"}' >in
	run -0 --separate-stderr mdjoin <in
	json '.original == {path: "/in/a"}'
	page a 1 1 x >in
	run -0 --separate-stderr mdjoin <in
	json '.original == {}'
}

@test "took_ms is added up over the pages, also of documents that fail" {
	{
		page a 1 3 x '{"took_ms":{"doc2png":10,"ocrpage":100}}'
		page a 2 3 x '{"took_ms":{"doc2png":20,"other":7,"bad":"x"}}'
		page b 1 2 x '{"took_ms":{"doc2png":1}}'
		bad a 3 3 validation page.image '{"took_ms":{"doc2png":30,"ocrpage":200}}'
		page c 1 3 x '{"took_ms":{"doc2png":3}}'
		bad b 2 2 validation page.image '{"took_ms":{"doc2png":2}}'
		page c 2 3 x '{"took_ms":{"doc2png":4}}'
	} >in
	run -1 --separate-stderr mdjoin <in
	[ "$(jq -c 'select(.id == "a").took_ms | del(.mdjoin)' <<<"$output")" = '{"doc2png":60,"ocrpage":300,"other":7}' ]
	json '.id != "a" or (.took_ms.mdjoin | . >= 0 and floor == .)'
	[ "$(jq -c 'select(.id == "c").took_ms' <<<"$output")" = '{"doc2png":7}' ]
	run -1 --separate-stderr mdjoin --on-page-error=fail <in
	[ "$(jq -c 'select(.id == "b").took_ms' <<<"$output")" = '{"doc2png":3}' ]
}

@test "engines counts the pages of each" {
	{
		page a 1 5 x && page a 2 5 x '{"engine":"tesseract"}' && page a 3 5 x
		page a 4 5 x '{"engine":null}' && bad a 5 5 validation page.image '{"engine":"text"}'
	} >in
	run -0 --separate-stderr mdjoin <in
	json '.engines == {text: 2, tesseract: 1}'
}

@test "of a page that comes twice the first stands, and it is said" {
	{ page a 1 2 one && page a 1 2 again && page a 2 2 two; } >in
	run -0 --separate-stderr mdjoin <in
	joined a <<<$'one\n\n---\n\n<!-- Page 2 -->\n\ntwo'
	json '.engines == {text: 2}'
	[ "$stderr" = 'mdjoin: a: page 1 came twice: the first stands' ]
	{ bad a 1 2 validation page.image && page a 1 2 one && page a 2 2 two; } >in
	run -0 --separate-stderr mdjoin <in
	json '.failed_pages == [1]'
	{ page a 1 2 one && bad a 1 2 validation page.image && page a 2 2 two; } >in
	run -0 --separate-stderr mdjoin <in
	json 'has("failed_pages") | not'
	joined a <<<$'one\n\n---\n\n<!-- Page 2 -->\n\ntwo'
}

@test "a page of a document that is done is dropped, and it is said" {
	{ page a 1 1 one && page a 2 1 late && page a 1 1 again && bad a 3 1 transient page.timeout; } >in
	run -0 --separate-stderr mdjoin <in
	[ "${#lines[@]}" -eq 1 ]
	joined a <<<one
	[ "$stderr" = 'mdjoin: a: page 2 of a document that is done: dropped
mdjoin: a: page 1 of a document that is done: dropped
mdjoin: a: page 3 of a document that is done: dropped' ]
}

@test "a page that failed is a gap in an otherwise good document" {
	{
		page a 1 4 one && bad a 4 4 validation page.image && page a 3 4 three
		bad a 2 4 transient page.timeout
	} >in
	run -0 --separate-stderr mdjoin <in
	[ -z "$stderr" ]
	joined a <<-'EOF'
		one

		---

		<!-- Page 2 -->

		> **Page 2 could not be read** (page.timeout)

		---

		<!-- Page 3 -->

		three

		---

		<!-- Page 4 -->

		> **Page 4 could not be read** (page.image)
	EOF
	json '.failed_pages == [2, 4] and .engines == {text: 2}'
	{ bad a 1 2 permanent ocr.failed && page a 2 2 two; } >in
	run -0 --separate-stderr mdjoin <in
	joined a <<<$'> **Page 1 could not be read** (ocr.failed)\n\n---\n\n<!-- Page 2 -->\n\ntwo'
	json '.failed_pages == [1]'
}

@test "doubtful pages are in the result, and the document says which they are" {
	{
		bad a 2 4 permanent ocr.failed "{\"layer\":\"$(printf 'x%.0s' {1..70000})\"}"
		page a 4 4 four '{"doubt":["ink"],"ink_unread":0.3,"why":"layer"}'
		page a 1 4 one '{"doubt":["ink","language"]}'
		page a 3 4 three '{"why":"layer","text_chars":5}'
	} >in
	run -0 --separate-stderr mdjoin <in
	json '.doubtful_pages == [1, 4] and .failed_pages == [2]'
	json '[.layer, .why, .ink_unread, .text_chars] == [null, null, null, null]'
	json '.doubt == ["ink", "language"] and (has("blank_pages") or has("picture_pages") | not)'
	[[ $stderr == *'a.pdf: 2 of its pages doubtful, the first is page 1: ink, language'* ]]
	page b 1 1 sure >in
	run -0 --separate-stderr mdjoin <in
	json 'has("doubtful_pages") or has("doubt") | not'
	[ -z "$stderr" ]
}

@test "the document says which pages have no text, and why" {
	{
		page a 3 3 '' '{"blank":true}' && page a 1 3 '' '{"blank":true}'
		page a 2 3 '' '{"picture":true}'
	} >in
	run -0 --separate-stderr mdjoin <in
	json '.blank_pages == [1, 3] and .picture_pages == [2] and (has("blank") or has("picture") | not)'
}

@test "the document's confidence is the mean of its pages', by their characters" {
	{
		page a 1 3 xxxx '{"confidence":0.9}' && page a 2 3 xx '{"confidence":0.3}'
		page a 3 3 'from a layer'
	} >in
	run -0 --separate-stderr mdjoin <in
	json '.confidence == 0.7'
	{ page b 1 2 '' '{"confidence":0}' && page b 2 2 layer; } >in
	run -0 --separate-stderr mdjoin <in
	json 'has("confidence") | not'
}

@test "--on-doubt=mark: a doubtful page says so where it stands" {
	{
		page a 1 3 one '{"doubt":["ink","junk"]}'
		page a 3 3 '' '{"doubt":["blank"]}' && page a 2 3 two
	} >in
	run -0 --separate-stderr mdjoin --on-doubt=mark <in
	joined a <<-'EOF'
		> **Page 1 is doubtful** (ink, junk)

		one

		---

		<!-- Page 2 -->

		two

		---

		<!-- Page 3 -->

		> **Page 3 is doubtful** (blank)
	EOF
	json '.doubtful_pages == [1, 3]'
	run -0 --separate-stderr mdjoin --on-doubt=pass <in
	run ! grep doubtful "$(jq -r .path <<<"$output")"
}

@test "--on-doubt=fail: a doubtful page fails the document, by name" {
	{
		page a 2 2 two '{"doubt":["ink","junk"],"confidence":0.5}'
		page a 1 2 one '{"confidence":0.5}'
	} >in
	run -1 --separate-stderr mdjoin --on-doubt=fail <in
	failed permanent page.doubt
	json '.error.message == "page 2 (ink, junk)" and .doubtful_pages == [2] and .confidence == 0.5'
	page a 1 1 one >in
	run -0 --separate-stderr mdjoin --on-doubt=fail <in
	joined a <<<one
	# What is to be tried again is not given up for that.
	{
		page b 1 2 one '{"doubt":["ink"],"attempts_left":1}'
		bad b 2 2 transient page.timeout '{"attempts_left":1}'
	} >in
	run -1 --separate-stderr mdjoin --on-doubt=fail <in
	failed transient page.timeout
}

@test "an error that says nothing is a gap too" {
	for error in '{}' '"x"' '{"code":7,"class":[]}'; do
		{ page a 1 2 one && page a 2 2 two "{\"error\":$error}"; } >in
		run -0 --separate-stderr mdjoin <in
		joined a <<<$'one\n\n---\n\n<!-- Page 2 -->\n\n> **Page 2 could not be read** (unknown)'
	done
}

@test "auto: a transient page error fails the document while there are attempts left" {
	for order in 1 2; do
		{
			[ "$order" -eq 2 ] || page a 1 3 one '{"attempts_left":1}'
			bad a 3 3 validation page.image '{"attempts_left":1}'
			bad a 2 3 transient page.timeout '{"attempts_left":1}'
			[ "$order" -eq 1 ] || page a 1 3 one '{"attempts_left":1}'
		} >in
		run -1 --separate-stderr mdjoin --on-page-error auto <in
		failed transient page.timeout
		json '.error.message == "page 2: why 2" and .attempts_left == 1'
		run -1 --separate-stderr mdjoin <in
		failed transient page.timeout
		[[ $stderr == 'mdjoin: a: a.pdf: page 2: why 2 (page.timeout, transient)'* ]]
	done
}

@test "auto: without attempts left, and for what never works, it is a gap" {
	{ page a 1 2 one && bad a 2 2 transient page.timeout '{"attempts_left":0}'; } >in
	run -0 --separate-stderr mdjoin <in
	json '.failed_pages == [2]'
	for class in validation permanent; do
		{ page a 1 2 one && bad a 2 2 "$class" page.image '{"attempts_left":5}'; } >in
		run -0 --separate-stderr mdjoin <in
		json '.failed_pages == [2]'
	done
}

@test "fail: any page error fails the document, the lowest page's in any order" {
	for class in validation permanent transient; do
		{ page a 1 3 one && bad a 3 3 transient page.crashed && bad a 2 3 "$class" page.what; } >in
		run -1 --separate-stderr mdjoin --on-page-error=fail <in
		failed "$class" page.what
		json '.error.message == "page 2: why 2"'
		tac in >reverse
		run -1 --separate-stderr mdjoin --on-page-error=fail <reverse
		failed "$class" page.what
	done
	{ page a 1 2 one && page a 2 2 two; } >in
	run -0 --separate-stderr mdjoin --on-page-error=fail <in
	json 'has("error") | not'
}

@test "mark: a page error is a gap, also while there are attempts left" {
	{ page a 1 2 one && bad a 2 2 transient page.timeout '{"attempts_left":5}'; } >in
	run -0 --separate-stderr mdjoin --on-page-error mark <in
	joined a <<<$'one\n\n---\n\n<!-- Page 2 -->\n\n> **Page 2 could not be read** (page.timeout)'
	json '.failed_pages == [2]'
	[ -z "$stderr" ]
}

# bats test_tags=brief
@test "a document without a good page fails with the error of its first page" {
	for how in auto fail mark; do
		{ bad a 2 2 transient page.timeout && bad a 1 2 permanent ocr.failed; } >in
		run -1 --separate-stderr mdjoin --on-page-error "$how" <in
		failed permanent ocr.failed
		tac in >reverse
		run -1 --separate-stderr mdjoin --on-page-error "$how" <reverse
		failed permanent ocr.failed
		bad a 1 1 validation page.image >in
		run -1 --separate-stderr mdjoin --on-page-error "$how" <in
		failed validation page.image
	done
}

# bats test_tags=brief
@test "a page that was stopped or cancelled fails the document, whatever is chosen" {
	for how in auto fail mark; do
		for error in 'transient stage.stopped' 'cancelled job.cancelled'; do
			{
				page a 1 4 one && bad a 2 4 transient page.timeout '{"attempts_left":2}'
				# shellcheck disable=SC2086
				bad a 3 4 $error && page a 4 4 four
			} >in
			[ "$how" != auto ] || sed -i 's/,"attempts_left":2//' in
			run -1 --separate-stderr mdjoin --on-page-error "$how" <in
			# shellcheck disable=SC2086
			[[ $error != *.stopped ]] || [ -z "$stderr" ]
			json ".kind == \"document\" and \"\(.error.class) \(.error.code)\" == \"$error\""
			tac in >reverse
			run -1 --separate-stderr mdjoin --on-page-error "$how" <reverse
			json "\"\(.error.class) \(.error.code)\" == \"$error\" and .error.message == \"page 3: why 3\""
			[ -z "$(find "$root" -type f)" ]
		done
	done
}

@test "a document that failed before all its pages were made is that one record" {
	error='{"v":1,"kind":"document","id":"a", "n":12345678901234567890,"error":{"stage":"doc2png","class":"transient","code":"document.timeout","message":"x"}}'
	{ page a 1 3 one && page b 1 1 x && page a 2 3 two && echo "$error" && page a 3 3 three; } >in
	run -1 --separate-stderr mdjoin <in
	[ "${#lines[@]}" -eq 2 ]
	[ "${lines[1]}" = "$error" ]
	joined b <<<x
	[ -z "$(find "$(work_of a)" -type f)" ]
	[ "$stderr" = 'mdjoin: a: page 3 of a document that is done: dropped' ]
	{ echo "$error" && page a 1 3 one && page a 2 3 two; } >in
	run -1 --separate-stderr mdjoin <in
	[ "$output" = "$error" ]
	[ -z "$(find "$(work_of a)" -type f)" ]
}

@test "another document's error, and what is neither, touches no pages" {
	{
		page a 1 2 one
		echo '{"v":1,"kind":"document","id":"b","error":{"code":"x.y"}}'
		echo '{"v":1,"kind":"error","id":"a","line":3,"error":{"code":"x.y"}}'
		echo '{"v":1,"kind":"document","error":{"code":"x.y"}}'
		page a 2 2 two
	} >in
	run -1 --separate-stderr mdjoin <in
	[ "${#lines[@]}" -eq 4 ]
	diff <(grep x.y in) <(grep x.y <<<"$output")
	joined a <<<$'one\n\n---\n\n<!-- Page 2 -->\n\ntwo'
	[ -z "$stderr" ]
}

@test "a document whose pages did not all come is page.lost at the end" {
	{ page a 1 3 one && page a 3 3 three; } >in
	run -1 --separate-stderr mdjoin <in
	failed transient page.lost
	json '.id == "a" and .error.message == "2 of 3 pages came"'
	[ "$stderr" = 'mdjoin: a: a.pdf: 2 of 3 pages came (page.lost, transient)' ]
	{ page a 1 2 one && bad b 1 2 validation page.image && page c 1 1 x; } >in
	run -1 --separate-stderr mdjoin <in
	[ "$(jq -r '"\(.id) \(.error.code)"' <<<"$output" | sort)" = $'a page.lost\nb page.lost\nc null' ]
	[ "$(find "$root" -type f)" = "$(work_of c)/out.md" ]
}

@test "many documents can be lost, each is one record" {
	mkdir -m 700 "$QUIRE_WORK"
	jq -nc --arg root "$root" 'range(300) as $d | {v: 1, kind: "page", id: "d\($d)", page: 1, pages: 2,
	    work: "\($root)/d\($d).0123456789abcdef", markdown: "x", meta: ("m" * 900)}' >in
	jq -r .work in | xargs mkdir
	run -1 --separate-stderr mdjoin <in
	[ "${#lines[@]}" -eq 300 ]
	json '.error.code == "page.lost" and .kind == "document"'
	[ "$(jq -r .id <<<"$output" | sort -u | wc -l)" -eq 300 ]
	[ -z "$(find "$root" -type f)" ]
}

@test "a page that does not say which it is, is refused" {
	page a 1 2 x >good
	for change in 'del(.id)' '.id = 3' '.id = "a\u0000b"' 'del(.page)' '.page = 0' '.page = -1' '.page = "1"' \
	    '.page = 1.5' 'del(.pages)' '.pages = 0' '.pages = null' '.pages = 100001' '.pages = 1e300'; do
		jq -c "$change" good >in
		run -1 --separate-stderr mdjoin <in
		[ "${#lines[@]}" -eq 1 ]
		json '.kind == "page" and .error.code == "record.member" and .error.class == "validation"'
		[ "$(jq -cS 'del(.error)' <<<"$output")" = "$(jq -cS . in)" ]
	done
}

@test "a page without Markdown fails its document, once" {
	for change in 'del(.markdown)' '.markdown = null' '.markdown = 7' '.markdown = "a\u0000b"'; do
		{ page a 1 3 one && page a 2 3 two | jq -c "$change" && page a 3 3 three; } >in
		run -1 --separate-stderr mdjoin <in
		[ "${#lines[@]}" -eq 1 ]
		json '.kind == "document" and .id == "a" and .error.code == "record.member"'
		[ "${stderr_lines[-1]}" = 'mdjoin: a: page 3 of a document that is done: dropped' ]
		[ -z "$(find "$root" -type f)" ]
	done
}

@test "a document is no page, a record without a kind is one" {
	page a 1 1 x '{"kind":"document"}' >in
	run -1 --separate-stderr mdjoin <in
	json '.error.code == "record.kind" and .markdown == "x"'
	page a 1 1 x | jq -c 'del(.kind)' >in
	run -0 --separate-stderr mdjoin <in
	joined a <<<x
}

@test "a document without work gets one" {
	page a 1 1 x | jq -c 'del(.work)' >in
	rm -r "$QUIRE_WORK"
	run -0 --separate-stderr mdjoin <in
	[[ $(jq -r .work <<<"$output") =~ ^"$root"/a\.[0-9a-f]{16}$ ]]
	joined a <<<x
}

@test "a work that is not ours to use fails the document, once" {
	mkdir -p elsewhere/a.0123456789abcdef && w=$(work_of b) && ln -s "$PWD/elsewhere/a.0123456789abcdef" "$root/l.0123456789abcdef"
	for work in "$PWD/elsewhere/a.0123456789abcdef" "$root" "$w/" "$root/l.0123456789abcdef" /tmp .; do
		for text in x ''; do
			{ page b 1 2 "$text" && page b 2 2 "$text"; } | jq -c --arg w "$work" '.work = $w' >in
			run -1 --separate-stderr mdjoin <in
			[ "${#lines[@]}" -eq 1 ]
			json '.kind == "document" and .error.class == "validation" and .error.code == "work.path"'
		done
	done
	[ -z "$(find "$root" elsewhere -type f)" ]
}

@test "a work that is gone is work.gone" {
	{ page a 1 2 x && page a 2 2 x; } >in && rm -r "${root:?}"/*
	run -1 --separate-stderr mdjoin <in
	[ "${#lines[@]}" -eq 1 ]
	json '.error.class == "permanent" and .error.code == "work.gone"'
	[ -z "$(ls -A "$root")" ]
}

@test "links in a work directory are not written through" {
	printf mine >mine
	for name in pages.md .out.md; do
		page a 1 1 x >in
		ln -s "$PWD/mine" "$(work_of a)/$name"
		run -1 --separate-stderr mdjoin <in
		json '.error.class == "permanent" and .error.code == "io.write"'
		[ "$(cat mine)" = mine ]
		rm -r "$(work_of a)"
	done
	page a 1 1 x >in
	ln -s "$PWD/mine" "$(work_of a)/out.md"
	run -0 --separate-stderr mdjoin <in
	joined a <<<x
	[ "$(cat mine)" = mine ]
}

@test "what an earlier run left in work does not get into the result" {
	w=$(work_of a)
	printf 'a long text of another run' | tee "$w/pages.md" "$w/.out.md" >"$w/out.md"
	{ page a 2 2 two && page a 1 2 one; } >in
	run -0 --separate-stderr mdjoin <in
	joined a <<<$'one\n\n---\n\n<!-- Page 2 -->\n\ntwo'
}

@test "a full disk fails the document, and leaves room for the others" {
	small_disk ''
	text=$(repeat x 30000)
	{
		page a 1 3 "$text" && page b 1 1 small && page a 2 3 "$text" && page a 3 3 "$text"
		page c 1 2 "$text" && page c 2 2 "$text" && page d 1 1 "$(repeat d 16000)"
	} >in
	run -1 --separate-stderr mdjoin <in
	[ "$(jq -r '"\(.id) \(.kind) \(.error.class) \(.error.code)"' <<<"$output" | sort)" = 'a document transient disk.full
b document null null
c document transient disk.full
d document null null' ]
	joined b <<<small
	joined d <<<"$(repeat d 16000)"
	[ "$(find "$root" -type f | sort)" = "$(work_of b)/out.md"$'\n'"$(work_of d)/out.md" ]
}

@test "a disk without room for a work directory fails the document, once" {
	small_disk ,nr_inodes=1
	printf '{"v":1,"kind":"page","id":"a","page":%s,"pages":2,"markdown":"x"}\n' 1 2 >in
	run -1 --separate-stderr mdjoin <in
	[ "${#lines[@]}" -eq 1 ]
	json '.kind == "document" and .id == "a" and .error.class == "transient" and .error.code == "work.make"'
	[ "${stderr_lines[-1]}" = 'mdjoin: a: page 2 of a document that is done: dropped' ]
}

@test "a file size limit fails the document, and leaves room for the others" {
	text=$(repeat x 12000)
	{ page a 1 2 "$text" && page b 1 1 small && page a 2 2 "$text" && page c 1 1 "$text"; } >in
	run -1 --separate-stderr bash -c 'ulimit -f 16 && exec env --default-signal=XFSZ mdjoin' <in
	[ "$(jq -r '"\(.id) \(.kind) \(.error.class) \(.error.code)"' <<<"$output" | sort)" = 'a document transient io.write
b document null null
c document null null' ]
	joined b <<<small
	joined c <<<"$text"
	[ -z "$(ls -A "$(work_of a)")" ]
}

@test "a document record that would be too large says so, and keeps its work" {
	page a 1 1 x "$(jq -n '{meta: ("m" * 70000)}')" >in
	run -1 --separate-stderr mdjoin <in
	json ".kind == \"document\" and .id == \"a\" and .work == \"$(work_of a)\" and .error.code == \"record.large\""
}

@test "a page of 1 MiB is joined, a record above 16 MiB is refused" {
	text=$(repeat x 1048576)
	printf '{"v":1,"kind":"page","id":"a","page":1,"pages":1,"work":"%s","markdown":"%s"}\n' "$(work_of a)" "$text" >in
	printf '{"v":1,"kind":"page","id":"b","page":1,"pages":1,"work":"%s","markdown":"' "$(work_of b)" >>in
	{ repeat y $((16 << 20)) && echo '"}'; } >>in
	run -1 --separate-stderr mdjoin <in
	joined a <<<"$text"
	[ "$(jq -c 'select(.error) | [.kind, .line, .error.code]' <<<"$output")" = '["error",2,"record.large"]' ]
}

@test "10,000 pages of 10 KB do not sit in memory, and come in order" {
	! grep -qa __asan_init "$QUIRE_BIN/mdjoin" || skip "the kernel counts ASan's own memory too"
	[ -r /proc/self/status ] || skip "needs /proc"
	w=$(work_of a)
	mkfifo pipe
	mdjoin <pipe >out 2>err 3>&- &
	pid=$!
	exec 9>pipe
	# Backwards, all but page 1 waiting for it.
	awk -v w="$w" 'BEGIN {
		for (i = 0; i < 9990; i++)
			text = text "x"
		for (n = 10000; n > 0; n--)
			printf "{\"v\":1,\"kind\":\"page\",\"id\":\"a\",\"page\":%d,\"pages\":10000,\"work\":\"%s\",\"markdown\":\"%05d %s\",\"engine\":\"text\"}\n", n, w, n, text
	}' >&9
	until_true test -s out
	peak=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$pid/status")
	exec 9>&-
	wait "$pid"
	echo "peak: $peak KiB" >&2
	[ "$peak" -lt 16384 ]
	output=$(cat out)
	json '.engines == {text: 10000}'
	[ "$(jq -r '"\(.sha256)  \(.path)"' out | sha256sum --quiet -c 2>&1)" = '' ]
	grep -o '^[0-9]\{5\} ' "$w/out.md" | cmp - <(seq -f '%05g ' 10000)
	[ "$(grep -c '^<!-- Page [0-9]* -->$' "$w/out.md")" -eq 9999 ]
	[ ! -s err ]
}

@test "after SIGTERM what was begun is still joined, and what was stopped is not" {
	{ page a 1 2 one && page b 1 2 one; } >first
	{ page a 2 2 two && bad b 2 2 transient stage.stopped; } >second
	mkfifo pipe
	mdjoin <pipe >out 2>err 3>&- &
	pid=$!
	exec 9>pipe
	cat first >&9
	until_true test -s "$(work_of b)/pages.md"
	kill -TERM "$pid"
	until_true grep -q 'told to stop' err
	cat second >&9
	exec 9>&-
	rc=0
	wait "$pid" || rc=$?
	[ "$rc" -eq 143 ]
	[ "$(jq -r '"\(.id) \(.error.code)"' out)" = $'a null\nb stage.stopped' ]
	[ "$(find "$root" -type f)" = "$(work_of a)/out.md" ]
}

@test "a second signal ends it at once" {
	page a 1 2 one >in
	mkfifo pipe
	mdjoin <pipe >out 2>err 3>&- &
	pid=$!
	exec 9>pipe
	cat in >&9
	until_true test -s "$(work_of a)/pages.md"
	kill -TERM "$pid"
	until_true grep -q 'told to stop' err
	once_more -TERM "$pid"
	rc=0
	wait "$pid" || rc=$?
	exec 9>&-
	[ "$rc" -eq 143 ]
	[ ! -s out ]
}

@test "pages in are pages passed, failed and done for QUIRE_PROGRESS" {
	mkdir progress
	{
		page a 1 2 one && page a 2 2 two && page a 2 2 again && page b 1 2 lost
		bad c 1 1 validation page.image && echo nothing
	} >in
	QUIRE_PROGRESS=$PWD/progress run -1 --separate-stderr mdjoin <in
	[ "${#lines[@]}" -eq 4 ]
	jq -e '.tool == "mdjoin" and .in == 6 and .passed == 1 and .failed == 2 and .done == 3 and .out == 4 and
	    .codes == {"page.image": 1, "page.lost": 1, "record.syntax": 1}' progress/mdjoin.*
}

@test "a work directory that others could enter stops mdjoin before it reads" {
	page a 1 1 x >in
	chmod 755 "$QUIRE_WORK"
	{
		run -3 --separate-stderr mdjoin
		read -r rest
	} <in
	[ -z "$output" ]
	[ "$stderr" = "mdjoin: $root: not a directory of ours with mode 0700 (work.root)" ]
	[ "$rest" = "$(cat in)" ]
}

@test "a bad command line is status 2, and nothing is read" {
	usage='usage: mdjoin [--on-page-error auto|fail|mark] [--on-doubt pass|mark|fail]'
	local args
	for args in 'x|x: one operand too many' '--nothing|--nothing: no such option' \
	    '--on-page-error|--on-page-error: needs an argument' \
	    '--on-page-error=skip|--on-page-error skip: not one of its words' \
	    '--on-page-error au|--on-page-error au: not one of its words'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr mdjoin ${args%%|*} <<<'{}'
		[ -z "$output" ]
		[ "$stderr" = "mdjoin: ${args#*|}"$'\n'"$usage" ]
	done
	[ ! -e "$QUIRE_WORK" ]
}

@test "a document that is given out again, with another token, is another document" {
	page='{"v":1,"kind":"page","id":"A","token":"TOKEN","page":1,"pages":1'
	{
		printf '%s,"error":{"stage":"x","class":"transient","code":"a.b","message":"m"}}\n' "${page/TOKEN/1}"
		printf '%s,"markdown":"second time"}\n' "${page/TOKEN/2}"
	} >in
	run -1 --separate-stderr mdjoin <in
	[ "${#lines[@]}" -eq 2 ]
	jq -e '.error.code == "a.b" and .token == "1"' <<<"${lines[0]}"
	jq -e '.kind == "document" and .token == "2" and (has("error") | not)' <<<"${lines[1]}"
}

@test "a document's fields are its pages', in their order" {
	{
		page a 3 3 x '{"fields": {"number": "A-7", "total": 30, "items": [{"what": "c"}], "to": {"name": "Ann"}}}'
		page a 1 3 x '{"fields": {"number": "A-7", "total": null, "items": [{"what": "a"}, {"what": "b"}], "to": {"town": "Ulm"}}, "gate": {}, "boxes": []}'
		page a 2 3 x '{"fields": {"number": "", "items": []}}'
	} | mdjoin >out
	jq -e '.fields == {number: "A-7", total: 30, items: [{what: "a"}, {what: "b"}, {what: "c"}], to: {name: "Ann", town: "Ulm"}}
	    and (has("doubt") or has("gate") or has("boxes") or has("doubtful_pages") | not)' out
}

@test "a page whose fields say otherwise is doubtful" {
	{
		page a 3 3 x '{"fields": {"number": "A-8", "to": {"name": "Bob"}}}'
		page a 1 3 x '{"fields": {"number": "A-7", "to": {"name": "Bob"}}}'
		page a 2 3 x '{"fields": {"number": "A-7", "to": {"name": "Ann"}}, "doubt": ["ink"]}'
	} >three
	mdjoin <three >out 2>log
	jq -e '.fields == {number: "A-7", to: {name: "Bob"}} and .doubtful_pages == [2, 3] and .doubt == ["fields", "ink"]' out
	grep -q '2 of its pages doubtful, the first is page 2: fields, ink' log
	work_of a
	run mdjoin --on-doubt=fail <three
	[ "$status" -eq 1 ]
	[[ $output == *'pages 2 (ink), 3 (fields)'* ]]
}

@test "fields of a document are held within bounds" {
	{
		page a 1 3 x '{"fields": {"a": "1", "b": "2"}}'
		page a 2 3 x "{\"fields\": {\"a\": \"$(head -c 100000 /dev/zero | tr '\0' 1)\"}}"
		page a 3 3 x '{"fields": 7}'
	} | mdjoin >out
	jq -e '.fields == {a: "1", b: "2"} and .doubtful_pages == [2]' out
	page b 1 2 x '{"fields": {}}' >two
	page b 2 2 x null | jq -c --rawfile long <(head -c 4300000 /dev/zero | tr '\0' 1) '.fields.a = $long' >>two
	mdjoin <two >out
	jq -e '.fields == {} and .doubtful_pages == [2]' out
}
