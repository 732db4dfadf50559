#!/usr/bin/env bats
# Which documents are opened, and which pages of them are made.
# bats file_tags=brief
# Scripts in single quotes are for others.
# shellcheck disable=SC2016
load helper
load pdf
load run

setup()
{
	run_setup
	export QUIRE_LOG=text
}

FOX='The quick brown fox jumps over the lazy dog, and over the fence too.'

# book FILE PAGES: each with its number in words of its own, beside a picture.
book()
{
	pdf_begin "$1"
	pdf_image 850 400
	for ((i = 1; i <= $2; i++)); do
		pdf_page 612 792 "$(pdf_draw 612 288) $(pdf_text "$FOX page number $i")"
	done
	pdf_end
}

# numbers: of the pages in $output, with commas, and what each says of all.
numbers()
{
	jq -rs '"\([.[].page] | join(",")) \([.[] | "\(.pages) of \(.doc_pages): \(.only_pages)"] | unique | join("; "))"' <<<"$output"
}

# only LIST WANT: doc2png --pages LIST of book.pdf.
only()
{
	run -0 --separate-stderr doc2png --pages "$1" <<<"$(document book.pdf)"
	[ -z "$stderr" ]
	[ "$(numbers)" = "$2" ] || {
		printf '%s: %s\n' "$1" "$(numbers)" >&2
		return 1
	}
	json '.markdown == "'"$FOX"' page number \(.page)"'
}

# stand_in TOOL: poppler with this script, on stdin, for the tool; others as they are.
stand_in()
{
	export QUIRE_POPPLER=$BATS_TEST_TMPDIR/poppler
	mkdir -p "$QUIRE_POPPLER/bin"
	for tool in pdfinfo pdftotext pdfimages pdftohtml pdftoppm mutool; do
		[[ -e $QUIRE_POPPLER/bin/$tool ]] || ln -s "$(command -v "$tool")" "$QUIRE_POPPLER/bin/$tool"
	done
	rm -f "$QUIRE_POPPLER/bin/$1"
	{ echo '#!/bin/bash' && cat; } >"$QUIRE_POPPLER/bin/$1"
	chmod 755 "$QUIRE_POPPLER/bin/$1"
}

@test "--pages: numbers and ranges, from the start and from the end, in the document's order" {
	book book.pdf 10
	only 3 '3 1 of 10: 3'
	only 2-4 '2,3,4 3 of 10: 2-4'
	only 9,1-2,2,-2- '1,2,9,10 4 of 10: 1-2,9-10'
	only 9- '9,10 2 of 10: 9-10'
	only -3 '8 1 of 10: 8'
	only -3--2 '8,9 2 of 10: 8-9'
	only 9--1 '9,10 2 of 10: 9-10'
	# All there are is the document, and what is beyond it is no error.
	only 1- '1,2,3,4,5,6,7,8,9,10 10 of 10: null'
	only 1-5,4-400 '1,2,3,4,5,6,7,8,9,10 10 of 10: null'
	only -400,10,11 '10 1 of 10: 10'
}

@test "--pages: none that the document has is its error, and what was said before is forgotten" {
	book book.pdf 3
	for list in 4 -4 4-,-9; do
		run -1 --separate-stderr doc2png --pages "$list" \
		    < <(document book.pdf | jq -c '.only_pages = "1"')
		[ "$(jq -r '.error | "\(.class) \(.code) \(.message)"' <<<"$output")" = \
		    'validation document.range it has 3 pages, and none of those that --pages names' ]
		[ "$(jq -r .kind <<<"$output")" = document ]
	done
	run -0 --separate-stderr doc2png < <(document book.pdf | jq -c '.only_pages = "1"')
	json 'has("only_pages") | not'
}

@test "--pages: what is no list is a wrong command line" {
	book book.pdf 3
	for list in '' 0 1,,2 3-1 1-2-3 a -1--3 "$(seq -s, 257)"; do
		run -2 --separate-stderr doc2png --pages "$list" <<<"$(document book.pdf)"
		[[ -z $output && $stderr == 'doc2png: --pages '*': no list of pages, as 1-10,15,-1 is one'* ]]
	done
	run -2 --separate-stderr doc2png --whole --pages 1 <<<"$(document book.pdf)"
	[[ -z $output && $stderr == 'doc2png: --pages: --whole takes'* ]]
}

@test "--pages: pictures have one page; a TIFF as many as it has" {
	cp "$samples/fax.tif" "$samples/photo.jpg" .
	run -0 --separate-stderr doc2png --pages 2,3 <<<"$(document fax.tif)"
	[ "$(numbers)" = '2,3 2 of 3: 2-3' ]
	[ "$(jq -r '.image | sub(".*/"; "")' <<<"$output")" = $'p-0002.png\np-0003.png' ]
	run -0 --separate-stderr doc2png --pages -1 <<<"$(document photo.jpg)"
	[ "$(numbers)" = '1 1 of 1: null' ]
	run -1 --separate-stderr doc2png --pages 2 <<<"$(document photo.jpg)"
	[ "$(jq -r .error.code <<<"$output")" = document.range ]
}

@test "--pages: what the document took before is with the first page that is made" {
	book book.pdf 3
	run -0 --separate-stderr doc2png --pages 2- \
	    < <(document book.pdf | jq -c '.took_ms = {s3get: 7}')
	[ "$(jq -c .took_ms.s3get <<<"$output")" = $'7\nnull' ]
}

@test "--pages: no tool is run for pages that nobody wants" {
	book book.pdf 10
	ours='ours() { case $1-$2 in 2-2 | 2-3 | 3-3 | 9-9) ;; *) exit 1 ;; esac; }'
	stand_in pdftotext <<<"$ours; ours \$3 \$5; exec $(command -v pdftotext) \"\$@\""
	stand_in pdfimages <<<"$ours; ours \$3 \$5; exec $(command -v pdfimages) \"\$@\""
	stand_in pdftohtml <<<"$ours; ours \$6 \$8; exec $(command -v pdftohtml) \"\$@\""
	stand_in pdftoppm <<<"$ours; ours \$5 \$7; exec $(command -v pdftoppm) \"\$@\""
	stand_in mutool <<<"$ours; ours \$4 \$5; exec $(command -v mutool) \"\$@\""
	only 2-3,9 '2,3,9 3 of 10: 2-3,9'
	# Where it is not known what is painted, the text is not believed: so these are asked.
	run -1 --separate-stderr doc2png --pages 1 <<<"$(document book.pdf)"
	json '(has("markdown") | not) and .error.code == "page.render"'
	run -0 --separate-stderr doc2png --pages 2,9 --text never <<<"$(document book.pdf)"
	[ "$(jq -r .width <<<"$output")" = $'1700\n1700' ]
	run -1 --separate-stderr doc2png --pages 2,10 --text never <<<"$(document book.pdf)"
	[ "$(jq -r .error.code <<<"$output")" = $'null\npage.render' ]
}

@test "--pages: a tool that dies at one page costs that page alone" {
	book book.pdf 9
	stand_in pdftoppm <<-EOF
		for ((p = \$5; p <= \$7; p++)); do
		[[ \$p -ne 6 ]] || kill -9 \$\$
		printf 'P5\n306 396\n255\n%*s' \$((306 * 396)) ''
		done
	EOF
	run -1 --separate-stderr doc2png --text never --dpi 36 --pages 2,5-7,-1 <<<"$(document book.pdf)"
	[ "$(jq -rc '[.page, .width, .error.code]' <<<"$output")" = '[2,306,null]
[5,306,null]
[6,null,"page.render"]
[7,306,null]
[9,306,null]' ]
}

@test "--max-pages is of the document, whichever of its pages are wanted" {
	book book.pdf 4
	run -1 --separate-stderr doc2png --max-pages 3 --pages 1 <<<"$(document book.pdf)"
	[ "$(jq -r .error.code <<<"$output")" = document.pages ]
}

@test "a result of some pages says which, and is whole" {
	book book.pdf 10
	document book.pdf | jq -c '.uri = "file://x" | .id = "b"' | doc2png --pages 9,1-2 | ocrpage | tee got |
	    mdjoin >joined
	run -0 cat "$(jq -r .path joined)"
	[ "$output" = "<!-- Of 10 pages: 1-2,9 -->

$FOX page number 1

---

<!-- Page 2 -->

$FOX page number 2

---

<!-- Page 9 -->

$FOX page number 9" ]
	output=$(cat joined)
	json '.doc_pages == 10 and .pages == 3 and .only_pages == "1-2,9" and (has("failed_pages") | not)'
	# The first of them need not be the document's.
	sed -n 3p got | jq -c '.pages = 1 | .only_pages = "9" | .id = "c"' | mdjoin >joined
	[ "$(head -n 3 "$(jq -r .path joined)")" = $'<!-- Of 10 pages: 9 -->\n\n<!-- Page 9 -->' ]
	# Words that are no list are not written there.
	for said in 'x --> y' '' 11 '"'; do
		sed -n 1p got | jq -c --arg said "$said" '.pages = 1 | .only_pages = $said | .id = "d\($said)"' |
		    mdjoin >joined
		[ "$(cat "$(jq -r .path joined)")" = "$FOX page number 1" ]
		jq -e 'has("pages") | not' joined
	done
}

@test "quire run --pages: done with these pages, counted, and a setting of the results" {
	mkdir in && book in/book.pdf 10
	run -0 --separate-stderr quire run --pages 1-3,-1 in out
	summary '.done == 1 and .pages == 4'
	[ "$(head -n 1 out/book.pdf.md)" = '<!-- Of 10 pages: 1-3,10 -->' ]
	[ "$(jobdb list --state "done" | jq -c '[.doc_pages, .pages, .only_pages]')" = '[10,4,"1-3,10"]' ]
	[ "$(jobdb queue list | jq -r .settings)" = '{"pages":"1-3,-1"}' ]
	run -0 --separate-stderr quire run --pages=1-3,-1 in out
	summary '.skipped == 1'
	run -0 --separate-stderr quire status --pages 1-3,-1 in out
	run -0 --separate-stderr quire run in out
	summary '.done == 1 and .pages == 10'
	run ! grep -q 'Of 10 pages' out/book.pdf.md
	run -0 --separate-stderr quire run --pages 1-3,-1 in out
	summary '.done == 1 and .pages == 4'
	# What none is left of is a failure of the document; what is no list, of the command.
	run -1 --separate-stderr quire run --pages 11- in out
	summary '.failed == 1 and .codes["document.range"] == 1'
	run -2 --separate-stderr quire run --pages 3-1 in out
	[[ $stderr == 'quire: --pages 3-1: no list of pages'* ]]
	leftovers
}

# codes: of each record in $output: rel, code and message.
codes()
{
	jq -rs 'sort_by(.rel) | .[] | "\(.rel) \(.error.code) \(.error.message)"' <<<"$output"
}

@test "--types: only these kinds are opened, by content, whatever the name" {
	cp "$samples/scan.pdf" a.png
	cp "$samples/photo.jpg" b.pdf
	cp "$samples/fax.tif" c
	echo words >d.pdf
	# What would open the others is not there.
	export QUIRE_POPPLER=$PWD/none
	run -1 --separate-stderr doc2png --types 'JPEG, image/TIFF' --pages 1 <<<"$(document a.png b.pdf c d.pdf)"
	[ "$(codes)" = 'a.png document.type it is PDF, and --types leaves it out
b.pdf null null
c null null
d.pdf document.type its content is of no kind that is read (quire-formats(7))' ]
	json '.error == null or .error.class == "validation"'
	# What a document becomes is not asked for.
	pngtopnm <(pdftoppm -r 20 -png "$samples/scan.pdf") | pamtogif >e.gif 2>/dev/null
	[[ ! -s e.gif ]] || {
		run -0 --separate-stderr doc2png --types gif <<<"$(document e.gif)"
		json '.mime == "image/gif" and .width > 100'
	}
	run -2 --separate-stderr doc2png --types pdf,docm <<<"$(document c)"
	[[ -z $output && $stderr == 'doc2png: --types: docm: no kind of document that is known: PDF, PNG, '* ]]
}

@test "--types, --max-size: also of documents that are passed on as they are" {
	cp "$samples/scan.pdf" a.pdf
	printf '\1\2\0\377' >b.txt
	run -1 --separate-stderr doc2png --whole --types pdf <<<"$(document a.pdf b.txt)"
	[ "$(codes)" = 'a.pdf null null
b.txt document.type it is of no kind that is known, and --types leaves it out' ]
	run -1 --separate-stderr doc2png --whole --max-size pdf=99 <<<"$(document a.pdf b.txt)"
	[[ $(codes) == 'a.pdf document.large '*' bytes, and of PDF at most 99 are taken'$'\n''b.txt null null' ]]
}

@test "--max-size TYPE=BYTES: what is longer is refused before it is opened" {
	cp "$samples/scan.pdf" "$samples/photo.jpg" "$samples/fax.tif" .
	export QUIRE_POPPLER=$PWD/none
	long=$(stat -c %s scan.pdf)
	run -1 --separate-stderr doc2png --max-size pdf=$((long - 1)) --max-size image/tiff=10 --max-size jpeg=10000000 \
	    --max-size tiff=999999999 <<<"$(document scan.pdf fax.tif photo.jpg)"
	[ "$(jq -r 'select(.error) | "\(.rel) \(.error.class) \(.error.code) \(.error.message)"' <<<"$output")" = \
	    "scan.pdf validation document.large $long bytes, and of PDF at most $((long - 1)) are taken" ]
	[ "$(jq -s length <<<"$output")" -eq 5 ]
	unset QUIRE_POPPLER
	run -0 --separate-stderr doc2png --text never --max-size "pdf=$long" <<<"$(document scan.pdf)"
	run -2 --separate-stderr doc2png --max-size pdf=1k <<<"$(document scan.pdf)"
	[[ -z $output && $stderr == 'doc2png: --max-size: pdf=1k: not TYPE=BYTES, as pdf=100000000'* ]]
}

@test "quire run --types: what it leaves out is unsupported, and taken up without it" {
	mkdir in && cp "$samples/photo.jpg" "$samples/two-columns.pdf" in
	run -0 --separate-stderr quire run --types pdf in out
	summary '.done == 1 and .unsupported == 1 and .failed == 0'
	[[ $stderr == *$'\nquire: unsupported: 1 .jpg\n'* ]]
	run -0 --separate-stderr quire run --types pdf in out
	summary '.skipped == 1 and .unsupported == 1'
	run -1 --separate-stderr quire run --strict --types pdf in out
	# A file that is called as a document and is none is a failure all the same.
	echo words >in/broken.pdf
	run -1 --separate-stderr quire run --types pdf in out
	summary '.failed == 1 and .unsupported == 1 and .skipped == 1'
	rm in/broken.pdf
	run -0 --separate-stderr quire run in out
	summary '.done == 2'
	leftovers
}
