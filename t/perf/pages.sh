#!/bin/sh
# shellcheck source=/dev/null disable=SC2154 # here, tmp and missed are of measure
#
# What it costs to judge pages that were born digital, against pdftotext, which
# believes them; whether that grows with the document; and what it costs to read
# scans that lie on their head or askew, against straight ones.
. "$(dirname -- "$0")/measure"

samples=$here/../../share/quire/samples
many=${1:-10000}
few=100

# digital PAGES PDF: pages of 40 lines, each its own
digital() {
	awk -v n="$1" '
	function add(text) { at[++objects] = bytes; bytes += length(text); printf "%s", text }
	{ for (i = 1; i <= NF; i++) if ($i ~ /^[A-Za-z,.;-]+$/) word[words++] = $i }
	END {
		srand(1)
		head = "%PDF-1.4\n"
		printf "%s", head
		bytes = length(head)
		for (i = 0; i < n; i++)
			kids = kids " " 4 + 2 * i " 0 R"
		add("1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n")
		add("2 0 obj << /Type /Pages /Count " n " /Kids [" kids "] >> endobj\n")
		add("3 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> endobj\n")
		for (i = 0; i < n; i++) {
			text = "BT /F 11 Tf 16 TL 60 740 Td"
			for (line = 0; line < 40; line++) {
				text = text " ("
				for (k = 0; k < 12; k++)
					text = text word[int(rand() * words)] " "
				text = text ") Tj T*"
			}
			text = text " ET"
			add(4 + 2 * i " 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents " 5 + 2 * i " 0 R /Resources << /Font << /F 3 0 R >> >> >> endobj\n")
			add(5 + 2 * i " 0 obj << /Length " length(text) " >> stream\n" text "\nendstream endobj\n")
		}
		printf "xref\n0 %d\n0000000000 65535 f \n", objects + 1
		for (i = 1; i <= objects; i++)
			printf "%010d 00000 n \n", at[i]
		printf "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", objects + 1, bytes
	}' "$tmp/words" >"$2"
}

# got PDF: its record, for doc2png
got() {
	s3ls "$1" | s3get
}

# turned "MATRIX" PDF: the page of the sample, drawn so
turned() {
	pdftoppm -gray -r 200 -singlefile "$samples/scan.pdf" "$tmp/scan" &&
		cjpeg -quality 85 "$tmp/scan.pgm" >"$tmp/scan.jpg" || exit
	size=$(head -n 2 "$tmp/scan.pgm" | tail -n 1)
	width=$(compute "${size% *} * 0.36") height=$(compute "${size#* } * 0.36")
	drawing="1 g 0 0 $width $height re f q $1 cm $width 0 0 $height 0 0 cm /I Do Q"
	printf '%s' "$drawing" >"$tmp/drawing"
	awk -v w="$width" -v h="$height" -v px="${size% *}" -v py="${size#* }" \
		-v long="$(wc -c <"$tmp/drawing")" -v bytes="$(wc -c <"$tmp/scan.jpg")" \
		-v drawing="$drawing" 'BEGIN {
		printf "%%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n"
		printf "3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 %s %s] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >> endobj\n", w, h
		printf "4 0 obj << /Length %d >> stream\n%s\nendstream endobj\n", long, drawing
		printf "5 0 obj << /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode /Length %d >> stream\n", px, py, bytes
	}' >"$2"
	cat "$tmp/scan.jpg" >>"$2"
	printf '\nendstream endobj\ntrailer << /Root 1 0 R >>\n' >>"$2"
	mutool clean "$2" "$2.clean" >"$tmp/cleaned" 2>&1 && mv "$2.clean" "$2"
	half="$width $height"
}

pdftotext "$samples/two-columns.pdf" "$tmp/words" || exit
for n in 1 3 "$few" "$many"; do
	digital "$n" "$tmp/$n.pdf"
	got "$tmp/$n.pdf" >"$tmp/$n.got" || exit
done

# judge NAME PAGES OPTION...
judge() {
	name=$1 n=$2
	shift 2
	cost "$name" doc2png --max-pages "$many" "$@" <"$tmp/$n.got" >"$tmp/made" || exit
	[ "$(grep -c '"engine":"text"' "$tmp/made")" -eq "$n" ] || die 'a page is not what it should be'
}

for _ in 1 2 3; do
	for n in 1 3 "$few"; do
		cost "text.$n" pdftotext "$tmp/$n.pdf" "$tmp/text" || exit
		cost "draw.$n" pdftoppm -r 60 -gray "$tmp/$n.pdf" "$tmp/drawn" || exit
		judge "auto.$n" "$n"
		judge "layer.$n" "$n" --text=layer
	done
done
cost "text.$many" pdftotext "$tmp/$many.pdf" "$tmp/text" || exit
judge "auto.$many" "$many"

turned "1 0 0 1 0 0" "$tmp/straight.pdf"
turned "-1 0 0 -1 $half" "$tmp/over.pdf"
turned "0.9962 -0.0872 0.0872 0.9962 -30 30" "$tmp/askew.pdf"
for _ in 1 2 3; do
	for page in straight over askew; do
		got "$tmp/$page.pdf" | doc2png >"$tmp/$page.drawn" || exit
		cost "$page" ocrpage <"$tmp/$page.drawn" >"$tmp/$page.read" || exit
		[ "$(jq -r .markdown "$tmp/$page.read" | wc -w)" -gt 20 ] || die "$page was not read"
	done
done

# each NAME PAGES: ms of CPU a page
each() {
	compute "$(seconds "$1.$2") * 1000 / $2"
}

head_line
for n in 1 3 "$few" "$many"; do
	note "pdftotext, $n pages: ms of CPU a page" "$(each text "$n")"
	note "doc2png, $n pages: ms of CPU a page" "$(each auto "$n")"
done
note "pdftoppm -r 60, $few pages: ms of CPU a page" "$(each draw "$few")"
row "doc2png, $few pages: ms of CPU a page" "$(each auto "$few")" '<=' 25
row 'doc2png, 3 pages: ms of CPU a page' "$(each auto 3)" '<=' 25
row 'doc2png, one page: ms of CPU' "$(each auto 1)" '<=' 40
row "doc2png --text=layer, $few pages: ms of CPU a page" "$(each layer "$few")" '<=' 8
row "doc2png / pdftotext and pdftoppm, $few pages" "$(compute "$(each auto "$few") / ($(each text "$few") + $(each draw "$few"))")" '<=' 2.50
note "pdftotext a page, $many / $few pages" "$(compute "$(each text "$many") / $(each text "$few")")"
row "doc2png a page, $many / $few pages, by that" "$(compute "$(each auto "$many") / $(each auto "$few") / ($(each text "$many") / $(each text "$few"))")" '<=' 1.10
row "its memory / pdftotext's, $many pages" "$(compute "$(kib "auto.$many") / $(kib "text.$many")")" '<=' 1.25
row 'a page on its head / upright' "$(compute "$(seconds over) / $(seconds straight)")" '<=' 2
row 'a page askew / upright' "$(compute "$(seconds askew) / $(seconds straight)")" '<=' 2
exit "$missed"
