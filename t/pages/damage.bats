#!/usr/bin/env bats
# doc2png: PDF files that are damaged, or say what is not so. What is in them
# comes out under its own number; what is not is an error, or a doubt.
load ../helper
load ../pdf

# pages FIELD...: page by page of $output, an array of those members each.
pages()
{
	jq -c "[$(printf '.%s,' "$@")0][:-1]" <<<"$output"
}

line()
{
	echo "This is what stands on page $1, and on no other page."
}

# numbered FILE N: a PDF of so many pages that can be told apart: 5, 7, 9, ...
numbered()
{
	local i

	pdf_begin "$1"
	# The font is at the end too, which is lost at times.
	pdf_object 3 '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'
	for ((i = 1; i <= $2; i++)); do
		pdf_page 612 792 "$(pdf_text "$(line "$i")")"
	done
	pdf_end
}

# change FILE FROM TO: words of the same length, so that no table is wrong.
change()
{
	[ "${#2}" -eq "${#3}" ]
	grep -qF -- "$2" "$1"
	# shellcheck disable=SC2001
	sed -i "s|$(sed 's/[][\.*^$|]/\\&/g' <<<"$2")|$3|" "$1"
}

# without COMMAND...: where there is no mutool.
without_mutool()
{
	mkdir -p bin
	for tool in pdfinfo pdftotext pdfimages pdftohtml pdftoppm; do
		ln -sf "$(command -v "$tool")" bin/
	done
	QUIRE_POPPLER=$PWD PATH=$QUIRE_BIN "$@"
}

@test "a page that is missing is that page's error, and shifts no number" {
	numbered a.pdf 4
	change a.pdf '[5 0 R 7 0 R' '[5 0 R 0 0 R'
	run -1 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page pages markdown error.code repaired)" = "[1,4,\"$(line 1)\",null,\"mutool\"]
[2,4,null,\"page.missing\",\"mutool\"]
[3,4,\"$(line 3)\",null,\"mutool\"]
[4,4,\"$(line 4)\",null,\"mutool\"]" ]
	numbered b.pdf 4
	change b.pdf '9 0 R 11 0 R]' '9 0 R 99 0 R]'
	run -1 --separate-stderr doc2png <<<"$(document b.pdf)"
	[ "$(pages page markdown error.code)" = "[1,\"$(line 1)\",null]
[2,\"$(line 2)\",null]
[3,\"$(line 3)\",null]
[4,null,\"page.missing\"]" ]
	[ -z "$(find "$QUIRE_WORK" -type f)" ]
}

@test "numbers stay where a page is missing that no table lists, or one is listed wrong" {
	numbered a.pdf 5
	change a.pdf '11 0 R' '99 0 R'
	# As if it were a later object of that number.
	numbered b.pdf 5
	change b.pdf '7 0 obj' '7 1 obj'
	run -1 --separate-stderr doc2png < <(document a.pdf b.pdf)
	output=$(jq -sc 'sort_by(.rel, .page)[]' <<<"$output")
	[ "$(jq -c '[.rel, .page, .markdown, .error.code, .repaired]' <<<"$output")" = \
	    "$(for n in 1 2 3; do echo "[\"a.pdf\",$n,\"$(line $n)\",null,\"mutool\"]"; done
		echo '["a.pdf",4,null,"page.missing","mutool"]'
		echo "[\"a.pdf\",5,\"$(line 5)\",null,\"mutool\"]"
		for n in 1 2 3 4 5; do echo "[\"b.pdf\",$n,\"$(line $n)\",null,\"mutool\"]"; done)" ]
}

@test "a number of pages that is too big repeats none, one too small loses none" {
	for count in 9 2 0; do
		numbered a.pdf 3
		change a.pdf '/Count 3' "/Count $count"
		run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
		[ "$(pages page pages markdown repaired doubt)" = "[1,3,\"$(line 1)\",\"mutool\",null]
[2,3,\"$(line 2)\",\"mutool\",null]
[3,3,\"$(line 3)\",\"mutool\",null]" ]
	done
}

@test "a branch of the tree of pages that has none is no page" {
	pdf_begin a.pdf
	pdf_branch
	pdf_page 612 792 "$(pdf_text "$(line 1)")"
	pdf_page 612 792 "$(pdf_text "$(line 2)")"
	pdf_end
	change a.pdf '/Count 3' '/Count 4'
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page pages markdown)" = "[1,2,\"$(line 1)\"]
[2,2,\"$(line 2)\"]" ]
}

@test "an honest PDF is not repaired, nor one whose old pages are still in it" {
	numbered a.pdf 2
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page repaired damaged doubt)" = '[1,null,null,null]
[2,null,null,null]' ]
	numbered b.pdf 3
	change b.pdf '/Count 3 /Kids [5 0 R 7 0 R 9 0 R]' '/Count 2 /Kids [5 0 R 9 0 R]      '
	run -0 --separate-stderr doc2png <<<"$(document b.pdf)"
	[ "$(pages page pages markdown repaired doubt)" = "[1,2,\"$(line 1)\",null,null]
[2,2,\"$(line 3)\",null,null]" ]
}

@test "of a PDF that is cut short the pages come that are there, and are doubtful" {
	numbered a.pdf 5
	# In the table; in the list of pages; in the last page.
	for before in trailer 'Type /Pages' 13; do
		[[ $before != 13 ]] || before='^13 0 obj'
		head -c "$(grep -abo "$before" a.pdf | head -1 | cut -d: -f1)" a.pdf >cut.pdf
		run -0 --separate-stderr doc2png <<<"$(document cut.pdf)"
		for ((i = 1; i <= $(jq -s length <<<"$output"); i++)); do
			[ "$(pages page markdown | sed -n "${i}p")" = "[$i,\"$(line "$i")\"]" ]
		done
		[ "$i" -ge 5 ]
		jq -es 'all(.repaired == "mutool" and .damaged and .doubt == ["damaged"])' <<<"$output"
	done
	head -c 15 a.pdf >cut.pdf
	run -1 --separate-stderr doc2png <<<"$(document cut.pdf)"
	[ "$(pages kind error.code)" = '["document","pdf.damaged"]' ]
	[ -z "$(find "$QUIRE_WORK" -type f -not -name 'p-*.png')" ]
}

# junk N: so many bytes of no kind, like a protocol's head.
junk()
{
	yes 'X-Header: (a line of it) <and> more' | head -c "$1"
}

@test "a PDF with anything in front of it is read as if that were not there" {
	numbered a.pdf 2
	for n in 10 1000 1100 70000; do
		{ junk "$n" && cat a.pdf; } >junk.pdf
		run -0 --separate-stderr doc2png <<<"$(document junk.pdf)"
		[ "$(pages page pages markdown doubt)" = "[1,2,\"$(line 1)\",null]
[2,2,\"$(line 2)\",null]" ]
	done
	# A file that has one within, and goes on behind it, is something else.
	{ junk 2000 && cat a.pdf && junk 2000; } >junk.pdf
	run -1 --separate-stderr doc2png <<<"$(document junk.pdf)"
	[ "$(pages kind error.code)" = '["document","document.type"]' ]
	[ -z "$(find "$QUIRE_WORK" -type f)" ]
}

@test "a table of objects that is wrong is made anew, and the pages are doubtful" {
	numbered a.pdf 3
	sed -i 's/^0000000\([0-9]*\) 00000 n/0000001\1 00000 n/' a.pdf
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page markdown doubt)" = "[1,\"$(line 1)\",[\"damaged\"]]
[2,\"$(line 2)\",[\"damaged\"]]
[3,\"$(line 3)\",[\"damaged\"]]" ]
	# One that does not say how long it is may be another file's, or spoiled.
	numbered a.pdf 1
	change a.pdf /Size /Sixe
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page markdown doubt)" = "[1,\"$(line 1)\",[\"damaged\"]]" ]
}

@test "a page whose object only mutool makes something of is doubtful" {
	numbered a.pdf 3
	change a.pdf '/Contents 6 0 R' '/Contents 6 0xR'
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page doubt)" = '[1,["damaged"]]
[2,["damaged"]]
[3,["damaged"]]' ]
}

@test "a PDF that no poppler can read, and mutool is not there: it is named" {
	numbered a.pdf 3
	head -c 700 a.pdf >cut.pdf
	run -1 --separate-stderr without_mutool doc2png <<<"$(document cut.pdf)"
	[ "$(pages kind error.code)" = '["document","pdf.damaged"]' ]
	[[ $(pages error.message) == *mutool*mupdf-tools* ]]
	# What can be read without it is, and what may be wrong is said.
	change a.pdf '[5 0 R 7 0 R' '[5 0 R 0 0 R'
	run -1 --separate-stderr without_mutool doc2png <<<"$(document a.pdf)"
	[ "$(pages page doubt error.code)" = '[1,["damaged"],null]
[2,["damaged"],"page.size"]
[3,["damaged"],"page.size"]' ]
}

@test "mutool has the jail that poppler has, and the work directory" {
	numbered a.pdf 3
	change a.pdf '/Count 3' '/Count 4'
	without_mutool true
	cat >bin/mutool <<-'EOF'
	#!/bin/bash
	exec 2>&1
	read -r <"$3" && echo 'encrypted: no'
	echo 1 >"$5" && echo 'work: written'
	read -r </etc/passwd
	echo 1 >"${0%/*}/evil"
	echo "key: ${AWS_SECRET_ACCESS_KEY-none}"
	exec 3<>/dev/tcp/127.0.0.1/9
	EOF
	chmod 755 bin/mutool
	AWS_SECRET_ACCESS_KEY=canary QUIRE_POPPLER=$PWD run -1 --separate-stderr doc2png \
	    <<<"$(document a.pdf)"
	[ ! -e bin/evil ]
	[[ $output$stderr != *canary* ]]
	# It made nothing of the document, so poppler's word stands.
	[ "$(pages page error.code)" = '[1,null]
[2,null]
[3,null]
[4,"page.size"]' ]
	[ -z "$(find "$QUIRE_WORK" -type f -not -name 'p-*.png')" ]
}

# bats test_tags=brief
@test "mutool that hangs, floods or dies costs its knowledge, not the pages" {
	numbered a.pdf 3
	change a.pdf '/Count 3' '/Count 2'
	without_mutool true
	for script in 'exec sleep 1000' 'while :; do :; done' 'exec yes' 'kill -9 $$' \
	    'echo pages 99999999999999999999; echo lost -1; echo lost 5; echo saved'; do
		printf '#!/bin/bash\n%s\n' "$script" >bin/mutool
		chmod 755 bin/mutool
		QUIRE_POPPLER=$PWD run -0 --separate-stderr doc2png --page-timeout 4 <<<"$(document a.pdf)"
		[ "$(pages page markdown)" = "[1,\"$(line 1)\"]
[2,\"$(line 2)\"]" ]
	done
}

@test "a PDF with no pages is empty" {
	pdf_begin a.pdf
	pdf_end
	run -1 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages kind error.code)" = '["document","document.empty"]' ]
	run -1 --separate-stderr without_mutool doc2png <<<"$(document a.pdf)"
	[ "$(pages kind error.code)" = '["document","document.empty"]' ]
	change a.pdf '/Count 0' '/Count 3'
	run -1 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages kind error.code)" = '["document","document.empty"]' ]
}

@test "a PDF whose pages are in a damaged stream of objects is damaged, not empty" {
	local at

	printf '%%PDF-1.5\n4 0 obj\n<< /Type /ObjStm /N 3 /First 18 /Filter /FlateDecode
/Length 20 >>\nstream\n12345678901234567890\nendstream\nendobj\n' >a.pdf
	at=$(stat -c %s a.pdf)
	# Objects 1 to 3 are in 4, which is at 9; the table is 5.
	{
		printf '5 0 obj\n<< /Type /XRef /Size 6 /W [1 1 1] /Root 1 0 R /Length 18 >>\nstream\n'
		printf '\000\000\377\002\004\000\002\004\001\002\004\002\001\011\000\001%b\000' \
		    "$(printf '\\0%o' "$at")"
		printf '\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n' "$at"
	} >>a.pdf
	run -1 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages kind error.code)" = '["document","pdf.damaged"]' ]
}

# lock FILE DICTIONARY: say that it is encrypted so.
lock()
{
	sed -i "s|/Root 1 0 R >>|/Root 1 0 R /Encrypt << $2 >> /ID [<00> <00>] >>|" "$1"
}

@test "a PDF encrypted as nobody knows is encrypted, whatever poppler says" {
	for how in '/Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 4 /Recipients [(x)]' \
	    '/Filter /Nobody.knows /V 1' '/V 1' \
	    '/Filter /Standard /V 9 /R 9 /O (12345678901234567890123456789012) /U (12345678901234567890123456789012) /P -44'; do
		numbered a.pdf 1
		lock a.pdf "$how"
		run -1 --separate-stderr doc2png <<<"$(document a.pdf)"
		[ "$(pages kind error.code)" = '["document","pdf.encrypted"]' ]
	done
}

# catalog FILE MORE: in the catalog, which is at the end, with a table made anew.
catalog()
{
	sed -i "s|<< /Type /Catalog|<< $2 /Type /Catalog|" "$1"
	mutool clean "$1" clean.pdf >/dev/null 2>&1
	mv clean.pdf "$1"
}

@test "words that a damaged font does not show are missed, and the page says so" {
	local at

	# Poppler draws nothing with the one, and complains of the other.
	for at in 22856 14400; do
		cp "$QUIRE_TOP/share/quire/samples/two-columns.pdf" a.pdf
		head -c 1200 /dev/zero | dd of=a.pdf bs=1 seek="$at" conv=notrunc status=none
		run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
		json 'has("markdown")'
		pages page doubt damaged >>got
	done
	[ "$(<got)" = '[1,["damaged","hidden"],true]
[2,["damaged","hidden"],true]
[1,["damaged"],true]
[2,["damaged"],true]' ]
}

@test "lines of a fax that end early, and those that the decoder makes up then, are a doubt" {
	cp "$QUIRE_TOP/share/quire/samples/fax.tif" .
	head -c 1486 /dev/zero | dd of=fax.tif bs=1 seek=15380 conv=notrunc status=none
	run -0 --separate-stderr doc2png <<<"$(document fax.tif)"
	[ "$(jq -c 'select(.doubt) | [.doubt, .damaged]' <<<"$output")" = '[["damaged"],true]' ]
}

@test "what poppler could not draw makes its own page doubtful, and no other" {
	pdf_begin a.pdf
	pdf_page 612 792 "$(pdf_text "$(line 1)")"
	pdf_page 612 792 "$(pdf_text "$(line 2)") /Fm Do"
	pdf_page 612 792 "$(pdf_text "$(line 3)")"
	pdf_page 612 792 "/Fm Do"
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page markdown doubt damaged blank)" = "[1,\"$(line 1)\",null,null,null]
[2,\"$(line 2)\",[\"damaged\"],true,null]
[3,\"$(line 3)\",null,null,null]
[4,null,[\"blank\"],null,true]" ]
}

@test "an image of which poppler does not say that its data end early is a doubt" {
	pdf_begin a.pdf
	pdf_image 850 400
	pdf_page 612 792 "$(pdf_draw 612 288)"
	pdf_image 850 1100
	pdf_page 612 792 "$(pdf_draw 612 792)"
	pdf_page 612 792 ''
	# A JPEG, whole and cut.
	for part in 1 2; do
		head -c $(($(stat -c %s "$QUIRE_TOP/share/quire/samples/photo.jpg") / part)) \
		    "$QUIRE_TOP/share/quire/samples/photo.jpg" >cut.jpg
		pdf_coded cut.jpg "/Width 1360 /Height 1400 /ColorSpace /DeviceRGB
/BitsPerComponent 8 /Filter /DCTDecode"
		pdf_page 612 792 "$(pdf_draw 612 792)"
	done
	pdf_end
	change a.pdf '/Height 400' '/Height 900'
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page doubt damaged blank)" = '[1,["damaged"],true,null]
[2,null,null,null]
[3,null,null,true]
[4,null,null,null]
[5,["damaged"],true,null]' ]
}

@test "an image in Flate whose data do not come out as they went in is a doubt" {
	pdf_begin a.pdf
	# One block, not compressed, of 50000 bytes, more than the image needs: a sum that is
	# wrong, and the right one.
	for sum in '\001\002\003\004' '\261\046\335\121'; do
		{
			printf '\170\001\001\120\303\257\074'
			head -c 50000 /dev/zero | tr '\0' U
			printf %b "$sum"
		} >flate
		pdf_coded flate "/Width 400 /Height 400 /ColorSpace /DeviceGray
/BitsPerComponent 1 /Filter /FlateDecode"
		pdf_page 612 792 "$(pdf_draw 612 612)"
	done
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page doubt damaged)" = '[1,["damaged"],true]
[2,null,null]' ]
}

@test "a blank page of a file that only mutool says is damaged is not simply blank" {
	numbered a.pdf 2
	# Poppler makes do with the table.
	at=$(printf '%010d 00000' "$(grep -abo '^3 0 obj' a.pdf | tail -1 | cut -d: -f1)")
	change a.pdf "$at n" "$at ?"
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page markdown doubt)" = "[1,\"$(line 1)\",null]
[2,\"$(line 2)\",null]" ]
	change a.pdf '/Contents 6 0 R' '/Kontents 6 0 R'
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page markdown doubt blank)" = "[1,\"$(line 1)\",null,null]
[2,null,[\"blank\"],true]" ]
}

@test "a page whose content is empty, and yet compressed, is blank and no more" {
	pdf_begin a.pdf
	: >"$TMPDIR/nothing"
	pdf_stream "$pdf_next" '/Filter /FlateDecode' "$TMPDIR/nothing"
	pdf_object $((pdf_next + 1)) "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792]
/Contents $pdf_next 0 R >>"
	pdf_kids+=("$((pdf_next + 1)) 0 R")
	pdf_next=$((pdf_next + 2))
	pdf_page 612 792 "$(pdf_text "$(line 2)")"
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page markdown blank doubt)" = "[1,null,true,null]
[2,\"$(line 2)\",null,null]" ]
}

@test "a page that stands for a form, and one for files within, are doubtful" {
	numbered a.pdf 1
	catalog a.pdf '/AcroForm << /Fields [] /XFA [(x) 4 0 R] >> /NeedsRendering true'
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(pages page markdown doubt)" = "[1,\"$(line 1)\",[\"xfa\"]]" ]
	# A form that is on the page as well.
	numbered b.pdf 1
	catalog b.pdf '/AcroForm << /Fields [5 0 R] /XFA [(x) 4 0 R] >>'
	run -0 --separate-stderr doc2png <<<"$(document b.pdf)"
	[ "$(pages page doubt)" = '[1,null]' ]
	numbered c.pdf 2
	catalog c.pdf '/Collection << /View /D >>'
	run -0 --separate-stderr doc2png <<<"$(document c.pdf)"
	[ "$(pages page doubt)" = $'[1,["portfolio"]]\n[2,["portfolio"]]' ]
}
