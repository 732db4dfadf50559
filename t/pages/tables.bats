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

# table X...: ROWS, a column at each place.
table()
{
	local row cells i y=370

	for row in "${ROWS[@]}"; do
		IFS='|' read -ra cells <<<"$row"
		for ((i = 0; i < ${#cells[@]}; i++)); do
			printf 'BT /F 11 Tf %d %d Td (%s) Tj ET\n' "${@:i + 1:1}" "$y" "${cells[i]}"
		done
		((y -= 17))
	done
}

# reads CONTENT: ocrpage of a picture of that. Sets output.
reads()
{
	pdf_begin a.pdf
	pdf_page 595 432 "$1"
	pdf_end
	pdftoppm -gray -png -r 200 -singlefile a.pdf p
	run -0 --separate-stderr ocrpage <<<"$(jq -nc --arg image "$PWD/p.png" \
	    '{v: 1, kind: "page", id: "a", page: 1, pages: 1, $image, dpi: 200}')"
	[ -z "$stderr" ]
}

@test "a column of single digits is read, and stands in its rows" {
	reads "$(table 65 288 396)"
	json 'has("doubt") | not'
	[ "$(jq -r .markdown <<<"$output" | sed 's/ *$//' | grep .)" = "$(printf '%s\n' "${ROWS[@]}" | tr '|' ' ')" ]
}

@test "the numbers of a list stand before what they number" {
	mapfile -t ROWS < <(printf '%s\n' "${ROWS[@]}" | awk -F'|' '{print NR ".|" $1 " at " $3 " each"}')
	reads "$(table 65 105)"
	[ "$(jq -r .markdown <<<"$output" | tr -d '\134' | sed 's/ *$//' | grep .)" = "$(printf '%s\n' "${ROWS[@]}" | tr '|' ' ')" ]
}

@test "two columns of words are read one after the other" {
	mapfile -t ROWS < <(printf '%s\n' "${ROWS[@]}" | awk -F'|' '{print $1 " and more|" "then " $1}')
	reads "$(table 65 320)"
	jq -r .markdown <<<"$output" | tr '\n' ' ' | grep -q 'Work gloves and more.*then Garden shears'
}
