#!/usr/bin/env bats
# Pages that are long or large, or whose resolution is not what it says: drawn
# and read so that their letters have a size that can be read.
load ../helper
load ../pdf

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

# bats test_tags=brief
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

# bats test_tags=brief
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

# columns N: two of N entries each below a line across, on a sheet of 1800 x 1800 points.
columns()
{
	entries 0 0 1700 32 40
	entries 1 "$1" 1600 22 30
	entries $(($1 + 1)) $((2 * $1)) 1590 22 30 | sed 's/ 45 / 950 /'
}

@test "a large sheet is read column by column" {
	drawn 1800 1800 300 "$(columns 20)"
	reads 300
	all_entries 0 40
	json '.confidence > 0.8 and .ink_unread < 0.01 and (has("doubt") or has("turned") | not)'
}

# bats test_tags=brief
@test "a long page that lies on its side is read as a long page" {
	pdf_begin a.pdf
	pdf_page 600 7000 "$(entries 1 130 6950 18 52)" /Rotate 90
	pdf_end
	pdftoppm -gray -png -r 110 -singlefile a.pdf p
	reads 110
	all_entries 1 130
	json '.turned == 270 and (has("doubt") | not)'
}

# a_scan POINTS DPI: a.tif, a bit a pixel, of a sheet so wide and high.
a_scan()
{
	pdf_begin a.pdf
	pdf_page "$1" "$1" "$(entries 1 20 $(($1 - 90)) 24 48)"
	pdf_end
	pdftoppm -mono -tiff -tiffcompression packbits -r "$2" -singlefile a.pdf a
}

@test "a scan of more than 150 million pixels is read at half its size" {
	a_scan 3000 300
	run -0 --separate-stderr doc2png <<<"$(a_document a.tif)"
	json '.width == 6250 and .height == 6250 and .dpi == 150 and (has("doubt") | not)'
	[ -z "$stderr" ]
	run -0 --separate-stderr ocrpage <<<"$output"
	all_entries 1 20
	json '.confidence > 0.8 and (has("doubt") | not)'
}

@test "a scan of 900 million pixels is read, one of more than 1,000 million is refused" {
	[ -n "${QUIRE_LONG-}" ] || skip "make long does it"
	a_scan 3600 600
	run -0 --separate-stderr doc2png <<<"$(a_document a.tif)"
	json '.width == 10000 and .dpi == 200'
	run -0 --separate-stderr ocrpage <<<"$output"
	all_entries 1 20
	a_scan 3800 600
	run -1 --separate-stderr doc2png <<<"$(a_document a.tif)"
	json '.error.code == "page.large" and (.error.message | contains("1000 million"))'
}
