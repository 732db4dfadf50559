#!/usr/bin/env bats
# ocrpage: pages that lie askew or turned, in bad light, small or faint, are
# read as they should lie and look; what may be wrong is said.
load ../helper
load ../pdf

LINES=('The harbour office keeps a book of every ship that came'
	'in since the old lighthouse was built on the northern rock'
	'with her name and cargo, the master and the port she left.'
	'In winter the ferry does not sail when the wind is strong,'
	'so letters wait in a box beside the door until the spring.'
	'Two boys from the village painted the fence last summer;'
	'they were paid with bread, cheese and a barrel of apples.'
	'Whoever finds the missing key should bring it to the clerk'
	'who lives above the bakery and speaks five languages well.'
	'The bridge will be closed on Friday for repairs to the deck.')

setup()
{
	quire_setup
	mkdir -m 700 "${QUIRE_WORK:?}"
}

# lines MATRIX: LINES, below each other, where that text matrix puts them.
lines()
{
	local line

	printf 'BT /F 12 Tf 20 TL %s Tm\n' "$1"
	for line in "${LINES[@]}" "${LINES[@]}"; do
		printf "(%s) '\n" "$line"
	done
	printf 'ET\n'
}

# leaning DEGREES: the matrix of text that leans so, clockwise.
leaning()
{
	awk -v d="$1" 'BEGIN { t = -d * atan2(0, -1) / 180
	    printf "%.5f %.5f %.5f %.5f %d %d", cos(t), sin(t), -sin(t), cos(t),
	        40 - 450 * sin(t) * (t < 0), 480 - 320 * sin(t) * (t > 0) }'
}

# drawn CONTENT [WIDTH HEIGHT [DPI]]: it is the page p.png.
drawn()
{
	pdf_begin a.pdf
	pdf_page "${2:-420}" "${3:-520}" "$1"
	pdf_end
	dpi=${4:-150}
	pdftoppm -gray -png -r "$dpi" -singlefile a.pdf p
}

# reads: ocrpage of p.png. Sets output.
reads()
{
	run -0 --separate-stderr ocrpage <<<"$(jq -nc --arg image "$PWD/p.png" --argjson dpi "$dpi" \
	    '{v: 1, kind: "page", id: "a", page: 1, pages: 1, $image, $dpi}')"
	[ -z "$stderr" ]
}

# all_said: nearly all words of LINES, twice and in order.
all_said()
{
	printf '%s\n' "${LINES[@]}" "${LINES[@]}" | tr -s ' ' '\n' >want
	jq -r .markdown <<<"$output" | tr -s ' ' '\n' | sed '/^$/d' >got
	missing=$(diff want got | grep -c '^<' || :)
	[ "$missing" -le 6 ] || {
		diff want got >&2
		return 1
	}
}

@test "a straight page is read as it lies, and nothing is said of it" {
	drawn "$(lines '1 0 0 1 40 480')"
	reads
	all_said
	json '.ink_unread <= 0.01 and (has("skew") or has("turned") or has("doubt") or has("blank") | not)'
}

@test "a page that leans is straightened before it is read" {
	for lean in 3 -7 14; do
		drawn "$(lines "$(leaning "$lean")")" 560 640
		reads
		all_said
		json ".skew - $lean | fabs <= 0.3"
		json '.ink_unread <= 0.02 and (has("doubt") | not)'
	done
}

@test "a page that lies on its head or its side is turned" {
	drawn "$(lines '-1 0 0 -1 380 40')"
	reads
	all_said
	json '.turned == 180 and (has("doubt") | not)'
	drawn "$(lines '0 1 -1 0 40 40')" 520 420
	reads
	all_said
	json '.turned == 90 and (has("doubt") | not)'
	drawn "$(lines '0 -1 1 0 480 380')" 520 420
	reads
	all_said
	json '.turned == 270 and (has("doubt") | not)'
}

# bats test_tags=brief
@test "a page that leans and lies on its head is straightened and turned" {
	drawn "$(lines "$(awk 'BEGIN { t = 6 * atan2(0, -1) / 180
	    print -cos(t), -sin(t), sin(t), -cos(t), 430, 120 }')")" 500 600
	reads
	all_said
	json '.turned == 180 and (.skew | fabs - 6 | fabs <= 0.3)'
}

# bats test_tags=brief
@test "capitals and figures, which rise and hang nowhere, are turned where they read better" {
	drawn "BT /F 14 Tf 24 TL -1 0 0 -1 380 60 Tm $(
		for i in {1..8}; do
			printf "(HARBOUR OFFICE, NORTH PIER, BOX 47%d) '\n" "$i"
		done) ET"
	reads
	json '.turned == 180 and (.markdown | contains("HARBOUR OFFICE, NORTH PIER, BOX 473"))'
}

# bats test_tags=brief
@test "a shadow over the page hides no words" {
	drawn "$(for i in {0..41}; do
		awk -v i="$i" 'BEGIN { printf "%.3f g %d 0 10 520 re f\n", 1 - i * i / 1681 * 0.8, i * 10 }'
	done) 0 g $(lines '1 0 0 1 40 480')"
	reads
	all_said
}

# bats test_tags=brief
@test "white on black and pale print are read" {
	drawn "0 g 0 0 420 520 re f 1 g $(lines '1 0 0 1 40 480')"
	reads
	all_said
	json 'has("doubt") | not'
	drawn "0.85 g $(lines '1 0 0 1 40 480')"
	reads
	all_said
	json 'has("doubt") or has("blank") | not'
}

@test "pale lines beside black ones, and lines in a hard shadow, are not lost" {
	drawn "0 g BT /F 12 Tf 20 TL 40 480 Td $(printf "(%s) ' " "${LINES[@]}")
	    0.85 g $(printf "(%s) ' " "${LINES[@]}") ET"
	reads
	all_said
	json 'has("doubt") | not'
	drawn "0.2 g 0 0 250 300 re f 0 g $(lines '1 0 0 1 40 480')"
	reads
	all_said
	drawn "0 g BT /F 12 Tf 20 TL 40 480 Td $(printf "(%s) ' " "${LINES[@]}" "${LINES[@]}") ET
	    0.8 g BT /F 8 Tf 40 20 Td (Confidential draft, not to be shown before the first of March) Tj ET"
	reads
	json '.markdown | contains("not to be shown before the first of March")'
}

@test "print on gray that is made of black dots is read" {
	drawn "0.5 g 0 0 420 520 re f 0 g $(lines '1 0 0 1 40 480')"
	pdftoppm -mono -png -r 200 -singlefile a.pdf p
	dpi=200
	reads
	all_said
	json 'has("doubt") or has("picture") | not'
}

@test "small print is enlarged" {
	drawn "$(lines '0.5 0 0 0.5 40 280')" 260 300 100
	reads
	all_said
}

@test "an empty page is blank; a picture is none, nor is text that cannot be read" {
	drawn '0.9 g 100 100 1 1 re f'
	reads
	json '.markdown == "" and .blank == true and (has("doubt") or has("picture") | not)'
	drawn '0 g 60 60 120 90 re f 0.5 g 200 200 80 160 re f 3 w 20 20 m 400 500 l S'
	reads
	json '.markdown == "" and .picture == true and (has("doubt") or has("blank") | not)'
	drawn "$(lines "$(leaning 40)")" 640 740
	reads
	json '(.doubt | length > 0) and (has("blank") or has("picture") | not)'
}

@test "a caption in white on a picture is read, and the page is no picture" {
	drawn "$(awk 'BEGIN { for (x = 0; x < 420; x += 5) for (y = 0; y < 520; y += 5) {
	    g = 0.4 + 0.2 * sin(x / 21) * cos(y / 27) + 0.15 * sin((x + 2 * y) / 17)
	    printf "%.2f g %d %d 6 6 re f\n", g, x, y } }')
	    1 g BT /F 22 Tf 40 120 Td (The old harbour in the winter of snow) Tj ET"
	reads
	json '(.markdown | contains("harbour in the winter")) and (has("picture") | not)'
}

@test "words of doubt join those that the record has, sorted and once each" {
	export QUIRE_MOCK=$PWD/script
	echo '{"text":"aSn uL |~ = ]o| pu0 --= 1e3A aU} {1 *, ;:","confidence":0.2}' >script
	: >p.png
	for had in '' ',"doubt":["junk","damaged"]' ',"doubt":7'; do
		run -0 --separate-stderr ocrpage --engine mock \
		    <<<"{\"v\":1,\"kind\":\"page\",\"id\":\"a\",\"page\":1,\"image\":\"$PWD/p.png\"$had}"
		case $had in
		*damaged*) json '.doubt == ["confidence", "damaged", "junk"]' ;;
		*) json '.doubt == ["confidence", "junk"]' ;;
		esac
	done
}

# bats test_tags=brief
@test "a page of a few words is turned, too" {
	for turn in '-1 0 0 -1 300 300' '0 1 -1 0 200 150' '0 -1 1 0 200 400'; do
		drawn "BT /F 22 Tf $turn Tm (Annual Report) Tj ET"
		reads
		[ "$(jq -r '.markdown | gsub("\\s+$"; "")' <<<"$output")" = 'Annual Report' ]
		json 'has("doubt") | not'
		drawn "BT /F 11 Tf $turn Tm (${LINES[0]}) Tj ET" 620 620
		reads
		[ "$(jq -r '.markdown | gsub("\\s+$"; "")' <<<"$output")" = "${LINES[0]}" ]
	done
	drawn 'BT /F 22 Tf 100 300 Td (Annual Report) Tj ET'
	reads
	json 'has("turned") | not'
}

# body: LINES once, at the top of the page.
body()
{
	printf 'BT /F 12 Tf 20 TL 1 0 0 1 40 480 Tm\n'
	printf "(%s) '\n" "${LINES[@]}"
	printf 'ET\n'
}

# doubted: nothing was read but what is at the top, or it is said.
doubted()
{
	reads
	json '.doubt == ["ink"]' || return 1
}

@test "a stamp that leans, names in boxes and white labels are doubtful where they are not read" {
	local i name=KOWALCZYK

	# With a frame, as stamps have.
	drawn "$(body) q 0.97 0.242 -0.242 0.97 100 120 cm 2 w -10 -12 232 36 re S
	    BT /F 16 Tf 0 0 Td (RECEIVED 12 MAY 2003) Tj ET Q"
	doubted
	drawn "$(body) $(for i in {0..8}; do
		printf 'q 0.7 w %d 150 16 20 re S Q BT /F 15 Tf %d 155 Td (%s) Tj ET\n' \
		    $((60 + 16 * i)) $((63 + 16 * i)) "${name:i:1}"
	done)"
	reads
	json '.doubt == ["ink"] or (.markdown | test("KOWALCZYK"))'
	drawn "$(body) $(for i in 0 1 2 3; do
		printf 'q 0.12 0.2 0.35 rg %d 150 70 26 re f 1 g BT /F 10 Tf %d 159 Td (Accept) Tj ET Q\n' \
		    $((40 + 85 * i)) $((59 + 85 * i))
	done)"
	reads
	json '.doubt == ["ink"] or (.markdown | test("Accept"))'
}

@test "marks in a row, empty boxes and a dark picture are no lines that were not read" {
	local i

	drawn "$(body) $(for i in {0..11}; do
		printf '%d 150 9 9 re S %d %d 8 8 re f %d %d m %d %d l S\n' $((60 + 16 * i)) \
		    $((60 + 14 * i)) $((60 + 4 * i)) $((60 + 20 * i)) $((90 + 5 * i)) \
		    $((70 + 20 * i)) $((92 + 5 * i))
	done) 0.2 g 300 60 80 80 re f 1 g 310 70 20 30 re f 340 80 30 9 re f"
	reads
	json 'has("doubt") | not'
}
