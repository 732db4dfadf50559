#!/usr/bin/env bats
# doc2png: what becomes of documents, good ones and bad.
# Scripts in single quotes are for others.
# shellcheck disable=SC2016
load helper
load pdf

FOX='The quick brown fox jumps over the lazy dog, and over the fence too.'

# document FILE...: a record for each, as s3get writes it.
document()
{
	for f; do
		jq -nc --arg path "$PWD/$f" --arg rel "$f" \
		    '{v: 1, kind: "document", id: $rel[:20], uri: ("file://" + $path), $rel, $path}'
	done
}

# pages FIELD...: page by page of $output, an array of those members each.
pages()
{
	jq -c "[$(printf '.%s,' "$@")0][:-1]" <<<"$output"
}

# codes: of $output, page (or null) and code of each error.
codes()
{
	jq -c 'select(.error) | [.page, .error.code, .error.class]' <<<"$output"
}

# said CODE...: stderr is one warning a code, in that order.
said()
{
	# shellcheck disable=SC2154
	[ "$(jq -r 'select(.level == "warn" and .tool == "doc2png") | .code' <<<"$stderr")" = \
	    "$(printf '%s\n' "$@")" ]
}

# images: every image of $output is a whole PNG of the size that is said, in
# the record's work directory, and nothing else is there.
images()
{
	local image width height work

	while read -r image width height work; do
		[ "${image%/*}" = "$work" ]
		[ "$(od -An -tu4 --endian=big -j16 -N8 "$image" | tr -s ' ')" = " $width $height" ]
		[ "$(tail -c 8 "$image" | od -An -c -N4 | tr -d ' ')" = IEND ]
	done < <(jq -r 'select(.image) | [.image, .width, .height, .work] | join(" ")' <<<"$output")
	[ "$(find "$QUIRE_WORK" -type f | sort)" = \
	    "$(jq -r 'select(.image).image' <<<"$output" | sort)" ]
}

# leftovers_but_work: documents' directories may be, nothing else.
leftovers_but_work()
{
	rm -rf "${QUIRE_WORK:?}"/*
	leftovers
}

# letter FILE PAGES: a PDF of one inch square pages with a bar, no text.
letter()
{
	pdf_begin "$1"
	for ((i = 0; i < $2; i++)); do
		pdf_page 72 72 '10 10 50 20 re f'
	done
	pdf_end
}

# stand_in TOOL: poppler with this script, on stdin, for the tool. In it, page
# writes one inch at 72 dpi, $from and $to are the pages that are wanted,
# and gate waits until the test opens it.
stand_in()
{
	local bin=$BATS_TEST_TMPDIR/poppler/bin tool

	export QUIRE_POPPLER=$BATS_TEST_TMPDIR/poppler
	rm -rf "$QUIRE_POPPLER"
	mkdir -p "$bin"
	mkfifo "$QUIRE_POPPLER/gate"
	for tool in pdfinfo pdftotext pdfimages pdftohtml pdftoppm; do
		[[ $tool == "$1" ]] || ln -s "$(command -v "$tool")" "$bin/$tool"
	done
	{
		cat <<-'EOF'
		#!/bin/bash
		from=$5 to=$7
		page() { printf 'P5\n72 72\n255\n%*s' $((72 * 72)) ''; }
		gate() { read -r <"${0%/*}/../gate"; }
		EOF
		cat
	} >"$bin/$1"
	chmod 755 "$bin/$1"
}

open_gate()
{
	echo >"$QUIRE_POPPLER/gate"
}

# lines FILE N: it has at least so many.
lines()
{
	[ "$(wc -l <"$1")" -ge "$2" ]
}

# child PID: its first child.
child()
{
	local pid
	# The list has no newline at its end.
	read -r pid _ <"/proc/$1/task/$1/children" || [ -n "$pid" ] && echo "$pid"
}

# start_doc2png OPTION...: with what is in the file in, to out and err.
start_doc2png()
{
	doc2png "$@" <in >out 2>err 3>&- &
	pid=$!
}

# end_doc2png STATUS: it ends so. Sets output and stderr.
end_doc2png()
{
	local status=0
	wait "$pid" || status=$?
	output=$(cat out) stderr=$(cat err)
	[ "$status" -eq "$1" ]
}

@test "the samples are of the type that their content is, whatever the name" {
	samples=$QUIRE_TOP/share/quire/samples
	cp "$samples/scan.pdf" a.png
	cp "$samples/photo.jpg" b.tif
	cp "$samples/fax.tif" c
	pdftoppm -png -singlefile -r 100 "$samples/scan.pdf" d && mv d.png d.pdf
	run -0 --separate-stderr doc2png <<<"$(document a.png b.tif c d.pdf)"
	[ -z "$stderr" ]
	[ "$(pages rel mime page pages width height dpi)" = '["a.png","application/pdf",1,1,1654,2339,200]
["b.tif","image/jpeg",1,1,1360,1400,170]
["c","image/tiff",1,3,1728,2240,204]
["c","image/tiff",2,3,1728,2240,204]
["c","image/tiff",3,3,1728,2240,204]
["d.pdf","image/png",1,1,827,1170,100]' ]
	json '.kind == "page" and .doc_pages == .pages and .v == 1 and (.took_ms.doc2png >= 0)'
	json '.pixels | test("^[0-9a-f]{64}$")'
	images
}

@test "a page's text is the same, and a page's pixels are, when it is done again" {
	letter a.pdf 2
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	first=$(pages page pixels width)
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page pixels width)" = "$first" ]
	# The bar is at the same place on both pages.
	[ "$(jq -s 'map(.pixels) | unique | length' <<<"$output")" -eq 1 ]
}

@test "members that are nobody's here pass to every page, byte for byte" {
	letter a.pdf 2
	run -0 --separate-stderr doc2png <<<"{\"v\":1,\"kind\":\"document\",\"path\":\"$PWD/a.pdf\",\"big\":12345678901234567890,\"took_ms\":{\"s3get\":7}}"
	[ "$(grep -c '"big":12345678901234567890' <<<"$output")" -eq 2 ]
	json '.id | test("^[0-9A-HJKMNP-TV-Z]{26}$")'
	[ "$(pages took_ms.s3get)" = $'[7]\n[null]' ]
}

@test "--dpi says how finely pages are drawn" {
	pdf_begin a.pdf
	pdf_page 144 72 '10 10 50 20 re f'
	pdf_end
	for dpi in 36 150 1200; do
		run -0 --separate-stderr doc2png --dpi "$dpi" <<<"$(document a.pdf)"
		[ "$(pages width height dpi)" = "[$((2 * dpi)),$dpi,$dpi]" ]
	done
	run -2 --separate-stderr doc2png --dpi 35 <<<"$(document a.pdf)"
	[[ -z $output && $stderr == *'--dpi'* ]]
}

@test "a text layer is taken, unless --text=never; --text=only takes nothing else" {
	pdf_begin a.pdf
	pdf_page 612 792 "$(pdf_text "$FOX")"
	pdf_page 612 792 '10 10 50 20 re f'
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page markdown engine width)" = "[1,\"$FOX\",\"text\",null]
[2,null,null,1700]" ]
	run -0 --separate-stderr doc2png --text=never --dpi 72 <<<"$(document a.pdf)"
	[ "$(pages page markdown width)" = $'[1,null,612]\n[2,null,612]' ]
	run -1 --separate-stderr doc2png --text only <<<"$(document a.pdf)"
	[ "$(pages page markdown error.code)" = "[1,\"$FOX\",null]
[2,null,\"page.notext\"]" ]
	json 'has("image") | not'
	said page.notext
}

@test "--text=only has no text for images" {
	run -1 --separate-stderr doc2png --text=only \
	    <<<"$(cd "$QUIRE_TOP/share/quire/samples" && document fax.tif photo.jpg)"
	[ "$(codes)" = '[1,"page.notext","validation"]
[2,"page.notext","validation"]
[3,"page.notext","validation"]
[1,"page.notext","validation"]' ]
	[ -z "$(find "$QUIRE_WORK" -type f)" ]
}

@test "hidden text under a page image is not believed, nor under a half-page one" {
	pdf_begin a.pdf
	pdf_image 850 1100
	pdf_page 612 792 "$(pdf_draw 612 792) $(pdf_text -3 "$FOX")"
	pdf_page 612 792 "$(pdf_draw 612 396) $(pdf_text -3 "$FOX" "$FOX")"
	pdf_page 612 792 "$(pdf_draw 612 792) $(pdf_text "$FOX")"
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	json '.image and (has("markdown") | not)'
	run -1 --separate-stderr doc2png --text=only <<<"$(document a.pdf)"
	json '.error.code == "page.notext"'
	for script in 'exit 1' 'echo pages 9; echo page 1 612 792 0 0 0'; do
		stand_in mutool <<<"$script"
		run -1 --separate-stderr doc2png --text=only <<<"$(document a.pdf)"
		json '.error.code == "page.notext"'
	done
}

@test "visible text beside a small picture is believed" {
	pdf_begin a.pdf
	pdf_image 100 100
	pdf_page 612 792 "$(pdf_draw 200 200) $(pdf_text "$FOX")"
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages markdown)" = "[\"$FOX\"]" ]
}

# bats test_tags=brief
@test "what is painted is asked of mutool, and pictures of it that do not come of poppler" {
	pdf_begin a.pdf
	pdf_image 100 100
	pdf_page 612 792 "$(pdf_draw 200 200) $(pdf_text "$FOX")"
	pdf_page 612 792 "$(pdf_text "$FOX")"
	pdf_end
	stand_in pdfimages <<<'exit 1'
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages markdown)" = "[\"$FOX\"]
[\"$FOX\"]" ]
	# A picture that takes too long costs the pictures, and no more.
	stand_in mutool <<<"[[ \${7:-0} == 0 ]] || exec sleep 1000; exec $(command -v mutool) \"\$@\""
	run -0 --separate-stderr doc2png --page-timeout 4 <<<"$(document a.pdf)"
	[ "$(pages markdown)" = "[\"$FOX\"]
[\"$FOX\"]" ]
}

@test "a text layer is as short as it likes where it says what is on the page" {
	pdf_begin a.pdf
	pdf_page 612 792 "$(pdf_text 'tenAchars. tenBchars. tenCchars.')"
	pdf_page 612 792 "$(pdf_text 'ten chars. tenBchars. tenCchar.')"
	pdf_page 612 792 "$(pdf_text 'one')"
	pdf_page 612 792 ''
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page engine why text_chars)" = '[1,"text","layer",30]
[2,"text","layer",28]
[3,"text","layer",3]
[4,null,"none",0]' ]
	# Who does not look goes by the number of characters.
	run -0 --separate-stderr doc2png --text layer <<<"$(document a.pdf)"
	[ "$(pages page engine)" = $'[1,"text"]\n[2,null]\n[3,null]\n[4,null]' ]
}

# letters N Y: N marks like letters in a row, drawn and not written.
letters()
{
	local i

	for ((i = 0; i < $1; i++)); do
		printf '%d %d 5 9 re f\n' $((40 + i * 8)) "$2"
	done
}

@test "a word that nobody can see is not on the page" {
	pdf_begin a.pdf
	pdf_page 612 792 "$(pdf_text 'Seen is what is black on white.') 1 1 1 rg $(pdf_text '' 'White is not.')"
	pdf_page 612 792 "$(pdf_text 'Seen is the first line.' 'Covered is the name of the witness.') 30 655 400 24 re f"
	pdf_page 612 792 "0.85 g $(pdf_text 'Pale is seen too.')"
	pdf_page 612 792 "$(pdf_text 'Cut away' 'Seen is what is inside.')" '/CropBox [0 0 612 690]'
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages markdown why words_hidden)" = '["Seen is what is black on white.","layer",3]
["Seen is the first line.","layer",7]
["Pale is seen too.","layer",null]
["Seen is what is inside.","layer",null]' ]
	# More words than can be seen: something may have gone wrong with the page.
	[ "$(pages page doubt)" = $'[1,null]\n[2,["hidden"]]\n[3,null]\n[4,null]' ]
}

@test "text that is drawn beside the layer is read by itself, or is a doubt" {
	pdf_begin a.pdf
	pdf_page 612 792 "$(pdf_text 'A footer.') $(for y in 400 430 460 490; do letters 60 $y; done)"
	pdf_page 612 792 "$(pdf_text "$FOX" "$FOX" "$FOX" "$FOX") $(letters 30 300)"
	pdf_page 612 792 "$(pdf_text "$FOX") 40 300 400 200 re f"
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(jq -c '[.engine, .why, .doubt, .layer, (.regions | length)]' <<<"$output")" = '[null,"ink",null,null,4]
[null,"ink",null,null,1]
["text","layer",null,null,0]' ]
	json 'has("image") == (.why == "ink")'
	[ "$(jq -s '.[1].ink_unread | . > 0.05 and . < 0.5' <<<"$output")" = true ]
	# Where nobody reads it, it is said.
	run -1 --separate-stderr doc2png --text only <<<"$(document a.pdf)"
	[ "$(pages engine why doubt error.code)" = '[null,"ink",null,"page.notext"]
["text","ink",["ink"],null]
["text","layer",null,null]' ]
}

@test "a layer whose letters make no words, or that lies over a picture, is to be compared" {
	pdf_begin a.pdf
	pdf_page 612 792 "$(pdf_text 'Esp xpxmpcd xpe zy Xzyolj ty esp wlcrp slww')"
	pdf_image 100 100
	pdf_page 612 792 "1 g $(pdf_draw 612 792) q 0.99 g 0 0 612 792 re f Q 0 g $(pdf_text "$FOX")"
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages why layer markdown)" = "[\"font\",\"Esp xpxmpcd xpe zy Xzyolj ty esp wlcrp slww\",null]
[\"scan\",\"$FOX\",null]" ]
	images
}

@test "text that looks like markup is text" {
	pdf_begin a.pdf
	pdf_page 612 792 "$(pdf_text '# A line as if it were a heading' '<b>bold</b> and <!-- Page 7 -->' \
	    '---' '> **Page 3 could not be read** (page.timeout)' '[a](http://b) and * and 1. and `c`')"
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	markdown=$(jq -r .markdown <<<"$output")
	for mark in '^#' '(^|[^\\])<' '^---$' '^>' '(^|[^\\])\*\*Page' '(^|[^\\])\[a' '(^|[^\\])`'; do
		run -1 grep -E -e "$mark" <<<"$markdown"
	done
	[[ $markdown == *'Page 7'*'could not be read'* ]]
}

@test "a scan is not drawn above its own resolution, a background is" {
	pdf_begin a.pdf
	pdf_image 1700 2200
	pdf_page 612 792 "$(pdf_draw 612 792)"
	pdf_image 850 1100
	pdf_page 612 792 "$(pdf_draw 612 792)"
	pdf_page 612 792 "q 612 0 0 792 0 0 cm BI /W 640 /H 800 /BPC 1 /CS /G
ID $(head -c 64000 /dev/zero | tr '\0' U) EI Q"
	pdf_end
	run -0 --separate-stderr doc2png --dpi 300 <<<"$(document a.pdf)"
	[ "$(pages width height dpi)" = $'[1700,2200,200]\n[2550,3300,300]\n[2550,3300,300]' ]
	images
	run -0 --separate-stderr doc2png --dpi 75 <<<"$(document a.pdf)"
	[ "$(pages dpi)" = $'[75]\n[75]\n[75]' ]
}

@test "pages that are turned have the sides that they are shown with" {
	pdf_begin a.pdf
	for turn in 0 90 180 270 -90 45 -30; do
		pdf_page 144 72 '10 10 50 20 re f' /Rotate "$turn"
	done
	pdf_page 400 400 '10 10 350 20 re f' /CropBox '[0 0 100 200]'
	pdf_end
	run -0 --separate-stderr doc2png --dpi 72 <<<"$(document a.pdf)"
	[ -z "$stderr" ]
	[ "$(pages width height)" = '[144,72]
[72,144]
[144,72]
[72,144]
[72,144]
[144,72]
[144,72]
[100,200]' ]
	images
}

# bats test_tags=brief
@test "pages of all kinds keep their order and their numbers" {
	pdf_begin a.pdf
	pdf_image 850 1100
	for ((i = 1; i <= 40; i++)); do
		case $((i % 4)) in
		0) pdf_page 612 792 "$(pdf_draw 612 792)" ;;
		1 | 2) pdf_page 612 792 "$(pdf_text "This is page $i, of which there are forty.")" ;;
		3) pdf_page 100 100 '10 10 50 20 re f' ;;
		esac
	done
	pdf_end
	run -0 --separate-stderr doc2png --dpi 100 <<<"$(document a.pdf)"
	[ -z "$stderr" ]
	[ "$(jq .page <<<"$output")" = "$(seq 40)" ]
	json 'if .page % 4 == 0 then .width == 850 elif .page % 4 == 3 then .width == 139
	    else .markdown == "This is page \(.page), of which there are forty." end'
	json '.pages == 40'
	images
}

# bats test_tags=brief
@test "a page of 200 x 200 inches is drawn as finely as can be, and is doubtful" {
	pdf_begin a.pdf
	pdf_page 72 72 '10 10 50 20 re f'
	pdf_page 14400 14400 '10 10 5000 2000 re f'
	pdf_page 14400 14400
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page width dpi doubt[0])" = '[1,200,200,null]
[2,12000,60,"small"]
[3,12000,60,null]' ]
	[ -z "$stderr" ]
	images
}

@test "a page that is larger than can be drawn fails alone and is never a picture of 1 x 1" {
	pdf_begin a.pdf
	pdf_page 72 72 '10 10 50 20 re f'
	pdf_page 144000 144000 '10 10 50000 20000 re f'
	pdf_page 72 72 '10 10 50 20 re f'
	pdf_end
	run -1 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page width dpi error.code)" = '[1,200,200,null]
[2,null,null,"page.large"]
[3,200,200,null]' ]
	said page.large
	images
}

@test "a page without a size fails alone" {
	pdf_begin a.pdf
	pdf_page 72 72 '10 10 50 20 re f'
	pdf_page 0 0 '10 10 50 20 re f' /CropBox '[0 0 0 0]'
	pdf_page 72 72 '10 10 50 20 re f'
	pdf_end
	# As poppler 22.12 says it; others give such a page the size of a letter.
	stand_in pdfinfo <<-'EOF'
	printf '%s\n' 'Pages: 3' 'Page 1 size: 72 x 72 pts' 'Page 2 size: 0 x 0 pts' 'Page 3 size: nan x 72 pts'
	EOF
	run -1 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page width error.code)" = '[1,200,null]
[2,null,"page.size"]
[3,null,"page.size"]' ]
	images
}

@test "a page that poppler cannot find or draw is no empty picture" {
	letter a.pdf 3
	# One of the three is no page; pdftoppm draws 1 x 1 pixels for the last,
	# as it knows the others by wrong numbers.
	sed -i 's,/Kids \[5 0 R 7 0 R 9 0 R\],/Kids [5 0 R 4 0 R 9 0 R],' a.pdf
	[ "$(pdftoppm -gray -f 3 a.pdf 2>/dev/null | head -2 | tail -1)" = '1 1' ]
	run -1 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page width error.code)" = '[1,200,null]
[2,null,"page.missing"]
[3,200,null]' ]
	images
}

@test "a blank page is blank, doubtful where something may be lost, and no error" {
	pdf_begin a.pdf
	pdf_page 72 72 ''
	pdf_page 72 72 'zz zz'
	pdf_page 72 72 'zz 10 10 50 20 re f'
	pdf_page 72 72 'w'
	pdf_page 72 72 '/Im9 Do'
	pdf_end
	run -0 --separate-stderr doc2png --dpi 300 <<<"$(document a.pdf)"
	[ "$(pages page width blank doubt)" = '[1,300,true,null]
[2,300,true,["blank"]]
[3,300,null,["damaged"]]
[4,300,true,null]
[5,300,true,["blank"]]' ]
	[ -z "$stderr" ]
}

@test "a PDF that is cut before its first page is damaged, as a document" {
	letter a.pdf 3
	head -c 100 a.pdf >cut.pdf
	run -1 --separate-stderr doc2png <<<"$(document cut.pdf a.pdf)"
	[ "$(pages rel kind page error.code | head -1)" = '["cut.pdf","document",null,"pdf.damaged"]' ]
	[ "$(pages rel page | tail -3)" = $'["a.pdf",1]\n["a.pdf",2]\n["a.pdf",3]' ]
	said pdf.damaged
	leftovers_but_work
}

@test "a PDF with a password is said to have one; a mere restriction is no bar" {
	cp "$BATS_TEST_DIRNAME/data/encrypted.pdf" "$BATS_TEST_DIRNAME/data/restricted.pdf" .
	run -1 --separate-stderr doc2png <<<"$(document encrypted.pdf restricted.pdf)"
	[ "$(pages rel kind error.code error.class markdown)" = \
	    '["encrypted.pdf","document","pdf.encrypted","validation",null]
["restricted.pdf","page",null,null,"Whoever has this file may read it, but not print it."]' ]
	said pdf.encrypted
}

@test "what is no document is refused by what it holds" {
	: >empty.pdf
	echo '<!DOCTYPE html><html><body>Sign in</body></html>' >html.pdf
	echo '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>' >s3.pdf
	printf 'PK\3\4 and so on' >zip.pdf
	printf '%%!PS-Adobe-3.0\n' >ps.pdf
	head -c 4 "$QUIRE_TOP/share/quire/samples/photo.jpg" >four.jpg
	run -1 --separate-stderr doc2png <<<"$(document empty.pdf html.pdf s3.pdf zip.pdf ps.pdf four.jpg)"
	[ "$(pages rel kind page error.code error.class)" = '["empty.pdf","document",null,"document.empty","validation"]
["html.pdf","document",null,"document.type","validation"]
["s3.pdf","document",null,"document.type","validation"]
["zip.pdf","document",null,"document.type","validation"]
["ps.pdf","document",null,"document.type","validation"]
["four.jpg","page",1,"page.image","validation"]' ]
	[ -z "$(find "$QUIRE_WORK" -type f)" ]
}

@test "a document that is not there, or is none, fails alone" {
	letter a.pdf 1
	mkdir folder
	run -1 --separate-stderr doc2png < <(document gone.pdf folder a.pdf
	    echo '{"v":1,"kind":"document","id":"x"}')
	[ "$(codes | jq -c '.[0:2]')" = '[null,"document.missing"]
[null,"document.type"]
[null,"record.member"]' ]
	[ "$(jq -c 'select(.image) | .rel' <<<"$output")" = '"a.pdf"' ]
}

@test "a document that may not be read is said to be there" {
	letter a.pdf 1
	document a.pdf | jq -c 'del(.work)' >in
	chmod 000 a.pdf
	run -1 --separate-stderr as_user doc2png <in
	[ "$(jq -r .error.code <<<"$output")" = store.read ]
}

@test "more pages than --max-pages are refused before any is drawn" {
	letter a.pdf 4
	stand_in pdftoppm <<<'exit 1'
	run -1 --separate-stderr doc2png --max-pages 3 <<<"$(document a.pdf)"
	[ "$(codes)" = '[null,"document.pages","validation"]' ]
	json '.error.message | test("4 pages.* 3 ")'
	run -1 --separate-stderr doc2png --max-pages 2 \
	    <<<"$(cd "$QUIRE_TOP/share/quire/samples" && document fax.tif)"
	[ "$(codes)" = '[null,"document.pages","validation"]' ]
	[ -z "$(find "$QUIRE_WORK" -type f)" ]
}

# tiff_set FILE PAGE TAG VALUE: in its directory, little-endian.
tiff_set()
{
	local at n i number=1

	at=$(od -An -tu4 -j4 -N4 "$1")
	while :; do
		n=$(od -An -tu2 -j$((at)) -N2 "$1")
		[[ $number -lt $2 ]] || break
		at=$(od -An -tu4 -j$((at + 2 + 12 * n)) -N4 "$1")
		number=$((number + 1))
	done
	for ((i = at + 2; i < at + 2 + 12 * n; i += 12)); do
		[[ $(od -An -tu2 -j"$i" -N2 "$1") -ne $3 ]] || break
	done
	printf '%b' "$(printf '\\x%02x' $(($4 & 255)) $(($4 >> 8 & 255)))" |
	    dd of="$1" bs=1 seek=$((i + 8)) conv=notrunc status=none
}

@test "a damaged page of a TIFF fails alone" {
	cp "$QUIRE_TOP/share/quire/samples/fax.tif" a.tif
	tiff_set a.tif 2 259 9999
	run -1 --separate-stderr doc2png <<<"$(document a.tif)"
	[ "$(pages page pages width error.code)" = '[1,3,1728,null]
[2,3,null,"page.image"]
[3,3,1728,null]' ]
	said page.image
	images
}

@test "a TIFF, PNG or JPEG that ends early is not taken for whole" {
	letter a.pdf 1
	pdftoppm -r 200 -png -singlefile a.pdf a
	head -c 300 a.png >cut.png
	head -c "$(($(stat -c %s "$QUIRE_TOP/share/quire/samples/fax.tif") / 2))" \
	    "$QUIRE_TOP/share/quire/samples/fax.tif" >cut.tif
	run -1 --separate-stderr doc2png <<<"$(document cut.png cut.tif)"
	jq -es 'map(select(.rel == "cut.png")) | length == 1 and (.[0] | .damaged and
	    .rows_missing > 0 and .rows_missing < 200 and .doubt == ["damaged"])' <<<"$output"
	[ "$(jq -r 'select(.rel == "cut.tif" and .error) | .error.code' <<<"$output" | head -1)" != "" ]
	images
}

@test "a flood on a tool's stderr neither hangs nor hides the page" {
	pdf_begin a.pdf
	pdf_page 612 792 "$(printf 'zz %.0s' {1..20000}) $(pdf_text "$FOX")"
	pdf_end
	[ "$(pdftoppm -gray -r 10 a.pdf 2>&1 >/dev/null | wc -c)" -gt 500000 ]
	run -0 --separate-stderr doc2png --text=never --dpi 72 <<<"$(document a.pdf)"
	[ "$(pages width height)" = '[612,792]' ]
	[ -z "$stderr" ]
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages markdown)" = "[\"$FOX\"]" ]
}

@test "pdftoppm that writes a wrong size or ends early costs those pages alone" {
	letter a.pdf 5
	stand_in pdftoppm <<-'EOF'
	for ((p = from; p <= to; p++)); do
		case $p in
		2) printf 'P5\n1 1\n255\n ' ;;
		3) printf 'P5\n72 72\n255\n    '; exit 0 ;;
		4) kill -9 $$ ;;
		*) page ;;
		esac
	done
	EOF
	run -1 --separate-stderr doc2png --dpi 72 <<<"$(document a.pdf)"
	[ "$(pages page width error.code error.class)" = '[1,72,null,null]
[2,null,"page.render","validation"]
[3,null,"page.render","validation"]
[4,null,"page.render","validation"]
[5,72,null,null]' ]
	[[ $output == *'1 x 1 pixels came where 72 x 72 must'*'killed by SIGKILL'* ]]
	images
	leftovers_but_work
}

@test "pdftoppm that writes no picture, or no end of it, costs its pages" {
	letter a.pdf 2
	for script in 'exec yes' 'exec cat /dev/zero' 'exit 0' 'echo P5 99999999 99999999 255'; do
		stand_in pdftoppm <<<"$script"
		run -1 --separate-stderr doc2png --dpi 72 <<<"$(document a.pdf)"
		json '.error.code == "page.render" or .error.code == "page.large"'
		[ "$(jq .page <<<"$output")" = $'1\n2' ]
	done
	# A right page, and zeros for ever.
	stand_in pdftoppm <<<'page; exec cat /dev/zero'
	run -1 --separate-stderr doc2png --dpi 72 <<<"$(document a.pdf)"
	[ "$(pages page width error.code)" = $'[1,72,null]\n[2,null,"page.render"]' ]
	images
	leftovers_but_work
}

@test "--page-timeout: pdftoppm that sleeps or burns time costs that page alone" {
	letter a.pdf 4
	stand_in pdftoppm <<-'EOF'
	for ((p = from; p <= to; p++)); do
		case $p in
		2) exec sleep 1000 ;;
		3) while :; do :; done ;;
		*) page ;;
		esac
	done
	EOF
	run -1 --separate-stderr doc2png --dpi 72 --page-timeout 1 <<<"$(document a.pdf)"
	[ "$(pages page width error.code error.class)" = '[1,72,null,null]
[2,null,"page.timeout","transient"]
[3,null,"page.timeout","transient"]
[4,72,null,null]' ]
	[ "$(pages error.message | sed -n 2p)" = '["pdftoppm takes too long"]' ]
	# Where other things run at the same time its share may be less than half.
	[[ $(pages error.message | sed -n 3p) =~ 'takes too '(much CPU time|long) ]]
	leftovers_but_work
}

@test "a tool that has little of a crowded machine is waited for while it works" {
	letter a.pdf 1
	stand_in pdftoppm <<-'EOF'
	for ((i = 0; i < 18; i++)); do
		for ((j = 0; j < 5000; j++)); do :; done
		read -rt 0.2 <>/dev/fd/2
	done
	page
	EOF
	run -0 --separate-stderr doc2png --dpi 72 --page-timeout 1 <<<"$(document a.pdf)"
	[ "$(pages page width)" = '[1,72]' ]
	leftovers_but_work
}

@test "a flood on stderr that does not end is a timeout, and so is a trickle" {
	letter a.pdf 1
	stand_in pdftoppm <<<'exec yes 3>&1 >&2'
	run -1 --separate-stderr doc2png --dpi 72 --page-timeout 1 <<<"$(document a.pdf)"
	[ "$(codes)" = '[1,"page.timeout","transient"]' ]
	stand_in pdftoppm <<<"printf 'P5\n72 72\n255\n'; while :; do printf ' '; read -rt 0.2 <>/dev/fd/2; done"
	run -1 --separate-stderr doc2png --dpi 72 --page-timeout 1 <<<"$(document a.pdf)"
	[ "$(codes)" = '[1,"page.timeout","transient"]' ]
	leftovers_but_work
}

# bats test_tags=brief
@test "a document's pages together may take so much time and no more" {
	letter a.pdf 15
	stand_in pdftoppm <<<'while :; do :; done'
	run -1 --separate-stderr doc2png --dpi 72 --page-timeout 1 <<<"$(document a.pdf)"
	json '.error.code == "page.timeout" and .error.class == "transient"'
	[ "$(jq .page <<<"$output")" = "$(seq 15)" ]
	# 2 s and a sixth for each page.
	[ "$(pages error.message | tail -1)" = '["the document has used up its 4 s of CPU time"]' ]
	leftovers_but_work
}

# bats test_tags=brief
@test "pdfinfo that does not end is the document's timeout" {
	letter a.pdf 1
	for script in 'exec sleep 1000' 'while :; do :; done' 'exec yes' 'exec yes >&2'; do
		stand_in pdfinfo <<<"$script"
		run -1 --separate-stderr doc2png --page-timeout 1 <<<"$(document a.pdf)"
		[ "$(codes)" = '[null,"document.timeout","transient"]' ]
	done
	leftovers_but_work
}

# bats test_tags=brief
@test "pdfinfo that lies about pages or dies is not believed" {
	letter a.pdf 1
	for script in 'exit 0' 'kill -9 $$' 'echo Pages: -1' 'echo Pages: 3' 'echo Page 1 size: 72 x 72 pts'; do
		stand_in pdfinfo <<<"$script"
		run -1 --separate-stderr doc2png <<<"$(document a.pdf)"
		[ "$(codes)" = '[null,"pdf.damaged","validation"]' ]
	done
	# More than there are: pdftoppm has nothing for them.
	stand_in pdfinfo <<<"printf '%s\n' 'Pages: 2' 'Page 1 size: 72 x 72 pts' 'Page 2 size: 72 x 72 pts'"
	run -1 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page width error.code)" = $'[1,200,null]\n[2,null,"page.render"]' ]
	# One whose size it does not tell.
	stand_in pdfinfo <<<"printf '%s\n' 'Pages: 2' 'Page 1 size: 72 x 72 pts'"
	run -1 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page width error.code)" = $'[1,200,null]\n[2,null,"page.size"]' ]
}

@test "pdftotext that dies in the middle of a page does not leave half of it" {
	pdf_begin a.pdf
	for ((i = 1; i <= 3; i++)); do
		pdf_page 72 72 "$(pdf_text "$FOX $i")"
	done
	pdf_end
	# -tsv -f FROM -l TO
	stand_in pdftotext <<-'EOF'
	row() { printf '5\t%d\t0\t0\t%d\t0\t1\t1\t70\t70\t100\t%s\n' "$@"; }
	for ((p = $3; p <= $5; p++)); do
		row "$p" 0 "A-word-and-$p-and-no-end-to-it-so-far"
		[[ $p -ne 2 ]] || kill -9 $$
		row "$p" 1 "but-now"
	done
	EOF
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page engine width)" = '[1,"text",null]
[2,null,200]
[3,"text",null]' ]
}

# no_mutool: it fails, and poppler is asked all.
no_mutool()
{
	printf '#!/bin/sh\nexit 1\n' >"$QUIRE_POPPLER/bin/mutool"
	chmod +x "$QUIRE_POPPLER/bin/mutool"
}

@test "hidden text is not believed when pdfimages or pdftohtml cannot be asked" {
	pdf_begin a.pdf
	pdf_image 850 1100
	pdf_page 612 792 "$(pdf_draw 612 396) $(pdf_text -3 "$FOX")"
	pdf_end
	for tool in mutool pdfimages pdftohtml; do
		for script in 'exec sleep 1000' 'exit 1'; do
			stand_in "$tool" <<<"$script"
			[[ $tool == mutool ]] || no_mutool
			run -0 --separate-stderr doc2png --dpi 72 --page-timeout 1 <<<"$(document a.pdf)"
			[ "$(pages page markdown width)" = '[1,null,612]' ]
		done
	done
	leftovers_but_work
}

# tries SCRIPT: what a tool says first that tries this in its jail.
tries()
{
	stand_in pdftoppm <<<"$1"
	run -1 --separate-stderr doc2png --dpi 72 <<<"$(document a.pdf)"
	[ "$(codes)" = '[1,"page.render","validation"]' ]
	pages error.message
}

@test "a tool can open no other file, write none, make no socket, and kill nobody" {
	letter a.pdf 1
	letter b.pdf 1
	echo secret >"$TMPDIR/other"
	[[ $(tries 'read -r </etc/passwd; exit') == *': ... Permission denied'* ]]
	[[ $(tries 'read -r </proc/1/environ; exit') == *': ... Permission denied'* ]]
	[[ $(tries "read -r <'$PWD/b.pdf'; exit") == *': ... Permission denied'* ]]
	[[ $(tries "read -r <'$TMPDIR/other'; exit") == *': ... Permission denied'* ]]
	[[ $(tries "echo 1 >'$TMPDIR/other'; exit") == *': ... Permission denied'* ]]
	[[ $(tries "echo 1 >'$PWD/a.pdf'; exit") == *': ... Permission denied'* ]]
	for dir in "$PWD" "$TMPDIR" "$QUIRE_WORK" "$BATS_TEST_TMPDIR/poppler" /tmp; do
		[[ $(tries "echo 1 >'$dir/evil'; exit") == *': ... Permission denied'* ]]
		[ ! -e "$dir/evil" ]
	done
	[[ $(tries 'exec 3<>/dev/tcp/127.0.0.1/9; exit') == *'socket: Address family not supported'* ]]
	[[ $(tries 'kill -9 $PPID; exit') == *'Operation not permitted'* ]]
	[[ $(tries '(:) ; exit') == *'fork: '* ]]
	[ "$(cat "$TMPDIR/other")" = secret ]
}

@test "a tool does not get our environment" {
	letter a.pdf 1
	export AWS_SECRET_ACCESS_KEY=canary
	[ "$(tries 'echo "key: ${AWS_SECRET_ACCESS_KEY-none}" >&2; exit')" = '["pdftoppm ended early: key: none"]' ]
	[[ $output$stderr != *canary* ]]
}

@test "the process that opens a document holds no secret" {
	local p environment opened=0

	letter a.pdf 3
	document a.pdf >in
	export AWS_SECRET_ACCESS_KEY=canary AWS_SESSION_TOKEN=canary
	stand_in pdftoppm <<<'page; gate; page; page'
	start_doc2png --dpi 72
	within 30 lines out 1
	for p in $(pgrep -P "$pid"); do
		environment=$(tr '\0' '\n' <"/proc/$p/environ")
		[[ $environment == *PATH=* && $environment != *canary* ]]
		opened=$((opened + 1))
	done
	[ "$opened" -gt 0 ]
	open_gate
	end_doc2png 0
}

@test "QUIRE_POPPLER that has no tools stops the command" {
	letter a.pdf 1
	QUIRE_POPPLER=$PWD/none run -3 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(codes)" = '[null,"proc.exec","transient"]' ]
	[[ $stderr == *'none/bin/pdfinfo'* ]]
}

@test "at QUIRE_LOG=debug the start and the end of each child are said" {
	letter a.pdf 1
	QUIRE_LOG=debug run -0 --separate-stderr doc2png --dpi 72 <<<"$(document a.pdf)"
	stderr=$(jq -r 'select(.level == "debug").msg | select(startswith("page maker"))' <<<"$stderr")
	[[ $stderr =~ ^page\ maker\ ([0-9]+):\ started\ in\ a\ jail ]]
	[[ ${stderr##*$'\n'} =~ ^page\ maker\ ${BASH_REMATCH[1]}:\ ended,\ (exit|killed).*CPU\ time.*KiB ]]
	# What is said does not stand where a child's reason does.
	stand_in pdftoppm <<<'exit 3'
	QUIRE_LOG=debug run -1 --separate-stderr doc2png --dpi 72 <<<"$(document a.pdf)"
	[ "$(pages error.message)" = '["pdftoppm ended early: exit status 3"]' ]
}

@test "the child that makes the pages, killed with -9, costs its page alone" {
	letter a.pdf 4
	document a.pdf >in
	stand_in pdftoppm <<-'EOF'
	for ((p = from; p <= to; p++)); do
		[[ $p -ne 2 ]] || exec sleep 1000
		page
	done
	EOF
	start_doc2png --dpi 72
	within 30 lines out 1
	kill -9 "$(child "$pid")"
	end_doc2png 1
	[ "$(pages page width error.code error.class)" = '[1,72,null,null]
[2,null,"page.crashed","transient"]
[3,72,null,null]
[4,72,null,null]' ]
	said page.crashed
	images
	leftovers_but_work
}

# bats test_tags=brief
@test "one that stands still is killed, and costs its page alone" {
	letter a.pdf 3
	document a.pdf >in
	stand_in pdftoppm <<-'EOF'
	for ((p = from; p <= to; p++)); do
		[[ $p -ne 2 ]] || exec sleep 1000
		page
	done
	EOF
	start_doc2png --dpi 72 --page-timeout 1
	within 30 lines out 1
	kill -STOP "$(child "$pid")"
	end_doc2png 1
	[ "$(pages page width error.code error.class)" = '[1,72,null,null]
[2,null,"page.timeout","transient"]
[3,72,null,null]' ]
	[[ $output == *'said nothing for 24 s'* ]]
	leftovers_but_work
}

@test "one that dies again and again fails its document, and the next one is done" {
	letter a.pdf 9
	letter b.pdf 1
	document a.pdf b.pdf >in
	stand_in pdftoppm <<-'EOF'
	mapfile all <"${!#}"
	[[ ${all[*]} == *"/Count 1 "* ]] || exec sleep 1000
	page
	EOF
	start_doc2png --dpi 72
	for ((i = 0; i < 4; i++)); do
		within 30 sleeping "$pid"
		kill -9 "$(child "$pid")"
		within 30 lines out $((i + 1))
	done
	end_doc2png 1
	[ "$(pages rel kind page error.code)" = '["a.pdf","page",1,"page.crashed"]
["a.pdf","page",2,"page.crashed"]
["a.pdf","page",3,"page.crashed"]
["a.pdf","document",null,"document.crashed"]
["b.pdf","page",1,null]' ]
	images
	leftovers_but_work
}

# sleeping PID: its grandchild is sleep.
sleeping()
{
	local pid
	pid=$(child "$1") && pid=$(child "$pid") && [ "$(cat "/proc/$pid/comm")" = sleep ]
} 2>/dev/null

@test "doc2png killed with -9 leaves no process behind" {
	letter a.pdf 3
	document a.pdf >in
	stand_in pdftoppm <<<'exec sleep 1000'
	start_doc2png
	within 30 sleeping "$pid"
	kill -9 "$pid"
	end_doc2png 137
	[ -z "$output" ]
	leftovers_but_work
}

@test "the first SIGTERM lets the document in hand end and passes the others" {
	letter a.pdf 3
	letter b.pdf 1
	document a.pdf b.pdf >in
	stand_in pdftoppm <<<'page; gate; page; page'
	start_doc2png --dpi 72
	within 30 lines out 1
	kill -TERM "$pid"
	within 30 grep -q 'told to stop' err
	open_gate
	end_doc2png 143
	[ "$(pages rel page width error.code error.class)" = '["a.pdf",1,72,null,null]
["b.pdf",null,null,"stage.stopped","transient"]
["a.pdf",2,72,null,null]
["a.pdf",3,72,null,null]' ]
	images
	leftovers_but_work
}

@test "the second SIGTERM ends at once, and no image is half written" {
	letter a.pdf 3
	document a.pdf >in
	stand_in pdftoppm <<<'page; exec sleep 1000'
	start_doc2png --dpi 72
	within 30 lines out 1
	kill -TERM "$pid"
	within 30 grep -q 'told to stop' err
	once_more -TERM "$pid"
	end_doc2png 143
	[ "$(pages page width)" = '[1,72]' ]
	images
	leftovers_but_work
}

# bats test_tags=brief
@test "a reader that stops holds doc2png up with a few images on the disk" {
	letter a.pdf 60
	document a.pdf >in
	mkfifo pipe
	doc2png --dpi 72 <in >pipe 2>err 3>&- &
	pid=$!
	exec 4<pipe
	within 30 stands_still
	count=$(find "$QUIRE_WORK" -name 'p-*.png' | wc -l)
	[ "$count" -gt 0 ]
	[ "$count" -le 20 ]
	output=$(cat <&4)
	exec 4<&-
	wait "$pid"
	[ "$(jq .page <<<"$output")" = "$(seq 60)" ]
	images
	leftovers_but_work
}

# stands_still: there are images, and in half a second no more of them.
stands_still()
{
	local was now

	was=$(find "$QUIRE_WORK" -name 'p-*.png' | wc -l)
	read -rt 0.5 <> <(:) || :
	now=$(find "$QUIRE_WORK" -name 'p-*.png' | wc -l)
	[ "$was" -gt 0 ] && [ "$was" -eq "$now" ]
}

# bats test_tags=brief
@test "a reader that goes away ends doc2png and its children" {
	letter a.pdf 60
	document a.pdf >in
	run -0 bash -c 'doc2png --dpi 72 <in 2>err | head -1 >out; echo "${PIPESTATUS[0]}"'
	[ "$output" -eq 141 ]
	[ ! -s err ]
	leftovers_but_work
}

# peak N: of memory, in KiB, when N empty documents have been refused.
peak()
{
	local pid

	rm -f in
	mkfifo in
	doc2png <in >out 2>/dev/null 3>&- &
	pid=$!
	exec 4>in
	yes "$record" | head -n "$1" >&4
	within 60 lines out "$1"
	sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$pid/status"
	exec 4>&-
	wait "$pid" || [ "$?" -eq 1 ]
}

@test "memory does not grow with the number of documents" {
	[[ $QUIRE_BIN != *asan* ]] || skip "not with the sanitizers"
	: >empty
	record=$(document empty)
	few=$(peak 20)
	many=$(peak 300)
	[ "$few" -gt 0 ]
	[ $((many * 10)) -le $((few * 11)) ]
}

@test "a full disk fails pages as transient, and says so" {
	[[ $(id -u) -eq 0 ]] && unshare -m true 2>/dev/null || skip "needs root, to mount"
	cp "$QUIRE_TOP/share/quire/samples/photo.jpg" .
	document photo.jpg >in
	mkdir "$TMPDIR/small"
	export QUIRE_WORK=$TMPDIR/small/work
	run -1 --separate-stderr unshare -m sh -c \
	    "mount -t tmpfs -o size=256k none '$TMPDIR/small' && doc2png <in && find '$TMPDIR/small' -type f"
	[ "$(codes)" = '[1,"disk.full","transient"]' ]
	said disk.full
}
