#!/usr/bin/env bats
# Pages that are long or large, or whose resolution is not what it says: drawn
# and read so that their letters have a size that can be read.
load helper
load pdf

setup()
{
	quire_setup
	mkdir -m 700 "${QUIRE_WORK:?}"
}

# entries FROM TO TOP SIZE STEP: a line for each number, from there down.
entries()
{
	local n

	printf 'BT /F %d Tf %d TL 45 %d Td\n' "$4" "$5" "$3"
	for ((n = $1; n <= $2; n++)); do
		printf '(Entry number %d of the list is a line like this) Tj T*\n' "$n"
	done
	printf 'ET\n'
}

# drawn WIDTH HEIGHT DPI CONTENT: it is the page p.png.
drawn()
{
	pdf_begin a.pdf
	pdf_page "$1" "$2" "$4"
	pdf_end
	pdftoppm -gray -png -r "$3" -singlefile a.pdf p
}

# reads DPI: ocrpage of p.png. Sets output.
reads()
{
	run -0 --separate-stderr ocrpage <<<"$(jq -nc --arg image "$PWD/p.png" --argjson dpi "$1" \
	    '{v: 1, kind: "page", id: "a", page: 1, pages: 1, $image, $dpi}')"
	[ -z "$stderr" ]
}

# all_entries FROM TO: each is there once, and in order.
all_entries()
{
	local n

	for ((n = $1; n <= $2; n++)); do
		printf 'Entry number %d of the list is a line like this\n' "$n"
	done >want
	jq -r .markdown <<<"$output" | sed '/^$/d' >got
	diff want got >&2
}

@test "a screen's dpi does not make the gaps between words those of columns" {
	drawn 825 3900 96 "$(entries 1 34 3800 28 112)"
	reads 96
	all_entries 1 34
	drawn 825 7800 96 "$(entries 1 68 7700 28 112)"
	reads 96
	all_entries 1 68
}
