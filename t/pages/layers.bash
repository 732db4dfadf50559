# layers.bash - for tests of pages whose layer is good but for a part.
# shellcheck shell=bash disable=SC2034,SC2154 # for who loads it; of bats

BODY=('The harbour office keeps a book of every ship that came'
	'in since the old lighthouse was built on the northern rock'
	'with her name and cargo, the master and the port she left.'
	'In winter the ferry does not sail when the wind is strong,'
	'so letters wait in a box beside the door until the spring.')

setup()
{
	quire_setup
	mkdir -m 700 "${QUIRE_WORK:?}"
}

# picture_of FILE WIDTH HEIGHT CONTENT: a page with that on it as a PGM, of PICTURE_DPI.
picture_of()
{
	pdf_begin "$TMPDIR/picture.pdf"
	pdf_page "$2" "$3" "$4"
	pdf_end
	pdftoppm -gray -r "${PICTURE_DPI:-200}" -singlefile "$TMPDIR/picture.pdf" "${1%.pgm}"
}

# text_at X Y SIZE FONT LINE...
text_at()
{
	printf 'BT /%s %d Tf %d TL %d %d Td\n' "$4" "$3" $(($3 * 3 / 2)) "$1" "$2"
	printf '(%s) Tj T*\n' "${@:5}"
	printf 'ET\n'
}

# page FIELD...: of each page of $output, an array of those members.
page()
{
	jq -c "[$(printf '.%s,' "$@")0][:-1]" <<<"$output"
}
