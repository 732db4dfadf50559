#!/usr/bin/env bats
# What is read is what was hashed; what a record names is used only where it is
# ours; and what others wrote is shown, not obeyed.
# Scripts in single quotes are for others.
# shellcheck disable=SC2016
load helper

setup()
{
	quire_setup
	here=$(pwd -P)
	samples=$QUIRE_TOP/share/quire/samples
}

# hashes: the sha256 of the source of each record in $output.
hashes()
{
	jq -r .sha256 <<<"$output"
}

sum_of()
{
	sha256sum <"$1" | cut -d' ' -f1
}

# by_hand PATH [JSON]: a document's record as somebody wrote it.
by_hand()
{
	jq -nc --arg p "$1" --argjson more "${2-null}" \
	    '{v: 1, kind: "document", id: "hand", rel: "a", path: $p} + $more'
}

@test "a file that is swapped behind s3get is not what is read" {
	mkdir in.d && cp "$samples/two-columns.pdf" in.d/a.pdf && cp "$samples/fax.tif" in.d/b.tif
	cp "$samples/scan.pdf" secret
	s3ls in.d | s3get >got
	s3ls in.d | s3get | doc2png | jq -cS '[.rel, .page, .markdown, .pixels]' | sort >want
	ln -sf "$here/secret" in.d/a.pdf
	cp secret in.d/b.tif
	run -0 --separate-stderr doc2png <got
	[ -z "$stderr" ]
	[ "$(jq -cS '[.rel, .page, .markdown, .pixels]' <<<"$output" | sort)" = "$(cat want)" ]
	[ "$(hashes | sort -u)" = "$({ sum_of "$samples/two-columns.pdf" && sum_of "$samples/fax.tif"; } | sort)" ]
	# And so to the end.
	run -0 --separate-stderr mdjoin <<<"$(jq -c 'select(.markdown)' <<<"$output")"
	json ".original.sha256 == \"$(sum_of "$samples/two-columns.pdf")\" and (.path | startswith(env.QUIRE_WORK))"
}

@test "a link in the place of a document in its work directory is not followed" {
	cp "$samples/photo.jpg" a
	s3ls a | s3get >got
	ln -sf "$here/a" "$(jq -r .path got)"
	run -1 --separate-stderr doc2png <got
	json '.error.code == "document.type" and .kind == "document"'
}

@test "a path by hand is what was hashed, or document.changed" {
	cp "$samples/photo.jpg" a && cp "$samples/fax.tif" other
	run -0 --separate-stderr doc2png <<<"$(by_hand "$here/a" "{\"sha256\":\"$(sum_of a)\"}")"
	json '.pages == 1 and .mime == "image/jpeg"'
	by_hand "$here/a" "{\"sha256\":\"$(sum_of a)\"}" >in
	cp other a
	run -1 --separate-stderr doc2png <in
	json '.error.code == "document.changed" and .error.class == "transient"'
	# Without that it is read as it is; through a link, too, which is who wrote it's.
	ln -s a link
	run -0 --separate-stderr doc2png <<<"$(by_hand link)"
	json '.pages == 3 and .path == "link"'
	# What was copied for that is gone.
	[ "$(find "$QUIRE_WORK" -type f -name 'source*')" = '' ]
}

@test "what is no plain file is document.type, and nobody waits for it" {
	mkfifo fifo && mkdir dir && ln -s fifo link
	for path in fifo dir link /dev/zero /dev/null; do
		run -1 --separate-stderr timeout 20 doc2png <<<"$(by_hand "$path")"
		json '.error.code == "document.type" and .error.class == "validation"'
		run -1 --separate-stderr timeout 20 s3put out <<<"$(by_hand "$path")"
		json '.error.code == "document.type" and .error.class == "validation"'
	done
	run -1 --separate-stderr timeout 20 s3get --max-size 1000 <<<'{"v":1,"uri":"file:///dev/zero"}'
	json '.error.code == "document.type" and .error.class == "validation"'
}

@test "a work that is no document's directory is work.path, and nothing is written there" {
	mkdir mine theirs && cp "$samples/photo.jpg" mine/source
	printf abc >a
	s3ls a | s3get | jq -r .work >own
	ln -s "$here/mine" "$QUIRE_WORK/x.0123456789abcdef"
	works=$(printf '%s\n' '' "$here/mine" mine . / "$QUIRE_WORK" "$QUIRE_WORK/.." "$QUIRE_WORK/x" \
	    "$QUIRE_WORK/x.0123456789abcdef" "$(cat own)/../../here/mine" "$(cat own)/.")
	# with MEMBERS: a record for each of them; then what refuses it.
	with()
	{
		jq -Rc --argjson m "$1" '. as $w | {v: 1, id: "i", rel: "a", uri: env.uri, work: $w} + ($m |
		    map_values(if type == "string" then sub("WORK"; $w) else . end))' <<<"$works" >in
	}
	refused()
	{
		run -1 --separate-stderr "$1" <in
		[ "${#lines[@]}" -eq 11 ]
		json '.error.code == "work.path" and .error.class == "validation"'
		[ "$(find mine -type f)" = mine/source ]
	}
	export uri=file://$here/a
	with '{"kind":"document"}' && refused s3get
	json '.path | not'
	with "{\"kind\":\"document\",\"path\":\"$here/mine/source\"}" && refused doc2png
	with '{"kind":"document","path":"WORK/source"}' && refused doc2png
	with '{"kind":"page","page":1,"pages":1,"markdown":"text","engine":"text"}'
	jq -c '.id = "\(input_line_number)"' in >ids && mv ids in
	refused mdjoin
	[ "$(find "$QUIRE_WORK" -mindepth 1 -type f)" = "$(cat own)/source" ]
}

@test "who opens a document can write neither to it nor where results are made" {
	cp "$samples/scan.pdf" a.pdf
	s3ls a.pdf | s3get >got
	run -0 --separate-stderr env QUIRE_LOG=debug doc2png <got
	work=$(jq -r .work got)
	[ "$(find "$work" -type f | sort)" = "$work/p-0001.png"$'\n'"$work/source" ]
	[ "$(sum_of "$work/source")" = "$(jq -r .sha256 got)" ]
	[ "$(find "$QUIRE_WORK" -mindepth 1 -maxdepth 1)" = "$work" ]
}

# gap RECORD: what stands in the result for the one failed page of two.
gap()
{
	for page in 1 2; do
		jq -nc --argjson p "$page" --argjson e "$1" '{v: 1, kind: "page", id: "d", rel: "a", page: $p, pages: 2} +
		    if $p == 1 then {markdown: "one", engine: "text"} else {error: $e} end'
	done | mdjoin --on-page-error mark >joined 2>err
	sed '1,/Page 2 -->/d' "$(jq -r .path joined)"
}

@test "an error's code is a word in the result, or unknown" {
	for code in 'x](http://e.x) <script>' $'a\n# b' 'a b' '' $'\u202e' '<!-- Page 9 -->' '*a*'; do
		[ "$(gap "$(jq -nc --arg c "$code" '{code: $c, class: "permanent", message: "m"}')")" = \
		    $'\n> **Page 2 could not be read** (unknown)' ]
	done
	[ "$(gap '{"code":"s3.NoSuchKey-1_a","class":"permanent"}')" = \
	    $'\n> **Page 2 could not be read** (s3.NoSuchKey-1_a)' ]
}

@test "a result does not begin with what other programs take for metadata" {
	for text in 'Title: a' '% a' '+++' '{"a": 1}' '@name'; do
		jq -nc --arg t "$text" '{v: 1, kind: "page", id: $t, page: 1, pages: 1, markdown: $t, engine: "text"}'
	done | mdjoin >joined
	[ "$(jq -r .path joined | xargs head -qn 1)" = 'Title\: a
\% a
\+++
\{"a": 1}
\@name' ]
}

# shown WORD: what a terminal is given by the command, as cat -v shows it.
shown()
{
	script -qec "$*" /dev/null </dev/null | tr -d '\r' | cat -v
}

@test "a terminal is not given what it could act on, or would not show" {
	needs_terminal
	name=$'a\xc2\x9b31m\xe2\x80\xaegpj\xe2\x80\x8b\xf3\xa0\x81\x81é'
	mkdir d && : >"d/$name"
	[[ $(shown s3ls d) == *'/a\u009b31m\u202egpj\u200b\udb40\udc41M-CM-)"'* ]]
	[ "$(shown s3ls d | sed 's/M-CM-)/é/g' | jq -r .rel)" = "$name" ]
	jobdb queue set q --dest /out >/dev/null
	s3ls d | jobdb add --queue q >added
	[[ $(shown jobdb list) == *'"rel":"a\u009b31m\u202egpj\u200b\udb40\udc41M-CM-)"'* ]]
	# To a pipe and a file the bytes are as they were.
	[ "$(s3ls d | jq -r .rel)" = "$name" ]
	rm "d/$name"
	[[ $(QUIRE_LOG=text s3get <added 2>&1 >/dev/null | cat -v) == *'/a\x9b31m\u202egpj\u200b\ue0041M-CM-)'* ]]
	[[ $(QUIRE_LOG=json s3get <added 2>&1 >/dev/null | cat -v) == *'/a\u009b31m\u202egpj\u200b\udb40\udc41M-CM-)'* ]]
}

@test "what a tool quotes of a document is neither in the log nor in the record" {
	export QUIRE_POPPLER=$BATS_TEST_TMPDIR/poppler
	mkdir -p "$QUIRE_POPPLER/bin"
	for tool in pdftotext pdfimages pdftohtml pdftoppm; do
		ln -s "$(command -v $tool)" "$QUIRE_POPPLER/bin/$tool"
	done
	printf '#!/bin/sh\necho "Syntax Error (12): Unknown operator %s in Smith" >&2\nexit 1\n' \
	    "'Jane Smith, 1970'" >"$QUIRE_POPPLER/bin/pdfinfo"
	chmod 755 "$QUIRE_POPPLER/bin/pdfinfo"
	printf '%%PDF-1.4\nnothing\n' >a.pdf
	run -1 --separate-stderr env QUIRE_LOG=debug doc2png <<<"$(by_hand a.pdf)"
	json '.error.code == "pdf.damaged" and (.error.message | contains("Syntax Error (12): Unknown operator ... in ..."))'
	[[ $output$stderr != *Smith* && $output$stderr != *1970* ]]
}

@test "QUIRE_PROGRESS follows no link, and is a directory of one's own" {
	mkdir p open && chmod 1777 open && echo mine >mine
	ln -s "$here/mine" link
	# A process whose number is known before it starts.
	sh -c 'ln -s "$1" "p/s3ls.$$"; ln -s "$1" "p/.s3ls.$$"; QUIRE_PROGRESS=$PWD/p exec s3ls "$1"' \
	    sh "$here/mine" >out
	[ "$(cat mine)" = mine ]
	[ "$(find p -type f | wc -l)" -eq 1 ]
	QUIRE_PROGRESS=$PWD/open s3ls mine >out
	[ -z "$(ls -A open)" ]
	[ -s out ]
	[[ $(id -u) -ne 0 ]] || {
		mkdir theirs && chown 65534 theirs
		QUIRE_PROGRESS=$PWD/theirs s3ls mine >out
		[ -z "$(ls -A theirs)" ]
	}
}
