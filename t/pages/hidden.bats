#!/usr/bin/env bats
# Words that a PDF draws and that are not on its paper.
load ../helper
load ../pdf
load layers

export PICTURE_DPI=150
SECRET=('Nobody is to be told of the second ledger' 'which lies below the stairs')

# read_pages FILE [OPTION...]: its pages as records, in order.
read_pages()
{
	document "$1" | doc2png "${@:2}" | ocrpage | jq -sc 'sort_by(.page)[]'
}

# resources STATE: of a page, with the graphics state /T and an image.
resources()
{
	printf '/Resources << /Font << /F 3 0 R >> /XObject << /Im 4 0 R >> '
	printf '/ExtGState << /T << %s >> >> >>\n' "$1"
}

words()
{
	jq -r .markdown <<<"$output" | tr -s ' \n' ' '
}

@test "a layer that a scan was laid over is believed no more than an invisible one" {
	picture_of scan.pgm 612 792 "$(text_at 50 700 14 F "${BODY[@]}")"
	pdf_begin a.pdf
	pdf_picture scan.pgm
	# Read wrong, and over the scan, but transparent.
	pdf_page 612 792 "$(text_at 50 700 14 F "${BODY[@]//r/n}") q 612 0 0 792 0 0 cm /Im Do Q"
	pdf_page 612 792 "q 612 0 0 792 0 0 cm /Im Do Q /T gs $(text_at 50 700 14 F "${BODY[@]//r/n}")" \
	    "$(resources '/ca 0')"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page why doubt error)" = $'["hidden",null,null]\n["hidden",null,null]' ]
	[ "$(words)" = "${BODY[*]} ${BODY[*]} " ]
}

@test "words under a picture are hidden, those over it and under a stencil are not" {
	# A picture that looks like anything.
	picture_of grass.pgm 400 60 "$(for x in {0..400..3}; do
		printf '.%d g %d 0 2 %d re f 0.%d g %d %d 2 60 re f\n' $((x % 7 + 2)) "$x" $((x * 7 % 60)) \
		    $((x % 5 + 3)) "$x" $((x * 11 % 60))
	done)"
	pdf_begin a.pdf
	pdf_picture grass.pgm
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}") $(text_at 60 530 12 F "${SECRET[@]}")
	    q 400 0 0 60 50 500 cm /Im Do Q"
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}") q 400 0 0 60 50 500 cm /Im Do Q
	    1 g 50 500 400 60 re f 0 g $(text_at 60 530 12 F "${SECRET[@]}")"
	# Clipped away, and multiplied.
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}") $(text_at 60 530 12 F "${SECRET[@]}")
	    q 300 300 200 200 re W n 400 0 0 60 50 500 cm /Im Do Q"
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}") $(text_at 60 530 12 F "${SECRET[@]}")
	    /T gs q 400 0 0 60 50 500 cm /Im Do Q" \
	    "$(resources '/BM /Multiply')"
	pdf_end
	run -0 --separate-stderr doc2png --text=layer <<<"$(document a.pdf)"
	output=$(jq -sc 'sort_by(.page)[]' <<<"$output")
	[ "$(page page words_hidden doubt error)" = '[1,14,null,null]
[2,null,null,null]
[3,null,null,null]
[4,null,null,null]' ]
	[ "$(words)" = "${BODY[*]} $(printf "${BODY[*]} ${SECRET[*]} %.0s" 2 3 4)" ]
	run -0 --separate-stderr read_pages a.pdf
	[ "$(jq -r 'select(.page == 1) | .words_hidden' <<<"$output")" = 14 ]
	[[ $(words) = "${BODY[*]} "*"${BODY[*]} ${SECRET[*]}"* ]]
}

# over PICTURE CONTENT: a page with that over the picture, a.pdf.
over()
{
	picture_of picture.pgm 612 792 "$1"
	pdf_begin a.pdf
	pdf_picture picture.pgm
	pdf_page 612 792 "q 612 0 0 792 0 0 cm /Im Do Q $2"
	pdf_end
}

@test "white words on the white of a scan are no part of it, those on black are" {
	over "$(text_at 50 700 14 F "${BODY[@]}")" "1 g $(text_at 60 530 12 F "${SECRET[@]}")"
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page why doubt)" = '["hidden",null]' ]
	[ "$(words)" = "${BODY[*]} " ]
	# On a dark picture, and on a box that is drawn.
	over '0.2 g 0 0 612 792 re f' "1 g $(text_at 60 530 14 F "${BODY[@]}")"
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page why doubt)" = '["scan",null]' ]
	[ "$(words)" = "${BODY[*]} " ]
	over '' "0.1 g 40 400 500 200 re f 1 g $(text_at 60 530 14 F "${BODY[@]}")"
	run -0 --separate-stderr read_pages a.pdf
	json '.why != "hidden" and .doubt == null'
	[ "$(words)" = "${BODY[*]} " ]
}

@test "words as bright as their ground are on the page where their color is another" {
	local over='q 0 0.31 0.82 rg 40 520 300 60 re f Q'

	pdf_begin a.pdf
	# Of the same gray: red, and orange on gray.
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}")
	    $over 0.72 0.15 0 rg $(text_at 60 550 14 F 'Danger of death') 0 g"
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}")
	    0.62 g 40 520 300 60 re f 0.95 0.53 0.2 rg $(text_at 60 550 14 F 'Only this week') 0 g"
	# And of the ground's color.
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}")
	    $over 0 0.31 0.82 rg $(text_at 60 550 14 F "${SECRET[@]}") 0 g"
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(page page words_hidden why doubt)" = '[1,null,"layer",null]
[2,null,"layer",null]
[3,14,"layer",null]' ]
	[ "$(words)" = "${BODY[*]} Danger of death ${BODY[*]} Only this week ${BODY[*]} " ]
}

@test "words that are too small to be read are hidden" {
	pdf_begin a.pdf
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}") $(text_at 50 500 1 F "${SECRET[@]}")"
	pdf_page 61 79 "0.1 0 0 0.1 0 0 cm $(text_at 50 700 12 F "${BODY[@]}")"
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(page page words_hidden why doubt)" = $'[1,14,"layer",null]\n[2,null,"layer",null]' ]
	[ "$(words)" = "${BODY[*]} ${BODY[*]} " ]
}

@test "what is written over other words is a doubt" {
	pdf_begin a.pdf
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}" 'The harbour fee is 9,999.00')
	    1 g 150 607 60 14 re f 0 g $(text_at 152 610 12 F '120.50')"
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}" 'The harbour fee is 9,999.00')"
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(page page why doubt)" = $'[1,"layer",["hidden"]]\n[2,"layer",null]' ]
}

# bar X0 Y0 X1 Y1 [GRAY]: painted over what is there.
bar()
{
	printf '%s g %s %s %s %s re f 0 g ' "${5:-0}" "$1" "$2" "$(bc <<<"$3 - $1")" "$(bc <<<"$4 - $2")"
}

@test "letters under a bar are hidden, also where the rest of their word is seen" {
	pdf_begin a.pdf
	# Up to the comma, from within the first letter, in brackets, and lower than the letters.
	for gray in 0 0.6 1; do
		pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}")
		    $(text_at 50 540 12 F 'We met Ravenscroft, a baker, and \(Pemberton\) at noon on Friday')
		    $(bar 92.5 537 154.5 550 $gray) $(bar 243.5 537 300 550 $gray)"
		pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}")
		    $(text_at 50 540 12 F 'Our informant is Thistlewood of Ripon')
		    $(bar 140 538 205 546 $gray)"
	done
	# Digits in the middle.
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}")
	    $(text_at 50 540 12 F 'Card 4929123456781234 until May')
	    $(bar 108.7 537 162.1 550)"
	pdf_end
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	output=$(jq -sc 'sort_by(.page)[]' <<<"$output")
	[ "$(page words_hidden why doubt)" = "$(printf '[2,"layer",null]\n[1,"layer",null]\n%.0s' 1 2 3
		printf '[1,"layer",null]')" ]
	[ "$(words)" = "$(printf "${BODY[*]} We met , a baker, and () at noon on Friday ${BODY[*]} \
Our informant is of Ripon %.0s" 1 2 3)${BODY[*]} Card 49291234 until May " ]
}

@test "words with little ink in part of them are not hidden" {
	local layer words=('1.' 'l.' 'Mr.' 'illicit' "'tis" 'a-b' 'x--y' 'Rent......120' 'Name:________' 'www'
	    'I.I.I' 'WAW' 'LLLL' 'TTTT' '....' '-----' "rock'n'roll" 'j;j;j' '1,1,1,1' '777' '"...and"')

	pdf_begin a.pdf
	for size in 5 7 12 40; do
		pdf_page 612 1200 "0.6 g $(text_at 50 1150 $size F "${words[@]}") 0 g"
		pdf_page 612 1200 "$(text_at 50 1150 $size F "${words[@]}")"
	done
	pdf_end
	run -0 --separate-stderr doc2png --text=layer <<<"$(document a.pdf)"
	layer=$(words)
	run -0 --separate-stderr doc2png <<<"$(document a.pdf)"
	[ "$(page words_hidden | sort -u)" = '[null]' ]
	[ "$(words)" = "$layer" ]
}
