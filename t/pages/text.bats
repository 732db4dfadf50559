#!/usr/bin/env bats
# doc2png: what becomes of a text layer: its lines, its order, its words.
load ../helper
load ../pdf

# at X Y [-LEADING] LINE...: 12 points high from there down, 14 from line to line.
at()
{
	local line leading=14

	printf 'BT /F 12 Tf 1 0 0 1 %s %s Tm\n' "$1" "$2"
	shift 2
	if [[ $1 == -[0-9]* ]]; then
		leading=${1#-}
		shift
	fi
	echo "$leading TL"
	for line; do
		line=${line//\\/\\\\} line=${line//\(/\\(} line=${line//\)/\\)}
		printf '(%s) Tj T*\n' "$line"
	done
	printf 'ET\n'
}

# paper CONTENT...: a PDF of so many pages, a.pdf; its Markdown.
paper()
{
	local content

	pdf_begin a.pdf
	for content; do
		pdf_page 612 792 "$content"
	done
	pdf_end
	doc2png <<<"$(document a.pdf)" | jq -r .markdown
}

# says LINE...: $output is those lines, a hard break where one ends in /.
says()
{
	local want

	want=$(printf '%s\n' "${@/%\//  }")
	[ "$output" = "$want" ] || diff <(echo "$want") <(echo "$output")
}

@test "lines of a list, an address, a bill and a list of contents stay lines" {
	run -0 paper "$(
		at 72 720 'Miller and Daughters' '7 Harbour Lane' 'Upper Brookfield' \
		    'Telephone 555 0199'
		at 72 640 '1. Open the lid' '2. Turn the handle twice and' 'wait for the bell' \
		    '3. Close the lid'
		at 72 560 '3 x Paint brush, broad 12.60' '1 x Sandpaper, fine grain 3.25' \
		    'Sum of all 15.85'
		at 72 480 'Preface . . . . . . . . . . . . 1' 'Of ropes and knots . . . . . . 14' \
		    'Index . . . . . . . . . . . . . 96'
	)"
	says 'Miller and Daughters/' '7 Harbour Lane/' 'Upper Brookfield/' 'Telephone 555 0199' '' \
	    '1\. Open the lid/' '2\. Turn the handle twice and wait for the bell/' \
	    '3\. Close the lid' '' \
	    '3 x Paint brush, broad 12.60/' '1 x Sandpaper, fine grain 3.25/' \
	    'Sum of all 15.85' '' \
	    'Preface . . . . . . . . . . . . 1/' 'Of ropes and knots . . . . . . 14/' \
	    'Index . . . . . . . . . . . . . 96'
}

@test "lines of a paragraph are joined, and an indented one begins another" {
	run -0 paper "$(
		at 90 720 'The harbour lay still in the first light, and'
		at 72 706 'nobody was to be seen but Anna, who mended' \
		    'nets in front of the old boat house. It was' 'Sunday.'
		at 90 650 'Later the bells began, and people came down' \
		    ''
		at 72 636 'from the upper town in their best clothes to' 'hear the news.'
	)"
	says 'The harbour lay still in the first light, and nobody was to be seen but Anna, who mended nets in front of the old boat house. It was Sunday.' '' \
	    'Later the bells began, and people came down from the upper town in their best clothes to hear the news.'
}

@test "the words of a document tell which hyphens are theirs" {
	run -0 paper "$(at 72 720 'They took the night-' 'ferry and saw the moon-' 'flower.')" \
	    "$(at 72 720 'A night-ferry is a ferry that goes by night.')" \
	    "$(at 72 720 'Every moonflower opens in the evening.')"
	says 'They took the night-ferry and saw the moonflower.' \
	    'A night-ferry is a ferry that goes by night.' \
	    'Every moonflower opens in the evening.'
}

@test "letters that are spaced are words, and letters that are none stay apart" {
	run -0 paper "$(
		printf '4 Tc '
		at 72 720 'SPRING FAIR 2031'
		printf '0 Tc '
		at 72 680 'The fair begins on the first day of April.'
		at 72 640 'A B C D E F'
		printf '3 Tc '
		at 72 600 'Opening hours'
	)"
	says 'SPRING FAIR 2031' '' 'The fair begins on the first day of April.' '' 'A B C D E F' '' \
	    'Opening hours'
}

# columns GUTTER: text in two columns, drawn line by line across both; their words.
columns()
{
	local i x=$((72 + 220 + $1)) left=() right=()

	for i in {1..24}; do
		left+=("the left column has line $i of all its lines")
		right+=("the right one has line $i and some other")
	done
	for i in {0..23}; do
		at 72 $((680 - 14 * i)) "${left[i]}"
		at "$x" $((680 - 14 * i)) "${right[i]}"
	done
	echo "${left[*]} ${right[*]}" >words
}

# bats test_tags=brief
@test "columns that are drawn line by line are read one after the other" {
	local heading='What the left column and the right column have to say to each other'

	for gutter in 8 12 30; do
		run -0 paper "$(at 72 720 "$heading"; columns $gutter)"
		[ "$(tr -s ' \n' ' ' <<<"$output")" = "$heading $(<words) " ]
	done
}

@test "a heading across both columns stays between what is above and below" {
	local i

	run -0 paper "$(
		for i in {0..9}; do
			at 72 $((720 - 14 * i)) "above the heading to the left is line $i"
			at 310 $((720 - 14 * i)) "above the heading to the right is line $i"
		done
		at 72 560 'This is the heading that goes across both of the columns of the page'
		for i in {0..9}; do
			at 72 $((530 - 14 * i)) "below the heading to the left is line $i"
			at 310 $((530 - 14 * i)) "below the heading to the right is line $i"
		done
	)"
	[ "$(grep -oE '(above|below) the heading to the (left|right)|This is' <<<"$output" |
	    uniq -c | awk '{ print $1, $2, $NF }')" = "10 above left
10 above right
1 This is
10 below left
10 below right" ]
}

@test "rows of a table stay rows" {
	local i

	run -0 paper "$(
		for i in {0..8}; do
			at 72 $((720 - 50 * i)) -13 "in row $i the first cell has more" \
			    'than a line of text to say, and' 'ends here'
			at 310 $((720 - 50 * i)) -13 "row $i has a second cell, too, that" \
			    'is about as long as the first'
		done
	)"
	[ "$(grep -oE 'row [0-8]' <<<"$output" | tr -d 'row \n')" = 001122334455667788 ]
}

# bill X Y: a list with prices that end at X + 400, drawn column by column.
bill()
{
	at "$1" "$2" 'Ferry' 'Two nights at the inn' 'Boat with a pilot' 'Lamp oil' 'Altogether'
	at $(($1 + 230)) "$2" 1 2 1 12
	at $(($1 + 280)) "$2" -14 18.50 64.00 95.00 '  0.75'
	at $(($1 + 363)) "$2" '  18.50' '128.00' '  95.00' '    9.00' '250.50'
}

@test "prices far behind what they are of stay in its row" {
	run -0 paper "$(at 72 720 'The bill of a journey to the islands'; bill 72 660
	    at 72 560 'To be paid within thirty days of the day on which you have it.')"
	says 'The bill of a journey to the islands' '' \
	    'Ferry 1 18.50 18.50/' 'Two nights at the inn 2 64.00 128.00/' \
	    'Boat with a pilot 1 95.00 95.00/' 'Lamp oil 12 0.75 9.00/' 'Altogether 250.50' '' \
	    'To be paid within thirty days of the day on which you have it.'
}

@test "text that runs up, down or upside down is read the way that it runs" {
	local i lines turn

	lines=('The ferry leaves the harbour at noon and comes' 'back before dark, if the wind lets it.'
	    'Whoever has missed it may sleep at the inn' 'on the hill, whose keeper is a kind man.')
	for turn in '0 1 -1 0 612 0' '0 -1 1 0 0 792' '-1 0 0 -1 612 792'; do
		run -0 paper "$turn cm $(at 72 500 "${lines[@]::2}"; at 72 400 "${lines[@]:2}")"
		[ "$(tr -s ' \n' ' ' <<<"$output")" = "${lines[*]} " ]
	done
}

# drawn_from_right FONT X Y LETTER...: each at its place, from X on to the left; a blank is ' '.
drawn_from_right()
{
	local x=$2 letter

	for letter in "${@:4}"; do
		x=$((x - 12))
		[ "$letter" = ' ' ] || printf 'BT /%s 16 Tf %d %d Td (%s) Tj ET\n' "$1" "$x" "$3" "$letter"
	done
}

@test "the letters of a ligature, and marks, stand as they are read from the right" {
	pdf_begin a.pdf
	# A lam-alef, one with a hamza, and a letter with its mark are a glyph each.
	pdf_font_saying F2 A=0627 B=0644 C=0641 D=064A E=06440627 G=06440623 H=06280651 K=0637
	pdf_page 612 792 "$(for y in 700 640 580; do
		drawn_from_right F2 500 $y E ' ' C D ' ' A G K C A B ' ' H A B
	done)"
	pdf_end
	run -0 --separate-stderr doc2png --text=layer <<<"$(document a.pdf)"
	json '.markdown | split("\n\n") == ["لا في الأطفال بّال", "لا في الأطفال بّال", "لا في الأطفال بّال"]'
}
