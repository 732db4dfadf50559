#!/usr/bin/env bats
# Pages in colour, for engines that wish for them: drawn, read, made smaller, sent and
# kept; what has no colour, and what Tesseract reads, is gray.
load helper
load pdf
load model

SAYS='Seventy loose sheets of paper lay on the table by the window. {key} A boy came in and
put them in order, from the first to the last, while the others looked on and said
nothing at all. When he had done, he went away again, and nobody has seen him since {n}.'

setup()
{
	quire_setup
	mkdir -m 700 "${QUIRE_WORK:?}"
	export QUIRE_LOG=debug
	unset VLLM_URL VLLM_API_KEY QUIRE_PROFILES http_proxy https_proxy all_proxy
}

teardown()
{
	stop_models
}

# book: book.pdf, 2 by 2 inches: a red and a blue bar on the first page, a black and a
# gray one on the second.
book()
{
	pdf_begin book.pdf
	pdf_page 144 144 '1 0 0 rg 0 72 144 72 re f 0 0 1 rg 0 0 144 36 re f'
	pdf_page 144 144 '0 g 0 72 144 72 re f 0.4 g 0 0 144 36 re f'
	pdf_end
}

# letter: letter.pdf, a page of text in dark red and dark blue, with a pale green bar.
letter()
{
	local i text='0.7 0.95 0.7 rg 40 20 280 30 re f 0.6 0 0 rg BT /F 12 Tf 14 TL 40 380 Td'

	for ((i = 0; i < 6; i++)); do
		text+=" (Seventy loose sheets of paper lay on the table) '"
	done
	text+=" 0 0 0.6 rg (A boy came in and put them in order) ' ET"
	pdf_begin letter.pdf
	pdf_page 360 400 "$text"
	pdf_end
}

# drawn OPTION... FILE...: records of the pages' images.
drawn()
{
	local option=()

	while [[ $1 == -* ]]; do
		option+=("$1")
		shift
	done
	document "$@" | doc2png --text=never "${option[@]}" 2>log
}

# form: of each image, gray or colour as its PNG says.
form()
{
	local image

	while read -r image; do
		case $(od -An -tu1 -j24 -N2 "$image" | tr -s ' ') in
		' 8 0') echo gray ;;
		' 8 2') echo colour ;;
		*) echo other ;;
		esac
	done < <(jq -r .image)
}

# pixel IMAGE X Y: its red, green and blue, or its gray.
pixel()
{
	python3 - "$@" <<-'END'
		import struct, sys, zlib
		data = open(sys.argv[1], 'rb').read()
		x, y = int(sys.argv[2]), int(sys.argv[3])
		width, = struct.unpack('>I', data[16:20])
		n = 3 if data[25] == 2 else 1
		at, packed = 8, b''
		while at < len(data):
		    size, kind = struct.unpack('>I4s', data[at:at + 8])
		    packed += data[at + 8:at + 8 + size] if kind == b'IDAT' else b''
		    at += size + 12
		row = 1 + width * n
		px = zlib.decompress(packed)
		assert px[y * row] == 0
		print(*px[y * row + 1 + x * n:y * row + 1 + (x + 1) * n])
	END
}

# near IMAGE X Y VALUE...: its pixel there, but for what JPEG rounds.
near()
{
	local got want=("${@:4}") i off

	read -ra got < <(pixel "$1" "$2" "$3")
	[ "${#got[@]}" -eq "${#want[@]}" ]
	for ((i = 0; i < ${#got[@]}; i++)); do
		off=$((got[i] - want[i]))
		[ "${off#-}" -le 4 ] || {
			echo "$1 at $2, $3: ${got[*]}, not ${want[*]}" >&2
			return 1
		}
	done
}

@test "pages are drawn in colour for an engine that wishes for it, and stay gray where they are" {
	book
	drawn book.pdf >gray
	[ "$(form <gray)" = $'gray\ngray' ]
	drawn --engine=deepseek-ocr book.pdf >coloured
	[ "$(form <coloured)" = $'colour\ngray' ]
	{
		read -r image
		read -r second
	} < <(jq -r .image coloured)
	[ "$(pixel "$image" 100 20)" = '255 0 0' ]
	[ "$(pixel "$image" 100 250)" = '255 255 255' ]
	[ "$(pixel "$image" 100 380)" = '0 0 255' ]
	[ "$(pixel "$second" 100 380)" = 102 ]
	# A gray page is the same image as ever.
	[ "$(jq -r 'select(.page == 2).pixels' coloured)" = "$(jq -r 'select(.page == 2).pixels' gray)" ]
	[ "$(jq -r 'select(.page == 1).pixels' coloured)" != "$(jq -r 'select(.page == 1).pixels' gray)" ]
	jq -se '[.[] | .width, .height, .dpi] == [400, 400, 200, 400, 400, 200]' coloured
}

@test "--colour: as the engine wishes, always or never; of several engines one is enough" {
	book
	[ "$(drawn --colour=always book.pdf | form | head -n 1)" = colour ]
	[ "$(drawn --colour=never --engine=deepseek-ocr book.pdf | form | head -n 1)" = gray ]
	[ "$(drawn --engine=tesseract,deepseek-ocr book.pdf | form | head -n 1)" = colour ]
	[ "$(drawn --engine=exec:true book.pdf | form | head -n 1)" = gray ]
	mkdir own
	export QUIRE_PROFILES=$PWD/own
	jq 'del(.image.colour)' "${QUIRE_TOP:?}/share/quire/profiles/generic.json" >own/mine.json
	[ "$(drawn --engine=mine book.pdf | form | head -n 1)" = gray ]
	run -2 --separate-stderr doc2png --colour=some </dev/null
	[[ $stderr == *'--colour'* ]]
}

@test "pictures keep their colours: PNG, JPEG, of CMYK too, and TIFF" {
	book
	pdftoppm -r 200 -f 1 -l 1 -singlefile -png book.pdf a
	pdftoppm -r 200 -f 1 -l 1 -singlefile -jpeg -jpegopt quality=95 book.pdf b
	pdftoppm -r 200 -f 1 -l 1 -singlefile -jpegcmyk book.pdf c
	pdftoppm -r 200 -f 1 -l 1 -singlefile -tiff book.pdf d
	pdftoppm -r 200 -f 2 -l 2 -singlefile -png book.pdf e
	pdftoppm -r 200 -f 2 -l 2 -singlefile -jpeg book.pdf f
	pdftoppm -r 200 -f 2 -l 2 -singlefile -tiff book.pdf g
	all=(a.png b.jpg c.jpg d.tif e.png f.jpg g.tif)
	drawn "${all[@]}" >gray
	[ "$(form <gray | sort -u)" = gray ]
	drawn --engine=deepseek-ocr "${all[@]}" >coloured
	[ "$(form <coloured | tr '\n' ' ')" = 'colour colour colour colour gray gray gray ' ]
	for image in $(jq -r .image coloured | head -n 4); do
		near "$image" 100 20 255 0 0
		near "$image" 100 250 255 255 255
		near "$image" 100 380 0 0 255
	done
	# Gray pixels in a file of colours are the gray page's.
	[ "$(jq -r .pixels coloured | tail -n 3)" = "$(jq -r .pixels gray | tail -n 3)" ]
}

@test "in colour a page has a third of the pixels at most" {
	pdf_begin plan.pdf
	pdf_page 2880 2880 '1 0 0 rg 0 0 1440 2880 re f'
	pdf_end
	drawn plan.pdf >gray
	jq -e '[.width, .height, .dpi] == [8000, 8000, 200]' gray
	drawn --colour=always plan.pdf >coloured
	[ "$(form <coloured)" = colour ]
	jq -e '.width == .height and .dpi == 175 and .width == 7000' coloured
}

# ask [OPTION...]: ocrpage by that model; its records into $output.
ask()
{
	run --separate-stderr ocrpage --engine deepseek-ocr --server "$model_url" --patience 60 "$@"
	# shellcheck disable=SC2154 # run's
	printf '%s\n' "$stderr" >log
}

model()
{
	start_model --model deepseek-ai/DeepSeek-OCR --text "$SAYS" --log "$PWD/asked"
}

@test "a model is sent the page in colour, as it is and made smaller" {
	letter
	model
	drawn --engine=deepseek-ocr letter.pdf >pages
	[ "$(form <pages)" = colour ]
	ask <pages
	[ "$status" -eq 0 ]
	jq -e '.colour and .width == 1000 and .height == 1112' asked
	json ".markdown | contains(\"$(model_digest "$(jq -r .image pages)")\")"
	: >asked
	ask --set image.side=500 <pages
	[ "$status" -eq 0 ]
	jq -e '.colour and .width == 449 and .height == 500' asked
	[ "$(jq .bytes asked)" -lt $((450 * 500 * 4)) ]
	# One that wishes for gray gets that, where it is made smaller.
	: >asked
	ask --set image.side=500 --set image.colour=false <pages
	jq -e '(.colour | not) and .width == 449 and .height == 500' asked
	# And what has no colours is gray.
	: >asked
	images 1
	ask --set image.side=300 < <(pages p1.png)
	jq -e '(.colour | not) and .width == 269 and .height == 300' asked
}

@test "letters are counted in colour as they are in gray" {
	letter
	model
	drawn --colour=always letter.pdf >coloured
	drawn --colour=never letter.pdf >gray
	for side in 300 2000; do
		for form in coloured gray; do
			ask --set image.side="$side" --set 'gate.partly=1' <$form
			[ "$status" -eq 0 ]
			jq '.gate.letters' <<<"$output" >"$form.$side"
		done
		[ "$(cat "gray.$side")" -gt 100 ]
		cmp "coloured.$side" "gray.$side"
	done
}

@test "the next engine, Tesseract, reads the gray of the same image" {
	letter
	model
	model_script <<<'{"finish": "length"}'
	drawn --engine=deepseek-ocr,tesseract letter.pdf >coloured
	drawn letter.pdf >gray
	[ "$(form <coloured)" = colour ]
	ask --engine=deepseek-ocr,tesseract <coloured
	[ "$status" -eq 0 ]
	json '.engine == "tesseract" and .gate.before == [{engine: "deepseek-ocr", code: "ocr.truncated"}]'
	jq -r .markdown <<<"$output" >said
	[ "$(grep -c 'Seventy loose sheets of paper lay on the table' said)" -ge 1 ]
	run -0 --separate-stderr ocrpage <gray
	jq -r .markdown <<<"$output" | cmp - said
}

@test "an answer that is kept is of these colours" {
	# As bright as each other, and of other colours.
	pdf_begin two.pdf
	pdf_page 144 144 '0.8 0 0 rg 0 72 144 72 re f'
	pdf_page 144 144 '0 0.4075 0 rg 0 72 144 72 re f'
	pdf_end
	drawn --colour=never two.pdf >gray
	drawn --engine=deepseek-ocr two.pdf >coloured
	[ "$(form <coloured)" = $'colour\ncolour' ]
	[ "$(jq -r .pixels coloured | sort -u | wc -l)" -eq 2 ]
	model
	ask --cache kept <coloured
	[ "$(model_stats .chats)" -eq 2 ]
	ask --cache kept <coloured
	[ "$(model_stats .chats)" -eq 2 ]
	ask --cache kept <gray
	[ "$(model_stats .chats)" -gt 2 ]
}

# bats test_tags=brief
@test "quire run draws in colour for a model, unless it is told not to" {
	mkdir in
	letter
	mv letter.pdf in
	model
	run -0 --separate-stderr quire run --min-age 0 --text never --engine deepseek-ocr \
	    --server "$model_url" in out
	jq -e .colour asked
	: >asked
	run -0 --separate-stderr quire run --min-age 0 --text never --engine deepseek-ocr \
	    --colour never --server "$model_url" in out
	jq -e '.colour | not' asked
}

@test "a picture for a model has as many pixels as it takes, whatever it had" {
	pdf_begin wide.pdf
	pdf_page 648 432 '1 0 0 rg 0 0 324 432 re f 0 g 400 100 100 100 re f'
	pdf_end
	pdftoppm -r 100 -singlefile wide.pdf p # 900 x 600
	pdftoppm -r 100 -singlefile -png wide.pdf p
	cjpeg -quality 95 p.ppm >p.jpg
	mkdir profiles
	jq '.image.side = 700' "$BATS_TEST_DIRNAME/../share/quire/profiles/generic.json" >profiles/mine.json
	QUIRE_PROFILES=$PWD/profiles drawn --engine=mine p.png p.jpg >out
	[ "$(jq -c '[.width, .height]' out | sort -u)" = '[700,466]' ]
	[ "$(jq -s length out)" -eq 2 ]
}
