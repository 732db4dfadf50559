#!/usr/bin/env bats
# Fonts whose characters are others than those that are drawn, though they look
# well by themselves: other digits, another script, letters that stand for each other.
load ../helper
load ../pdf
load layers

# read_pages FILE: its pages as records, in order.
read_pages()
{
	document "$1" | doc2png | tee drawn | ocrpage | jq -sc 'sort_by(.page)[]'
}

# said: the text of the page in $output.
said()
{
	jq -r .markdown <<<"$output" | tr -s ' \n' ' '
}

# greek: for each small letter one of Greek.
greek()
{
	local i

	for i in {0..25}; do
		printf '%b=%04X ' "\\x$(printf %x $((97 + i)))" $((0x3b1 + i % 25))
	done
}

@test "digits that are drawn as others are read, those of another font stay" {
	pdf_begin a.pdf
	pdf_font_saying F2 0=0034 1=0032 2=0035 3=0030 4=0036 5=0037 6=0039 7=0031 8=0033 9=0038
	pdf_page 612 792 "$(text_at 50 720 12 F "${BODY[@]}" 'and a line more, of 1903.')
	    $(text_at 50 560 12 F2 'The bill of 14 March 1987 is 2630 crowns' 'and 75 for the boat')"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page engine why doubt error)" = '["text+tesseract","font",null,null]' ]
	json '.font_checks == 2'
	[ "$(said)" = "${BODY[*]} and a line more, of 1903. The bill of 14 March 1987 is 2630 crowns and 75 for the boat " ]
}

@test "Latin letters that are said to be Greek are read" {
	pdf_begin a.pdf
	# shellcheck disable=SC2046 # a word each
	pdf_font_saying F2 $(greek)
	pdf_page 612 792 "$(text_at 50 720 12 F "${BODY[@]}" 'Rn0l1 O0ne l1ne more.')
	    $(text_at 50 560 12 F2 'the members met in the hall on' 'monday and heard what was said')"
	pdf_page 612 792 "$(text_at 50 720 12 F2 "${BODY[@]}")"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(jq -c '[.why, .doubt, .error]' <<<"$output" | sort -u)" = '["font",null,null]' ]
	[ "$(said)" = "${BODY[*]} Rn0l1 O0ne l1ne more. the members met in the hall on monday and heard what was said ${BODY[*]} " ]
}

@test "two letters that stand for each other are read" {
	pdf_begin a.pdf
	pdf_font_saying F2 a=0065 e=0061
	pdf_page 612 792 "$(text_at 50 720 12 F2 "${BODY[@]}")"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page engine why doubt error)" = '["tesseract","font",null,null]' ]
	[ "$(said)" = "${BODY[*]} " ]
}

@test "words of Latin and Cyrillic letters are read" {
	pdf_begin a.pdf
	pdf_font_saying F2 a=0430 e=0435 o=043E c=0441 p=0440
	pdf_page 612 792 "$(text_at 50 720 12 F2 "${BODY[@]}")"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page engine why doubt error)" = '["tesseract","font",null,null]' ]
	[ "$(said)" = "${BODY[*]} " ]
}

@test "fonts that look like what they say cost no reading, in quick trust nothing is looked at" {
	pdf_begin a.pdf
	pdf_font_saying F2 1=0031 a=0061
	pdf_font_saying F3 0=0034 1=0032 2=0035 3=0030 4=0036 5=0037 6=0039 7=0031 8=0033 9=0038
	pdf_page 612 792 "$(text_at 50 720 12 F2 "${BODY[@]}" '0123456789')"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page engine why doubt font_checks)" = '["text","layer",null,null]' ]
	pdf_begin b.pdf
	pdf_font_saying F3 0=0034 1=0032 2=0035 3=0030 4=0036 5=0037 6=0039 7=0031 8=0033 9=0038
	pdf_page 612 792 "$(text_at 50 720 12 F "${BODY[@]}") $(text_at 50 560 12 F3 '1987 2630')"
	pdf_end
	run -0 --separate-stderr doc2png --text=layer <<<"$(document b.pdf)"
	[ "$(page why doubt font_checks)" = '["layer",null,null]' ]
}

# ruled Y: a line of names, in them rules for underscores, as TeX draws them.
ruled()
{
	printf 'BT /F 12 Tf 50 %d Td (see asn1) Tj 56 0 Td (find) Tj 26 0 Td (node) Tj' "$1"
	printf ' 34 0 Td (and il0) Tj 46 0 Td (all) Tj 28 0 Td (l10 in volume 10.) Tj ET\n'
	printf '%d %d 5 1.8 re f\n' 101 "$1" 127 "$1" 206 "$1" 233 "$1"
}

@test "where underscores are drawn as rules a layer keeps its letters and digits" {
	pdf_begin a.pdf
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}") $(ruled 560) $(ruled 520)"
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	json '.why == "font"'
	run -0 --separate-stderr ocrpage <<<"$output"
	json '.doubt == null'
	[[ $(jq -r .markdown <<<"$output" | tr -s '_ \n' ' ') = "${BODY[*]} see asn1 find node and il0 all l10 "* ]]
	[[ $output = *asn1_find_node* ]]
}
