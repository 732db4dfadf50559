#!/usr/bin/env bats
# ocrpage: lists and tables that have no rules, in a picture: no column of numbers
# or labels is lost, and rows stay rows.
load ../helper
load ../pdf

ROWS=('Garden shears|1|12.50' 'Watering can|2|8.00' 'Seed potatoes|5|3.20' 'Apple tree|1|45.00'
	'Wheelbarrow|3|79.90' 'Compost bag|7|4.10' 'Rope, green|4|2.75' 'Work gloves|2|6.60'
	'Rain barrel|9|54.00' 'Spade, steel|1|23.40' 'Bird table|6|18.00' 'Hedge cutter|8|99.00')

setup()
{
	quire_setup
	mkdir -m 700 "${QUIRE_WORK:?}"
}

# table SIZE X...: ROWS, a column at each place.
table()
{
	local row cells i y=390

	for row in "${ROWS[@]}"; do
		IFS='|' read -ra cells <<<"$row"
		for ((i = 0; i < ${#cells[@]} && i + 1 < $#; i++)); do
			printf 'BT /F %d Tf %d %d Td (%s) Tj ET\n' "$1" "${@:i + 2:1}" "$y" "${cells[i]}"
		done
		((y -= 18))
	done
}

# reads DPI CONTENT: ocrpage of a picture of that. Sets output.
reads()
{
	pdf_begin a.pdf
	pdf_font C Courier
	pdf_page 595 432 "$2"
	pdf_end
	pdftoppm -gray -png -r "$1" -singlefile a.pdf p
	run -0 --separate-stderr ocrpage <<<"$(jq -nc --arg image "$PWD/p.png" --argjson dpi "$1" \
	    '{v: 1, kind: "page", id: "a", page: 1, pages: 1, $image, $dpi}')"
	[ -z "$stderr" ]
}

# rows_are N: the first N cells of ROWS, one of these a line.
rows_are()
{
	[ "$(jq -r .markdown <<<"$output" | tr -d '\134' | sed 's/ *$//' | grep .)" = \
	    "$(printf '%s\n' "${ROWS[@]}" | cut -d'|' -f"1-$1" | tr '|' ' ')" ]
}

# bats test_tags=brief
@test "a column of single digits is read, and stands in its rows; what is missing is said" {
	local whole=0 at dpi

	for dpi in 150 200; do
		for at in '12 65 288 396' '11 60 400' '9 65 250'; do
			# shellcheck disable=SC2086 # words
			reads "$dpi" "$(table $at)"
			if rows_are $(($(wc -w <<<"$at") - 1)); then
				((++whole))
			else
				echo "$output" >&2
				json '.doubt | index("ink")'
			fi
		done
	done
	((whole >= 4))
}

@test "the numbers of a list stand before what they number" {
	mapfile -t ROWS < <(printf '%s\n' "${ROWS[@]}" | awk -F'|' '{print NR ".|" $1 " at " $3 " each"}')
	reads 200 "$(table 11 65 105)"
	rows_are 2
}

@test "two columns of words are read one after the other" {
	mapfile -t ROWS < <(printf '%s\n' "${ROWS[@]}" | awk -F'|' '{print $1 " and more|" "then " $1}')
	reads 200 "$(table 11 65 320)"
	jq -r .markdown <<<"$output" | tr '\n' ' ' | grep -q 'Work gloves and more.*then Garden shears'
}

# numbered SIZE FROM N STEP: so many lines of a list in Courier, whose words stand below each
# other.
numbered()
{
	local i y=400 words=(blue green old new) things=(bridge lamp garden boat house)

	for ((i = $2; i < $2 + $3; i++)); do
		printf 'BT /C %d Tf 50 %d Td (%d.) Tj %d 0 Td (Reader %d likes the %s %s near the mill best) Tj ET\n' \
		    "$1" "$y" "$i" "$4" $((100 + i * 37 % 899)) "${words[i % 4]}" "${things[i % 5]}"
		((y -= 15))
	done
}

@test "rows of a list that begin alike are lines, and no columns" {
	local from

	for from in 15 8; do
		reads 150 "$(numbered 10 "$from" 24 20)"
		jq -r .markdown <<<"$output" | tr -d '\134' | sed 's/ *$//' | grep . >got
		numbered 10 "$from" 24 20 | sed 's/.*(\([0-9]*\.\)) Tj 20 0 Td (\(.*\)) Tj.*/\1 \2/' >want
		# Of each row most is there, and in it; single letters may be wrong.
		[ "$(grep -cE '^[0-9]+[.,]? Reader [0-9]+ likes the [a-z]+ [a-z]+ near the mill best$' got)" -ge 21 ] || {
			diff got want >&2
			return 1
		}
	done
}
