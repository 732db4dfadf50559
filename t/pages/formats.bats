#!/usr/bin/env bats
# doc2png: kinds of documents that programs of packages open (quire-formats(7)). The
# pages of each are read, what is damaged has a name, and nothing is left behind.
load ../helper
load ../pdf
load ../run

FOX='The quick brown fox jumps over the lazy dog.'
images=$BATS_TEST_DIRNAME/../data/images

setup()
{
	quire_setup
	samples=$BATS_TEST_TMPDIR/samples
	mkdir "$samples"
}

# page: fox.ppm, with that sentence on it, and fox.png.
page()
{
	with pnmtopng
	pdf_begin page.pdf
	pdf_page 612 792 "$(pdf_text "$FOX")"
	pdf_end
	pdftoppm -r 150 page.pdf page
	pnmcrop -quiet -white -margin=40 page-1.ppm >fox.ppm
	pnmtopng -quiet fox.ppm >fox.png
	rm page*
}

# document FILE...: a record for each, as s3get writes it.
document()
{
	for f; do
		jq -nc --arg path "$PWD/$f" --arg rel "${f##*/}" \
		    '{v: 1, kind: "document", id: $rel[:20], uri: ("file://" + $path), $rel, $path}'
	done
}

# reads FILE... MIME: each is one page, of that mime, which is read right.
reads()
{
	local mime=${*: -1}

	run -0 --separate-stderr doc2png < <(document "${@:1:$#-1}")
	[ -z "$stderr" ]
	json ".mime == \"$mime\" and .page == 1 and .pages == 1 and .doubt == null"
	[ "$(wc -l <<<"$output")" -eq $(($# - 1)) ]
	read_pages "$FOX"
}

# read_pages TEXT: of each page of $output, and nothing is left.
read_pages()
{
	echo "$output" >records
	run -0 --separate-stderr ocrpage --rm <records
	json ".markdown == \"$1\""
	jq -r .work records | sort -u | xargs rmdir
	leftovers
}

# fails FILE CODE CLASS: as a document.
fails()
{
	run -1 --separate-stderr doc2png <<<"$(document "$1")"
	json ".kind == \"document\" and .error.code == \"$2\" and .error.class == \"$3\""
	jq -r '.work // empty' <<<"$output" | xargs -r rmdir
	leftovers
}

# exif JPEG ORIENTATION: it on stdout with a block that says so.
exif()
{
	head -c 2 "$1"
	printf '\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x0%d\0\0\0\0\0\0\0' "$2"
	tail -c +3 "$1"
}

@test "WebP is read, lossy and lossless, and upright by its EXIF block" {
	with cwebp dwebp
	page
	cwebp -quiet fox.png -o a.webp
	cwebp -quiet -lossless fox.png -o b.webp
	pamflip -quiet -r90 fox.ppm | pnmtojpeg -quiet >side.jpg
	exif side.jpg 6 >c.jpg
	cwebp -quiet -metadata exif c.jpg -o c.webp
	reads a.webp b.webp c.webp image/webp
	json '.dpi == null'
	head -c 1000 a.webp >cut.webp
	fails cut.webp document.damaged validation
}

@test "of an animation the first frame is read, and the record says how many there are" {
	with img2webp dwebp giftopnm
	page
	pnminvert fox.ppm | pnmtopng -quiet >other.png
	img2webp -lossless fox.png -d 100 other.png -d 100 fox.png -o a.webp >/dev/null 2>&1
	run -0 --separate-stderr doc2png <<<"$(document a.webp)"
	json '.frames == 3 and .doubt == ["frames"] and .mime == "image/webp"'
	read_pages "$FOX"
	# A GIF with the image of another behind its own.
	pgmtoppm black-white < <(ppmtopgm fox.ppm) | pnmquant -quiet 16 | ppmtogif -quiet >a.gif
	[ "$(od -An -tu1 -j10 -N1 a.gif)" -ge 128 ]
	table=$((3 << (($(od -An -tu1 -j10 -N1 a.gif) & 7) + 1)))
	{
		head -c -1 a.gif
		tail -c +$((14 + table)) a.gif
	} >b.gif
	run -0 --separate-stderr doc2png <<<"$(document b.gif)"
	json '.frames == 2 and .doubt == ["frames"] and .mime == "image/gif"'
	read_pages "$FOX"
}

@test "GIF is read, what is transparent on white" {
	with giftopnm
	page
	pnmquant -quiet 4 fox.ppm >few.ppm
	ppmtogif -quiet few.ppm >a.gif
	ppmtogif -quiet -interlace -transparent=white few.ppm >b.gif
	reads a.gif b.gif image/gif
	head -c 1000 a.gif >cut.gif
	fails cut.gif document.damaged validation
	printf 'GIF89a\1\0\1\0\0\0\0;' >none.gif
	fails none.gif document.damaged validation
}

@test "BMP is read, and its resolution" {
	with bmptopnm
	page
	ppmtobmp -quiet fox.ppm >a.bmp
	ppmtobmp -quiet -bpp=24 fox.ppm >b.bmp
	ppmtobmp -quiet -os2 fox.ppm >c.bmp
	reads a.bmp b.bmp c.bmp image/bmp
	# 7874 pixels a metre are 200 dpi.
	printf '\xc2\x1e\0\0\xc2\x1e\0\0' | dd of=b.bmp bs=1 seek=38 conv=notrunc status=none
	run -0 --separate-stderr doc2png <<<"$(document b.bmp)"
	json '.dpi == 200'
	read_pages "$FOX"
	head -c 1000 b.bmp >cut.bmp
	fails cut.bmp document.damaged validation
	echo 'BM, as a letter may begin' >letter.bmp
	fails letter.bmp document.type validation
}

@test "JPEG 2000 is read, as a file and as a bare codestream, of 8 and 16 bits" {
	with opj_compress opj_decompress
	page
	pamdepth -quiet 65535 fox.ppm | pnmtopng -quiet >deep.png
	opj_compress -i fox.png -o a.jp2 -r 10 >/dev/null
	opj_compress -i fox.png -o b.j2k >/dev/null
	opj_compress -i deep.png -o c.jp2 >/dev/null
	reads a.jp2 b.j2k c.jp2 image/jp2
	head -c 1000 a.jp2 >cut.jp2
	fails cut.jp2 document.damaged validation
}

@test "HEIC and AVIF are read" {
	with heif-info
	cp "$images"/fox.* .
	reads fox.heic image/heic
	reads fox.avif image/avif
	head -c 1000 fox.heic >cut.heic
	fails cut.heic document.damaged validation
	head -c 1000 fox.avif >cut.avif
	fails cut.avif document.damaged validation
}

@test "a HEIC is turned once, though its properties and its EXIF block both say how" {
	with heif-info
	cp "$images/turned.heic" .
	reads turned.heic image/heic
	[ "$(jq -r '"\(.width) \(.height)"' records)" = '580 104' ]
}

@test "of a HEIC with two images the first is read, and the record says so" {
	with heif-info
	cp "$images/two.heic" .
	run -0 --separate-stderr doc2png <<<"$(document two.heic)"
	json '.frames == 2 and .doubt == ["frames"] and .page == 1 and .pages == 1'
	read_pages "$FOX"
}

@test "all pages of a DjVu are read, black ones and coloured" {
	with ddjvu c44 cjb2 djvm
	page
	ppmtopgm -quiet fox.ppm | pgmtopbm -quiet -threshold >fox.pbm
	cjb2 -dpi 150 fox.pbm one.djvu
	c44 -dpi 150 fox.ppm two.djvu
	reads one.djvu two.djvu image/vnd.djvu
	djvm -c all.djvu one.djvu two.djvu one.djvu
	run -0 --separate-stderr doc2png <<<"$(document all.djvu)"
	[ "$(jq -c '[.page, .pages, .dpi, .mime]' <<<"$output")" = '[1,3,150,"image/vnd.djvu"]
[2,3,150,"image/vnd.djvu"]
[3,3,150,"image/vnd.djvu"]' ]
	read_pages "$FOX"
	head -c 2000 all.djvu >cut.djvu
	fails cut.djvu document.damaged validation
	# All but the directory in files of their own.
	djvmcvt -i all.djvu . index.djvu
	fails index.djvu document.damaged validation
	[[ $output == *djvmcvt* ]]
}

@test "what claims to be too large is page.large before a program is run" {
	local w='\xff\xff'

	# 65535 x 65535 pixels; a WebP has at most 16384 of each, or a canvas of more.
	printf 'GIF89a%b%b\0\0\0,\0\0\0\0%b%b\0\2\1\0\0;' "$w" "$w" "$w" "$w" >a.gif
	printf 'RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\0\xff\xff\0' >b.webp
	printf 'BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\xff\xff\0\0\xff\xff\0\0\1\0\x18\0' >c.bmp
	head -c 60 /dev/zero >>c.bmp
	printf '\xff\x4f\xff\x51\0\x2f\0\0\0\x0f\xff\xff\0\x0f\xff\xff' >d.j2k
	head -c 60 /dev/zero >>d.j2k
	run -1 --separate-stderr doc2png < <(document a.gif b.webp c.bmp d.j2k)
	json '.page == 1 and .pages == 1 and .error.code == "page.large"'
	[ "$(wc -l <<<"$output")" -eq 4 ]
	[ "$(jq -r .mime <<<"$output")" = $'image/gif\nimage/webp\nimage/bmp\nimage/jp2' ]
}

@test "where a program is missing the document names its package, and the others are read" {
	cp "$images/fox.heic" "$QUIRE_TOP/share/quire/samples/fax.tif" .
	printf 'RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x09\0\0\x09\0\0' >a.webp
	run -1 --separate-stderr env PATH="$QUIRE_BIN" doc2png < <(document fox.heic a.webp fax.tif)
	[ "$(jq -c 'select(.error) | [.rel, .kind, .error.code, .error.class]' <<<"$output")" = \
	    '["fox.heic","document","document.tool","permanent"]
["a.webp","document","document.tool","permanent"]' ]
	[[ $output == *'(Debian package libheif-examples)'*'(Debian package webp)'* ]]
	[ "$(jq -r 'select(.image).rel' <<<"$output" | sort -u)" = fax.tif ]
}

@test "what failed for want of a program is taken up again when that is there" {
	with heif-info
	local tool

	mkdir in bin
	cp "$images/fox.heic" in
	for tool in sh awk cat cut date dirname flock grep head jq ls mkdir mkfifo mktemp mv nproc rm \
	    rmdir sed sleep sort stat stty tail tr uname wc id env readlink realpath kill ps cp ln; do
		tool=$(type -P "$tool") && ln -s "$tool" bin/ || :
	done
	run -1 --separate-stderr env PATH="$QUIRE_BIN:$PWD/bin" quire run in out
	[ "$(jobdb list --state dead --code document.tool | wc -l)" -eq 1 ]
	run -0 --separate-stderr quire run in out
	grep -qF "$FOX" out/fox.heic.md
	leftovers
}

@test "a folder with one of each kind is run, and each has its result" {
	with cwebp giftopnm opj_compress heif-info c44
	mkdir in
	page
	cwebp -quiet fox.png -o in/a.webp
	pnmquant -quiet 4 fox.ppm | ppmtogif -quiet >in/a.gif
	ppmtobmp -quiet fox.ppm >in/a.bmp
	opj_compress -i fox.png -o in/a.jp2 >/dev/null
	c44 -dpi 150 fox.ppm in/a.djvu
	cp "$images"/fox.* fox.png in
	run -0 --separate-stderr quire run in out
	[ "$(grep -lF "$FOX" out/*.md | wc -l)" -eq 8 ]
	leftovers
}

@test "quire-formats(7) lists the kinds that there are" {
	"$QUIRE_UNIT/doc/kind" list >source
	[ -s source ]
	sed -n 's/^\.It Sy \(.*\) Pq \(.*\)/\1 \2/p' "$QUIRE_TOP/man/quire-formats.7" >manual
	diff manual source
	# And those whose package is named there are named in INSTALL.
	while read -r package; do
		grep -q "$package" "$QUIRE_TOP/INSTALL"
	done < <(sed -n 's/^\.Em \([a-z0-9-]*\) .*/\1/p' "$QUIRE_TOP/man/quire-formats.7" | grep -v plugin)
}
