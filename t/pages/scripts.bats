#!/usr/bin/env bats
# --lang auto: each page is read in the languages of its script whose data is there,
# and where none is, that is said.
load ../helper
load ../pdf
load layers

RUSSIAN=('Портовая контора ведёт книгу обо всех кораблях,'
	'которые вошли сюда с тех пор, как на северной'
	'скале построили старый маяк, с их именем и'
	'грузом, и кто их туда привёл. Зимой паром не'
	'ходит, когда ветер слишком сильный, так что'
	'письма лежат в ящике у двери до самой весны.')
GREEK=('Το γραφείο του λιμανιού κρατά βιβλίο για κάθε'
	'πλοίο που μπήκε εδώ από τότε που χτίστηκε ο'
	'παλιός φάρος πάνω στον βόρειο βράχο, με το'
	'όνομα και το φορτίο του. Τον χειμώνα το πλοίο'
	'δεν φεύγει όταν ο άνεμος είναι πολύ δυνατός,'
	'και έτσι τα γράμματα μένουν δίπλα στην πόρτα.')

# The letters of CP1251 and ISO-8859-7, by their names in fonts.
CYRILLIC="168 /afii10023 184 /afii10071 192 $(printf '/afii%d ' {10017..10022} {10024..10049} \
    {10065..10070} {10072..10097})"
HELLENIC='193 /Alpha /Beta /Gamma /Delta /Epsilon /Zeta /Eta /Theta /Iota /Kappa /Lambda /Mu
/Nu /Xi /Omicron /Pi /Rho 211 /Sigma /Tau /Upsilon /Phi /Chi /Psi /Omega
220 /alphatonos /epsilontonos /etatonos /iotatonos 225 /alpha /beta /gamma /delta /epsilon
/zeta /eta /theta /iota /kappa /lambda /mu /nu /xi /omicron /pi /rho /uni03C2 /sigma /tau
/upsilon /phi /chi /psi /omega 252 /omicrontonos /upsilontonos /omegatonos'

# font NAME DIFFERENCES: of fixed pitch, since the standard widths are those of Latin letters.
font()
{
	pdf_object "$pdf_next" "<< /Type /Font /Subtype /Type1 /BaseFont /Courier
/FirstChar 0 /LastChar 255 /Widths [ $(printf '600 %.0s' {0..255}) ]
/Encoding << /Type /Encoding /Differences [ $2 ] >> >>"
	pdf_fonts+=" /$1 $((pdf_next++)) 0 R"
}

# paper FONT CHARSET LINE...: a page with them.
paper()
{
	local line codes=()

	for line in "${@:3}"; do
		codes+=("$(iconv -t "$2" <<<"$line" | head -c -1 | od -An -v -to1 | tr -d '\n' |
		    sed 's/ /\\/g')")
	done
	pdf_page 420 300 "$(text_at 36 250 12 "$1" "${codes[@]}")"
}

# papers WORD...: a.pdf, with a page for each.
papers()
{
	local word

	pdf_begin a.pdf
	font C "$CYRILLIC"
	font G "$HELLENIC"
	for word; do
		case $word in
		russian) paper C CP1251 "${RUSSIAN[@]}" ;;
		greek) paper G ISO-8859-7 "${GREEK[@]}" ;;
		english) paper F ASCII "${BODY[@]}" ;;
		*) paper F ASCII "$word" ;;
		esac
	done
	pdf_end
}

# data LANG...: there is no other.
data()
{
	local lang from=${TESSDATA_PREFIX:-/usr/share/tesseract-ocr/5/tessdata}

	mkdir -p tessdata
	for lang; do
		ln -s "$from/$lang.traineddata" tessdata
	done
	export TESSDATA_PREFIX=$PWD/tessdata
}

# reads [OPTION...]: what is read of a.pdf, by who is at home in $locale.
reads()
{
	document a.pdf | doc2png --text never | env LC_ALL="${locale:-C.UTF-8}" ocrpage -j 1 "$@" | jq -sc 'sort_by(.page)[]'
}

@test "each page of a document is read in the languages of its script" {
	data eng ell osd rus
	papers russian english greek russian
	run -0 --separate-stderr reads --lang auto
	[ -z "$stderr" ]
	[ "$(page page lang engine error)" = '[1,"rus","tesseract",null]
[2,"eng","tesseract",null]
[3,"ell","tesseract",null]
[4,"rus","tesseract",null]' ]
	[ "$(jq -r 'select(.markdown | contains("кораблях")) | .page' <<<"$output" | xargs)" = '1 4' ]
	[ "$(jq -r 'select(.markdown | contains("harbour")) | .page' <<<"$output")" = 2 ]
	[ "$(jq -r 'select(.markdown | contains("χτίστηκε")) | .page' <<<"$output")" = 3 ]
	[ "$(jq -c 'select(.page != 3 and .doubt)' <<<"$output")" = '' ]
}

@test "who asks for languages is told none, and no page is looked at for its script" {
	data eng
	papers english
	run -0 --separate-stderr reads --lang eng
	[ "$(page page lang doubt)" = '[1,null,null]' ]
}

@test "a page with a few letters is read in the usual languages, or those it reads well in" {
	data eng osd rus
	papers 'Harbour office'
	run -0 --separate-stderr reads --lang auto
	[ "$(page lang markdown doubt)" = '["eng","Harbour office",null]' ]
	locale=ru_RU.UTF-8 run -0 --separate-stderr reads --lang auto
	[ "$(page lang markdown doubt)" = '["eng","Harbour office",null]' ]
}

@test "a script without data is a doubt, and a warning names its package once" {
	data eng osd
	papers russian russian english
	run -0 --separate-stderr reads --lang auto
	[ "$(jq -c '[.page, .lang, (.doubt // [] | index("language") != null)]' <<<"$output")" = \
	    '[1,"eng",true]
[2,"eng",true]
[3,"eng",false]' ]
	[ "$(jq -r .level <<<"$stderr")" = warn ]
	[[ $(jq -r .msg <<<"$stderr") == *Cyrillic*'install the package tesseract-ocr-rus' ]]
}

@test "a picture on a page is read in the script that it has" {
	data eng osd rus
	pdf_begin "$TMPDIR/c.pdf"
	font C "$CYRILLIC"
	paper C CP1251 "${RUSSIAN[@]}"
	pdf_end
	pdftoppm -gray -r 200 -singlefile "$TMPDIR/c.pdf" c
	pdf_begin a.pdf
	pdf_picture c.pgm
	pdf_page 612 792 "$(text_at 50 720 12 F "${BODY[@]}") q 420 0 0 300 50 250 cm /Im Do Q"
	pdf_end
	run -0 --separate-stderr bash -c "$(declare -f document)"'
		document a.pdf | doc2png | ocrpage --lang auto'
	[ "$(page engine lang doubt)" = '["text+tesseract","rus",null]' ]
	[[ $output == *harbour*кораблях* ]]
}

@test "what is missing for --lang auto is said before there is any work" {
	local lang

	data eng
	mkdir in
	run -2 --separate-stderr ocrpage --lang auto </dev/null
	[[ -z $output && $stderr == *'no language data for osd: install the package tesseract-ocr-osd'* ]]
	run -2 --separate-stderr quire run --lang auto in out
	[[ $stderr == 'quire: no language data for osd: '*'usage: quire run'* ]]
	[ ! -e "$QUIRE_DB" ]
	[ ! -e out ]
	rm -r tessdata
	unset TESSDATA_PREFIX
	data osd
	run -2 --separate-stderr ocrpage --lang auto </dev/null
	[[ -z $output && $stderr == *'install the package tesseract-ocr-eng '* ]]
	for lang in eng+auto auto+deu; do
		run -2 --separate-stderr ocrpage --lang "$lang" </dev/null
		[[ -z $output && $stderr == "ocrpage: --lang $lang: auto stands alone"* ]]
	done
}

@test "a program of one's own is told that it is to find the languages" {
	papers 'auto'
	printf '#!/bin/sh\nexec jq --unbuffered -c "{text: .lang}"\n' >mine
	chmod +x mine
	run -0 --separate-stderr reads --engine exec:./mine --lang auto
	[ "$(page lang engine markdown)" = '[null,"exec:mine","auto"]' ]
}
