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
	done | tr ' ' '\n' >want
	jq -r .markdown <<<"$output" | tr ' ' '\n' | sed '/^$/d' >got
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

@test "a page of many screens is read in bands, each of its lines once" {
	drawn 600 14000 110 "$(entries 1 300 13900 18 46)"
	reads 110
	all_entries 1 300
	json '.confidence > 0.8 and .ink_unread < 0.01 and (has("doubt") or has("turned") | not)'
}

@test "a long page on its head, or white on black, is read as it lies" {
	drawn 600 4000 110 "$(entries 1 84 3950 18 46)"
	pdf_begin a.pdf
	pdf_page 600 4000 "0 g 0 0 600 4000 re f 1 g $(entries 1 84 3950 18 46)"
	pdf_page 600 4000 "$(entries 1 84 3950 18 46)" /Rotate 180
	pdf_end
	for page in 1 2; do
		pdftoppm -gray -png -r 110 -f $page -singlefile a.pdf p
		reads 110
		all_entries 1 84
		json "(.turned == 180) == ($page == 2)"
	done
}

# a_document FILE: the record of it, as s3get gives it.
a_document()
{
	s3ls "$1" | s3get
}

@test "a PDF's long page is drawn finely enough to be read" {
	pdf_begin a.pdf
	pdf_page 400 40000 "1 0 0 RG 0 0 400 40000 re S 3 Tr $(entries 1 2 39900 12 40)"
	pdf_page 400 6000 "$(entries 1 2 5900 12 40)"
	pdf_end
	run -0 --separate-stderr doc2png --text=never <<<"$(a_document a.pdf)"
	json '.dpi >= 160 and .height > 10000'
	[ "$(jq -s length <<<"$output")" -eq 2 ]
	[ -z "$stderr" ]
}

@test "a coarse picture behind the text does not make the page coarse, that of a web page may" {
	pdf_begin a.pdf
	pdf_image 612 792
	pdf_page 612 792 "$(pdf_draw 612 792)"
	pdf_image 612 2400
	pdf_page 612 2400 "$(pdf_draw 612 2400)"
	pdf_image 1275 1650
	pdf_page 612 792 "$(pdf_draw 612 792)"
	pdf_end
	run -0 --separate-stderr doc2png --text=never <<<"$(a_document a.pdf)"
	[ "$(jq -c '[.page, .dpi]' <<<"$output")" = $'[1,200]\n[2,72]\n[3,150]' ]
}
