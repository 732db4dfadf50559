#!/usr/bin/env bats
# Scans in a language that was not asked for: its letters are read as others, so
# that is said; nothing is said of names, quotations, tables and code.
load ../helper
load ../pdf
load layers

# Letters by their names in fonts, for the octal codes from 200 on.
LETTERS='adieresis odieresis udieresis germandbls eacute egrave agrave ecircumflex
    ccedilla lslash aogonek eogonek sacute zdotaccent oacute cacute nacute'

GERMAN=('Das Hafenamt f\202hrt ein Buch \202ber jedes Schiff, das seit dem'
	'Bau des alten Leuchtturms auf dem n\201rdlichen Felsen einlief,'
	'mit dem Namen und der Ladung, und wer es nach dort fuhr.'
	'Im Winter f\200hrt die F\200hre nicht, wenn der Wind zu stark ist,'
	'so dass die Briefe in einem Kasten neben der T\202r liegen.')
FRENCH=('Le bureau du port tient un livre de tous les navires qui sont'
	'entr\204s depuis que le vieux phare a \204t\204 b\206ti sur le rocher,'
	'avec le nom et la cargaison, et le ma\207tre qui les a men\204s.'
	'En hiver, la barque ne part pas quand le vent est trop fort,'
	'et les lettres restent dans une bo\207te pr\205s de la porte.')
POLISH=('Urz\212d portu prowadzi ksi\213g\213 ka\215dego statku, kt\216ry zawin\212\211'
	'tu od czasu, gdy na p\216\211nocnej skale stan\213\211a latarnia, z jego'
	'nazw\212 i \211adunkiem, a tak\215e kto by\211 na nim i sk\212d przyp\211yn\212\211.'
	'Zim\212 prom nie p\211ynie, je\214li wiatr jest za silny, wi\213c listy'
	'czekaj\212 w skrzynce przy drzwiach a\215 do wiosny, jak co roku.')

# Short, with few of the words that a language is full of.
FINNISH=('J\200senet kokoontuivat maanantaina suureen saliin ja kuulivat'
	'rahastonhoitajan kertomuksen. Kasvien myynnist\200 saadut tulot'
	'nousivat enemm\200n kuin edellisen\200 vuonna. Johtokunta kiitti'
	'l\200mpim\200sti kaikkia avustajia, jotka pysyiv\200t iltaan asti.'
	'Seuraava kokous on ensi kuussa samassa paikassa kello kuusi'
	'illalla ja sinne ovat kaikki tervetulleita kuten aina ennenkin.')

# scan NAME LINE...: they are the page NAME.png, in a font with LETTERS.
scan()
{
	pdf_begin a.pdf
	# shellcheck disable=SC2086 # a word each
	pdf_object "$pdf_next" "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica
/Encoding << /Type /Encoding /Differences [ 128 $(printf '/%s ' $LETTERS) ] >> >>"
	pdf_fonts+=" /W $pdf_next 0 R"
	pdf_next=$((pdf_next + 1))
	pdf_page 420 300 "$(text_at 40 250 12 W "${@:2}")"
	pdf_end
	pdftoppm -gray -png -r 150 -singlefile a.pdf "$1"
}

# doubts LANG NAME...: what is doubted of these pages, each.
doubts()
{
	local lang=$1 name

	for name in "${@:2}"; do
		jq -nc --arg id "$name" --arg image "$PWD/$name.png" \
		    '{v: 1, kind: "page", $id, page: 1, pages: 1, $image, dpi: 150}'
	done | ocrpage --lang "$lang" | jq -c '[.id, .doubt, .error.code]' | sort
}

# parts_of FILE: of each of its pages who read it, and what is doubted.
parts_of()
{
	document "$1" | doc2png | ocrpage |
	    jq -sc 'sort_by(.page)[] | [.page, .engine, .doubt, .error]'
}

@test "a scan in a language with letters of its own that was not asked for is doubtful" {
	scan de "${GERMAN[@]}"
	scan fr "${FRENCH[@]}"
	scan pl "${POLISH[@]}"
	run -0 --separate-stderr doubts eng de fr pl
	[ "$output" = '["de",["language"],null]
["fr",["language"],null]
["pl",["language"],null]' ]
}

@test "sentences without small words of what was asked for are doubtful" {
	scan finnish "${FINNISH[@]}"
	scan list 'steel bolt zinc plated, hexagon head; brass wood screw slotted,' \
	    'countersunk; copper pipe soft annealed thin wall, straight;' \
	    'nylon cable tie black, pack of 50; galvanized roof nail, large.'
	run -0 --separate-stderr doubts eng finnish list
	[ "$output" = '["finnish",["language"],null]
["list",null,null]' ]
}

@test "nothing is said where the language was asked for, or may be known to who reads" {
	local data=/usr/share/tesseract-ocr/5/tessdata lang

	scan de "${GERMAN[@]}"
	mkdir tessdata
	for lang in deu own; do
		ln -s "${TESSDATA_PREFIX:-$data}/eng.traineddata" "tessdata/$lang.traineddata"
	done
	export TESSDATA_PREFIX=$PWD/tessdata
	run -0 --separate-stderr doubts deu de
	[ "$output" = '["de",null,null]' ]
	run -0 --separate-stderr doubts own de
	[ "$output" = '["de",null,null]' ]
}

@test "English with names, a quotation and a table is not doubtful" {
	scan quoted "${BODY[@]}" 'Jos\204 de la Cruz and Karl von der Heide said: \253Das ist' \
	    'nicht der Wind, das ist die See\273, and went to Aix en Provence.'
	scan table 'de 12 34 56' 'la 11 22 33' 'en 41 52 63' 'un 10 20 30' 'Total 64 108 152'
	scan english "${BODY[@]}"
	run -0 --separate-stderr doubts eng english quoted table
	[ "$(jq -c 'select(.[1] | index("language")?)' <<<"$output")" = '' ]
	[ "$(wc -l <<<"$output")" = 3 ]
}

@test "what was read of a part of a page counts, and its own layer does not" {
	picture_of de.pgm 400 130 "$(text_at 10 100 12 F 'Der Rat und die Mitglieder haben sich mit dem' \
	    'Antrag befasst, der von einem Haus am Hafen ist,' \
	    'und nicht nur auf das Jahr zu warten, auch wenn es' \
	    'noch nach einer Antwort sucht, wie sie sich bei uns')"
	pdf_begin b.pdf
	pdf_picture de.pgm
	pdf_page 612 792 "$(text_at 50 720 12 F "${BODY[@]}") q 400 0 0 130 50 300 cm /Im Do Q"
	pdf_page 612 792 "$(text_at 50 720 12 F 'Der Rat und die Mitglieder haben sich mit dem' \
	    'Antrag befasst, der von einem Haus am Hafen ist,' 'und nicht nur auf das Jahr zu warten.')"
	pdf_end
	run -0 --separate-stderr parts_of b.pdf
	[ "$output" = '[1,"text+tesseract",["language"],null]
[2,"text",null,null]' ]
}
