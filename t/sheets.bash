# sheets.bash - pages of a few words, as images, and their records; loaded behind pdf.
# shellcheck shell=bash

WORDS='Seventy loose sheets of paper'

# images N: p1.png and so on, with WORDS and the number on each.
images()
{
	local i

	pdf_begin a.pdf
	for ((i = 1; i <= $1; i++)); do
		pdf_page 300 120 "BT /F 18 Tf 20 60 Td ($WORDS $i) Tj ET"
	done
	pdf_end
	pdftoppm -gray -png -r 150 a.pdf p
	for i in p-*.png; do
		mv "$i" "p$((10#${i//[^0-9]/})).png"
	done
}

# page N...: the records of those pages.
page()
{
	local i
	for i; do
		jq -nc --argjson page "$i" --arg image "$PWD/p$i.png" \
		    '{v: 1, kind: "page", id: "a", $page, pages: 9, $image, dpi: 150}'
	done
}
