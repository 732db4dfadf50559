# pdf.bash - PDF files (ISO 32000-1) put together by hand.
#
#	pdf_begin a.pdf
#	pdf_image 850 1100		850 x 1100 pixels, drawn by /Im
#	pdf_picture a.pgm		the same of a binary PGM of 8 bits
#	pdf_font_lying F2 11		/F2 is Helvetica; its text is 11 letters off
#	pdf_font_saying F2 1=0037 2=0039	/F2 is Helvetica; its 1 is said to be a 7, its 2 a 9
#	pdf_font_losing F3 FFFD o u	/F3 is Helvetica; its o and u are no characters
#	pdf_page 612 792 "$(pdf_draw 612 792) $(pdf_text 'Some words')"
#	pdf_page 612 792 "$(pdf_text 'More of them')" /Rotate 90
#	pdf_end
#
# Objects 1 to 3 are the catalog, the pages and the font Helvetica.
# shellcheck shell=bash

pdf_begin()
{
	pdf_file=$1 pdf_offsets=() pdf_kids=() pdf_next=4 pdf_xobject='' pdf_fonts=''
	printf '%%PDF-1.4\n' >"$pdf_file"
}

# pdf_object NUMBER BODY: where it stands is kept for the table.
pdf_object()
{
	pdf_offsets[$1]=$(stat -c %s "$pdf_file")
	printf '%d 0 obj\n%s\nendobj\n' "$1" "$2" >>"$pdf_file"
}

# pdf_stream NUMBER DICTIONARY FILE
pdf_stream()
{
	pdf_offsets[$1]=$(stat -c %s "$pdf_file")
	{
		printf '%d 0 obj\n<< %s /Length %d >>\nstream\n' "$1" "$2" "$(stat -c %s "$3")"
		cat "$3"
		printf '\nendstream\nendobj\n'
	} >>"$pdf_file"
}

# pdf_image WIDTH HEIGHT: black and white stripes, /Im from the next page on.
pdf_image()
{
	local row=$((($1 + 7) / 8))

	head -c $((row * $2)) /dev/zero | tr '\0' U >"$TMPDIR/stream"
	pdf_stream "$pdf_next" "/Type /XObject /Subtype /Image /Width $1 /Height $2
/ColorSpace /DeviceGray /BitsPerComponent 1" "$TMPDIR/stream"
	pdf_xobject="/XObject << /Im $((pdf_next++)) 0 R >>"
}

# pdf_coded FILE DICTIONARY: an image whose data are coded as the dictionary says.
pdf_coded()
{
	pdf_stream "$pdf_next" "/Type /XObject /Subtype /Image $2" "$1"
	pdf_xobject="/XObject << /Im $((pdf_next++)) 0 R >>"
}

# pdf_branch: one of the pages' tree that has none of them.
pdf_branch()
{
	pdf_object "$pdf_next" '<< /Type /Pages /Parent 2 0 R /Count 2 >>'
	pdf_kids+=("$((pdf_next++)) 0 R")
}

# pdf_picture PGM: as pdftoppm writes it.
pdf_picture()
{
	local width height

	read -r width height < <(sed -n 2p "$1")
	tail -c $((width * height)) "$1" >"$TMPDIR/stream"
	pdf_stream "$pdf_next" "/Type /XObject /Subtype /Image /Width $width /Height $height
/ColorSpace /DeviceGray /BitsPerComponent 8" "$TMPDIR/stream"
	pdf_xobject="/XObject << /Im $((pdf_next++)) 0 R >>"
}

# pdf_font NAME BASE: one of the standard fonts, as Courier, under that name.
pdf_font()
{
	pdf_object "$pdf_next" "<< /Type /Font /Subtype /Type1 /BaseFont /$2 >>"
	pdf_fonts+=" /$1 $((pdf_next++)) 0 R"
}

# pdf_font_lying NAME N: Helvetica whose /ToUnicode says N letters further on.
pdf_font_lying()
{
	local a

	{
		printf '/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n'
		printf '1 begincodespacerange <00> <FF> endcodespacerange\n52 beginbfchar\n'
		for a in 65 97; do
			for ((i = 0; i < 26; i++)); do
				printf '<%02X> <%04X>\n' $((a + i)) $((a + (i + $2) % 26))
			done
		done
		printf 'endbfchar endcmap end end\n'
	} >"$TMPDIR/stream"
	pdf_stream "$pdf_next" "" "$TMPDIR/stream"
	pdf_object $((pdf_next + 1)) "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica
/ToUnicode $pdf_next 0 R >>"
	pdf_fonts+=" /$1 $((pdf_next + 1)) 0 R"
	pdf_next=$((pdf_next + 2))
}

# pdf_font_saying NAME LETTER=HEX...: Helvetica whose /ToUnicode says HEX for that letter.
pdf_font_saying()
{
	local pair

	{
		printf '/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n'
		printf '1 begincodespacerange <00> <FF> endcodespacerange\n%d beginbfchar\n' $(($# - 1))
		for pair in "${@:2}"; do
			printf '<%02X> <%s>\n' "'${pair%%=*}" "${pair#*=}"
		done
		printf 'endbfchar endcmap end end\n'
	} >"$TMPDIR/stream"
	pdf_stream "$pdf_next" "" "$TMPDIR/stream"
	pdf_object $((pdf_next + 1)) "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica
/ToUnicode $pdf_next 0 R >>"
	pdf_fonts+=" /$1 $((pdf_next + 1)) 0 R"
	pdf_next=$((pdf_next + 2))
}

# pdf_font_losing NAME HEX LETTER...: Helvetica whose /ToUnicode says HEX for those letters.
pdf_font_losing()
{
	local letter

	{
		printf '/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n'
		printf '1 begincodespacerange <00> <FF> endcodespacerange\n%d beginbfchar\n' $(($# - 2))
		for letter in "${@:3}"; do
			printf "<%02X> <$2>\n" "'$letter"
		done
		printf 'endbfchar endcmap end end\n'
	} >"$TMPDIR/stream"
	pdf_stream "$pdf_next" "" "$TMPDIR/stream"
	pdf_object $((pdf_next + 1)) "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica
/ToUnicode $pdf_next 0 R >>"
	pdf_fonts+=" /$1 $((pdf_next + 1)) 0 R"
	pdf_next=$((pdf_next + 2))
}

# pdf_page WIDTH HEIGHT CONTENT [MORE]: sides in points; MORE of its dictionary.
pdf_page()
{
	printf '%s\n' "$3" >"$TMPDIR/stream"
	pdf_stream "$pdf_next" "" "$TMPDIR/stream"
	pdf_object $((pdf_next + 1)) "<< /Type /Page /Parent 2 0 R
/MediaBox [0 0 $1 $2] /Contents $pdf_next 0 R
/Resources << /Font << /F 3 0 R $pdf_fonts >> $pdf_xobject >> ${*:4} >>"
	pdf_kids+=("$((pdf_next + 1)) 0 R")
	pdf_next=$((pdf_next + 2))
}

pdf_end()
{
	local n start

	pdf_object 1 '<< /Type /Catalog /Pages 2 0 R >>'
	pdf_object 2 "<< /Type /Pages /Count ${#pdf_kids[@]} /Kids [${pdf_kids[*]}] >>"
	pdf_object 3 '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'
	start=$(stat -c %s "$pdf_file")
	{
		printf 'xref\n0 %d\n0000000000 65535 f \n' "$pdf_next"
		for ((n = 1; n < pdf_next; n++)); do
			printf '%010d 00000 n \n' "${pdf_offsets[n]}"
		done
		printf 'trailer\n<< /Size %d /Root 1 0 R >>\n' "$pdf_next"
		printf 'startxref\n%d\n%%%%EOF\n' "$start"
	} >>"$pdf_file"
	rm -f "$TMPDIR/stream"
}

# pdf_text [-MODE] LINE...: from the left margin down, in a text rendering mode.
pdf_text()
{
	local mode=0 line

	if [[ $1 == -[0-7] ]]; then
		mode=${1#-}
		shift
	fi
	printf 'BT /F 12 Tf %d Tr 36 TL 36 700 Td\n' "$mode"
	for line; do
		line=${line//\\/\\\\} line=${line//\(/\\(} line=${line//\)/\\)}
		printf '(%s) Tj T*\n' "$line"
	done
	printf 'ET\n'
}

# pdf_draw WIDTH HEIGHT: the last image, in points, from the lower left corner.
pdf_draw()
{
	printf 'q %d 0 0 %d 0 0 cm /Im Do Q\n' "$1" "$2"
}

# document FILE...: a record for each, as s3get writes it.
document()
{
	for f; do
		jq -nc --arg path "$PWD/$f" --arg rel "$f" \
		    '{v: 1, kind: "document", $rel, $path}'
	done
}
