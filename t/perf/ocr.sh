#!/bin/sh
# shellcheck source=/dev/null disable=SC2154 # here, tmp and missed are of measure
#
# What it costs to read 12 pages, half of them born digital and half scanned,
# against the same tools used by hand.
#
# ocr.sh [FOLDER]: documents of one's own instead, PDF only
. "$(dirname -- "$0")/measure"

samples=$here/../../share/quire/samples
dpi=300
rounds=2

# scan_pdf PBM PDF: one page whose only content is that picture, at $dpi
scan_pdf() {
	width=$(head -n 2 "$1" | tail -n 1 | cut -d' ' -f1)
	height=$(head -n 2 "$1" | tail -n 1 | cut -d' ' -f2)
	header=$(head -n 2 "$1" | wc -c)
	points=$(awk "BEGIN { printf \"%.2f %.2f\", $width * 72 / $dpi, $height * 72 / $dpi }")
	drawing="q ${points% *} 0 0 ${points#* } 0 0 cm /I Do Q"
	: >"$2" && : >"$tmp/offsets"
	object "$2" "1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj"
	object "$2" "2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj"
	object "$2" "3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 $points] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >> endobj"
	object "$2" "4 0 obj << /Length ${#drawing} >> stream
$drawing
endstream endobj"
	object "$2" "5 0 obj << /Type /XObject /Subtype /Image /Width $width /Height $height /ColorSpace /DeviceGray /BitsPerComponent 1 /Decode [1 0] /Length $(($(wc -c <"$1") - header)) >> stream"
	tail -c "+$((header + 1))" "$1" >>"$2"
	printf '\nendstream endobj\n' >>"$2"
	start=$(wc -c <"$2")
	{
		printf 'xref\n0 6\n0000000000 65535 f \n'
		awk '{ printf "%010d 00000 n \n", $1 }' "$tmp/offsets"
		printf 'trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' "$start"
	} >>"$2"
}

# object PDF TEXT: append it and note where it is
object() {
	[ -s "$1" ] || printf '%%PDF-1.4\n' >"$1"
	wc -c <"$1" >>"$tmp/offsets"
	printf '%s\n' "$2" >>"$1"
}

make_documents() {
	mkdir "$tmp/in"
	pdftoppm -mono -r "$dpi" "$samples/two-columns.pdf" "$tmp/column" || exit
	pdftoppm -mono -r "$dpi" "$samples/scan.pdf" "$tmp/letter" || exit
	for n in 1 2; do
		for pbm in "$tmp"/column*.pbm "$tmp"/letter*.pbm; do
			page=${pbm##*/}
			scan_pdf "$pbm" "$tmp/in/${page%.pbm}-$n.pdf"
		done
	done
	for n in 1 2 3; do
		cp "$samples/two-columns.pdf" "$tmp/in/digital-$n.pdf"
	done
}

words() {
	cat "$@" | wc -w
}

in=${1:-$tmp/in}
[ $# -gt 0 ] || make_documents
for _ in $(seq "$rounds"); do
	rm -rf "$tmp/hand" "$tmp/dest" "$QUIRE_DB"*
	cost hand "$here/by-hand" "$dpi" "$in" "$tmp/hand" || exit
	cost quire quire run --text=never --dpi "$dpi" -j1 "$in" "$tmp/dest" 2>"$tmp/stderr" || exit
done
pages=$(wc -l <"$tmp/hand/list")
by_hand=$(words "$tmp/hand/all.txt") by_quire=$(words "$tmp"/dest/*.md)

head_line
note "by hand: ms of CPU a page, $pages pages" "$(compute "$(seconds hand) * 1000 / $pages")"
note "quire run: ms of CPU a page" "$(compute "$(seconds quire) * 1000 / $pages")"
row 'quire run / by hand' "$(compute "$(seconds quire) / $(seconds hand)")" '<=' 1.05
row 'words found, quire run / by hand' "$(compute "$by_quire / $by_hand")" '>=' 0.98
exit "$missed"
