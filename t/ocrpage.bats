#!/usr/bin/env bats
# ocrpage: page images become text, by Tesseract in resident workers.
# Scripts in single quotes are for others.
# shellcheck disable=SC2016
load helper
load pdf
load sheets

setup()
{
	quire_setup
	mkdir -m 700 "${QUIRE_WORK:?}"
}

# long_page N: pN.png again, as a page that takes some seconds.
long_page()
{
	local i text="BT /F 8 Tf 9 TL 20 780 Td"

	for i in {1..80}; do
		text+=" ($WORDS, $WORDS, $WORDS, $WORDS $i) '"
	done
	pdf_begin b.pdf
	pdf_page 600 800 "$text ET"
	pdf_end
	pdftoppm -gray -png -r 150 -singlefile b.pdf "p$1"
}

# codes: page, code and class of each error of $output.
codes()
{
	jq -c 'select(.error) | [.page, .error.code, .error.class]' <<<"$output"
}

# workers: the processes of the ocrpage that start_ocrpage has started.
workers()
{
	tr ' ' '\n' <"/proc/$pid/task/$pid/children" | sed '/^$/d'
}

# ticks PID: the CPU time that it has used.
ticks()
{
	local stat
	read -ra stat <"/proc/$1/stat"
	echo $((stat[13] + stat[14]))
}

# busy_since PID TICKS: it has a page in hand, which costs it CPU time.
busy_since()
{
	[ "$(ticks "$1")" -ge $(($2 + 20)) ]
}

# taken N: it has begun with so many records, as it shows once a second.
taken()
{
	[ "$(jq .in "$QUIRE_PROGRESS/ocrpage.$pid" 2>/dev/null || echo 0)" -ge "$1" ]
}

# lines FILE N: it has at least so many.
lines()
{
	[ "$(wc -l <"$1")" -ge "$2" ]
}

# start_ocrpage OPTION...: from descriptor 4 to out and err.
start_ocrpage()
{
	mkfifo in
	mkdir progress
	export QUIRE_PROGRESS=$PWD/progress
	ocrpage "$@" <in >out 2>err 3>&- &
	pid=$!
	exec 4>in
}

# end_ocrpage STATUS: its input ends, and so does it. Sets output and stderr.
end_ocrpage()
{
	local status=0
	exec 4>&-
	wait "$pid" || status=$?
	output=$(cat out) stderr=$(cat err)
	[ "$status" -eq "$1" ]
}

@test "the text of a sample is found, with a confidence from 0 to 1" {
	scan=$QUIRE_TOP/share/quire/samples/scan.pdf
	run -0 --separate-stderr bash -c 'set -o pipefail
	    jq -nc --arg path "$1" "{v: 1, kind: \"document\", id: \"a\", \$path}" | doc2png | ocrpage' _ "$scan"
	[ -z "$stderr" ]
	json '.kind == "page" and .engine == "tesseract" and .confidence > 0.7 and .confidence <= 1'
	json '.markdown | startswith("Letter to the Archive") and contains("Keep them in order")
	    and contains("\n\n") and (test("[ \n]$") | not)'
	json '.took_ms | .doc2png >= 0 and .ocrpage > 0'
	[ -f "$(jq -r .image <<<"$output")" ]
}

@test "a page without ink is empty text, and no error" {
	pdf_begin a.pdf
	pdf_page 300 120 ''
	pdf_end
	pdftoppm -gray -png -r 100 -singlefile a.pdf p1
	run -0 --separate-stderr ocrpage <<<"$(page 1)"
	[ -z "$stderr" ]
	json '.markdown == "" and .confidence == 0 and .engine == "tesseract"'
}

@test "all pages come, whatever the order, with their own text" {
	images 6
	for j in 1 2 4; do
		run -0 --separate-stderr ocrpage -j "$j" <<<"$(page 1 2 3 4 5 6)"
		[ -z "$stderr" ]
		[ "$(jq -c '[.page, .markdown]' <<<"$output" | sort)" = \
		    "$(for i in {1..6}; do echo "[$i,\"$WORDS $i\"]"; done)" ]
	done
	leftovers
}

# bats test_tags=brief
@test "there are as many workers as are said, with one thread each, and they stay" {
	images 4
	start_ocrpage -j 2
	[ -z "$(workers)" ]
	page 1 >&4
	within 30 lines out 1
	[ "$(workers | wc -l)" -eq 1 ]
	first=$(workers)
	page 2 3 4 1 2 3 >records
	cat records >&4
	within 30 lines out 7
	[ "$(workers | wc -l)" -eq 2 ]
	workers | grep -x "$first"
	for worker in $(workers); do
		grep -qx $'Threads:\t1' "/proc/$worker/status"
		grep -qx $'Seccomp:\t2' "/proc/$worker/status"
		grep -qx $'NoNewPrivs:\t1' "/proc/$worker/status"
	done
	end_ocrpage 0
	rm -r progress
	leftovers
}

# bats test_tags=brief
@test "--rm removes the image in the work directory, and the member; no other file" {
	images 2
	mkdir "$QUIRE_WORK/a.0123456789abcdef"
	cp p1.png "$QUIRE_WORK/a.0123456789abcdef/p-0001.png"
	run -0 --separate-stderr ocrpage --rm < <(
	    page 1 | jq -c --arg work "$QUIRE_WORK/a.0123456789abcdef" '. + {$work, image: "\($work)/p-0001.png"}'
	    page 2
	    page 2 | jq -c --arg work "$PWD" '. + {$work}')
	json '.engine == "tesseract"'
	[ "$(jq -c '[.page, .image] | select(.[0] == 1)' <<<"$output")" = '[1,null]' ]
	[ "$(jq -r 'select(.page == 2) | .image' <<<"$output")" = "$PWD/p2.png"$'\n'"$PWD/p2.png" ]
	[ -z "$(ls "$QUIRE_WORK/a.0123456789abcdef")" ]
	[ -f p2.png ]
	# The one that claimed a work directory that is none.
	[ "$(jq -r .code <<<"$stderr")" = work.path ]
}

@test "an image that cannot be read stays, --rm or not" {
	mkdir "$QUIRE_WORK/a.0123456789abcdef"
	echo none >"$QUIRE_WORK/a.0123456789abcdef/p-0001.png"
	run -1 --separate-stderr ocrpage --rm <<<"$(images 1; page 1 |
	    jq -c --arg work "$QUIRE_WORK/a.0123456789abcdef" '. + {$work, image: "\($work)/p-0001.png"}')"
	[ "$(codes)" = '[1,"page.image","validation"]' ]
	[ -f "$QUIRE_WORK/a.0123456789abcdef/p-0001.png" ]
}

@test "--set tesseract.NAME=VALUE sets its variables, and one that it has not is a wrong command line" {
	images 1
	page 1 >in
	run -0 --separate-stderr ocrpage --set tesseract.tessedit_char_whitelist=LSVXlsvx <in
	[[ $(jq -r .markdown <<<"$output") =~ [lsvLSV] ]]
	[[ ! $(jq -r .markdown <<<"$output") =~ [^LSVXlsvx[:space:]] ]]
	run -2 --separate-stderr ocrpage --set tesseract.no_such_thing=1 <in
	[[ $stderr == *'Tesseract has no variable'*'no_such_thing=1'* ]]
	[ -z "$output" ]
}

@test "a language without data names its package, and nothing is read" {
	echo 'as it was' >in
	for lang in xyz eng+xyz; do
		run -0 --separate-stderr bash -c '{ ocrpage --lang "$1"; echo "$?"; cat; } <in' _ "$lang"
		[ "$output" = $'2\nas it was' ]
		[[ $stderr == *'tesseract-ocr-xyz'* ]]
	done
	run -2 --separate-stderr ocrpage --lang chi_xxx </dev/null
	[[ -z $output && $stderr == *'tesseract-ocr-chi-xxx'* ]]
	for lang in '' ../eng eng+ '/etc/passwd'; do
		run -2 --separate-stderr ocrpage --lang "$lang" </dev/null
		[[ -z $output && $stderr == *'name of a language'* ]]
	done
}

# bats test_tags=brief
@test "a resolution or a number of jobs that cannot be is a wrong command line" {
	for option in --dpi=49 --dpi=2401 --dpi=x -j0 -j-1 --jobs=1025; do
		run -2 --separate-stderr ocrpage "$option" </dev/null
		[[ -z $output && $stderr == ocrpage:* ]]
	done
	images 1
	run -0 --separate-stderr ocrpage --dpi 150 <<<"$(page 1 | jq -c 'del(.dpi)')"
	json ".markdown == \"$WORDS 1\" and (has(\"dpi\") | not)"
}

@test "pages that have their text pass byte for byte" {
	in='{"v":1, "kind":"page","id":"a","page":1,"pages":2 ,"markdown":"é \u00e9 \\","big":12345678901234567890}
{"v":1,"kind":"page","id":"a","page":2,"pages":2,"markdown":"","image":"/nowhere/p.png"}
{"v":1,"kind":"page","id":"a","page":3,"error":{"stage":"doc2png","class":"validation","code":"page.large","message":"x"}}'
	run -1 --separate-stderr ocrpage --rm <<<"$in"
	[ "$output" = "$in" ]
	[ -z "$stderr" ]
}

@test "what is no page image fails that page alone" {
	images 7
	echo 'no image' >p1.png
	head -c 400 p2.png >part
	mv part p2.png
	rm p3.png && mkfifo p3.png
	mv p4.png real.png && ln -s real.png p4.png
	rm p5.png && mkdir p5.png
	rm p6.png
	run -1 --separate-stderr ocrpage <<<"$(page 1 2 3 4 5 6 7; page 8 | jq -c 'del(.image)')"
	[ "$(codes | sort)" = '[1,"page.image","validation"]
[2,"page.image","validation"]
[3,"page.image","permanent"]
[4,"page.image","permanent"]
[5,"page.image","permanent"]
[6,"page.image","permanent"]
[8,"record.member","validation"]' ]
	[ "$(jq -r 'select(.error | not) | .markdown' <<<"$output")" = "$WORDS 7" ]
	[ "$(jq -r .level <<<"$stderr" | sort | uniq -c | tr -s ' ')" = ' 7 warn' ]
}

@test "an image that would take all memory is refused before it takes any" {
	# 31000 x 33000 pixels, in a file of a few bytes.
	images 1
	{
		head -c 16 p1.png
		printf '\0\0\x79\x18\0\0\x80\xe8\x08\0\0\0\0'
		printf '\xdd\xf7\xfd\xb9'
		tail -c +34 p1.png
	} >p2.png
	run -1 --separate-stderr ocrpage <<<"$(page 2 1)"
	[ "$(codes)" = '[2,"page.large","validation"]' ]
	[ "$(jq -r 'select(.page == 1) | .markdown' <<<"$output")" = "$WORDS 1" ]
}

@test "a document's record is not for ocrpage" {
	run -1 --separate-stderr ocrpage <<<'{"v":1,"kind":"document","id":"a"}'
	[ "$(codes)" = '[null,"record.kind","validation"]' ]
}

# bats test_tags=brief
@test "a worker killed with -9 fails the page in its hands and no other" {
	images 4
	long_page 2
	start_ocrpage -j 1
	page 1 >&4
	within 30 lines out 1
	worker=$(workers)
	was=$(ticks "$worker")
	page 2 >&4
	within 30 busy_since "$worker" "$was"
	kill -KILL "$worker"
	page 3 4 >&4
	end_ocrpage 1
	[ "$(jq -c '[.page, .markdown, .error.code, .error.class]' <<<"$output")" = "[1,\"$WORDS 1\",null,null]
[2,null,\"ocr.died\",\"transient\"]
[3,\"$WORDS 3\",null,null]
[4,\"$WORDS 4\",null,null]" ]
	[ "$(jq -r .code <<<"$stderr")" = ocr.died ]
	rm -r progress
	leftovers
}

# bats test_tags=brief
@test "an idle worker that is killed costs no page" {
	images 2
	start_ocrpage -j 1
	page 1 >&4
	within 30 lines out 1
	kill -KILL "$(workers)"
	page 2 >&4
	end_ocrpage 0
	[ "$(jq -r .markdown <<<"$output")" = "$WORDS 1"$'\n'"$WORDS 2" ]
	[ -z "$stderr" ]
}

# give_to_stopped: page 1 is read, and 2 given to the one worker, which is stopped.
give_to_stopped()
{
	images 2
	start_ocrpage -j 1
	page 1 >&4
	within 30 lines out 1
	worker=$(workers)
	kill -STOP "$worker"
	page 2 >&4
	within 30 taken 2
}

# bats test_tags=brief
@test "a page that its worker had not seen when it was killed is read by another" {
	give_to_stopped
	kill -KILL "$worker"
	end_ocrpage 0
	[ "$(jq -r .markdown <<<"$output")" = "$WORDS 1"$'\n'"$WORDS 2" ]
	[ -z "$stderr" ]
	rm -r progress
	leftovers
}

# bats test_tags=brief
@test "the first SIGTERM lets the page in hand end and passes the others" {
	give_to_stopped
	kill -TERM "$pid"
	within 30 grep -q 'told to stop' err
	page 1 >&4
	within 30 lines out 2
	kill -CONT "$worker"
	end_ocrpage 143
	[ "$(jq -c '[.page, .markdown, .error.code]' <<<"$output")" = "[1,\"$WORDS 1\",null]
[1,null,\"stage.stopped\"]
[2,\"$WORDS 2\",null]" ]
	rm -r progress
	leftovers
}

# bats test_tags=brief
@test "the second SIGTERM, or a SIGKILL, ends it at once and its workers too" {
	images 2
	for signal in TERM KILL; do
		start_ocrpage -j 2
		page 1 >&4
		within 30 lines out 1
		kill -STOP "$(workers)"
		page 2 >&4
		within 30 taken 2
		kill -TERM "$pid"
		within 30 grep -q 'told to stop' err
		once_more -"$signal" "$pid"
		end_ocrpage $((128 + $(kill -l "$signal")))
		[ "$(jq .page <<<"$output")" = 1 ]
		rm -r progress in
		leftovers
	done
}

# mock LINE...: the script of the engine mock.
mock()
{
	printf '%s\n' "$@" >script
	export QUIRE_MOCK=$PWD/script
}

# blanks N: p1.png and so on, files that no image is in.
blanks()
{
	for ((i = 1; i <= $1; i++)); do
		: >"p$i.png"
	done
}

@test "the engine mock says which page it is, and needs no Tesseract and no image" {
	blanks 2
	export TESSDATA_PREFIX=$PWD
	run -0 --separate-stderr ocrpage --engine mock --lang xyz < <(
	    page 1
	    page 2 | jq -c 'del(.dpi) + {width: 1700, height: 2200}')
	[ -z "$stderr" ]
	[ "$(jq -c '[.page, .markdown, .engine, .confidence]' <<<"$output")" = '[1,"Page 1, 150 dpi","mock",1]
[2,"Page 2, 1700 x 2200 pixels","mock",1]' ]
	run -0 --separate-stderr ocrpage --engine=mock --dpi 300 <<<"$(page 2)"
	json '.markdown == "Page 2, 300 dpi"'
}

@test "the text of a page's own layer is taken where the page says the same" {
	local hall='The members met on Monday in the large hall and heard the report'

	blanks 4
	mock "$(jq -nc --arg t "${hall/members/rnembers}" '{page: 1, text: $t}')" \
	    "$(jq -nc --arg t "$hall" '{page: 2, text: $t, confidence: 0.9}')" \
	    '{"page":3,"text":"Tnasa TpeTba Bo3BpamieHue"}' \
	    '{"page":4,"error":{"class":"transient","code":"ocr.died","message":"gone"}}'
	run -1 --separate-stderr ocrpage --engine mock < <(
		page 1 | jq -c --arg l "$hall" '.layer = $l'
		page 2 | jq -c '.layer = "Esp xpxmpcd xpe zy Xzyolj ty esp wlcrp slww"'
		page 3 | jq -c '.layer = "Глава третья Возвращение" | .doubt = ["ink"]'
		page 4 | jq -c --arg l "$hall" '.layer = $l')
	[ "$(jq -c '[.page, .markdown, .engine, .confidence, .doubt, .error.code]' <<<"$output" | sort)" = \
	    "[1,\"$hall\",\"text\",null,null,null]
[2,\"$hall\",\"mock\",0.9,null,null]
[3,\"Глава третья Возвращение\",\"text\",null,[\"ink\",\"language\"],null]
[4,null,null,null,null,\"ocr.died\"]" ]
	[ "$(jq -c 'select(has("layer")).page' <<<"$output")" = 4 ]
}

@test "a layer that looks right stays, doubtful, where nothing better is read" {
	local hall='The members met on Monday in the large hall and heard the report'

	blanks 4
	mock '{"page":1,"text":""}' '{"page":2,"text":"~ . ae","confidence":0.4}' \
	    '{"page":3,"text":"~ . ae","confidence":0.4}' \
	    '{"page":4,"text":"Nothing of that is here","confidence":0.9}'
	run -0 --separate-stderr ocrpage --engine mock < <(
		page 1 | jq -c --arg l "$hall" '.layer = $l | .why = "font"'
		page 2 | jq -c --arg l "$hall" '.layer = $l | .why = "scan"'
		page 3 | jq -c '.layer = "Esp xpxmpcd xpe zy Xzyolj" | .why = "font"'
		page 4 | jq -c --arg l "$hall" '.layer = $l | .why = "scan"')
	[ "$(jq -c '[.page, .markdown, .engine, .doubt]' <<<"$output" | sort)" = \
	    "[1,\"$hall\",\"text\",[\"font\"]]
[2,\"$hall\",\"text\",[\"font\"]]
[3,\"~ . ae\",\"mock\",[\"confidence\"]]
[4,\"Nothing of that is here\",\"mock\",null]" ]
}

@test "a layer over a picture that has more words is doubtful, or not taken" {
	local hall='The members met on Monday in the large hall and heard the report'
	local head='Harbour Trust of Whitby, registered charity'

	blanks 4
	mock "$(jq -nc --arg t "$head $hall" '{page: 1, text: $t, confidence: 0.95}')" \
	    "$(jq -nc --arg t "$head ${hall/members/rnernbers}" '{page: 2, text: $t, confidence: 0.95}')" \
	    "$(jq -nc --arg t "w~ ~aes 1l1 tttt $hall" '{page: 3, text: $t, confidence: 0.95}')" \
	    "$(jq -nc --arg t "$head $hall" '{page: 4, text: $t, confidence: 0.95}')"
	run -0 --separate-stderr ocrpage --engine mock < <(
		page 1 2 3 | jq -c --arg l "$hall" '.layer = $l | .why = "scan"'
		page 4 | jq -c --arg l "$hall" '.layer = $l | .why = "font"')
	[ "$(jq -c '[.page, .markdown, .engine, .doubt]' <<<"$output" | sort)" = \
	    "[1,\"$head $hall\",\"mock\",null]
[2,\"$hall\",\"text\",[\"ink\"]]
[3,\"$hall\",\"text\",null]
[4,\"$hall\",\"text\",null]" ]
}

@test "a layer with letters of a language that was not asked for is taken" {
	local saal='Die Mitglieder hörten im großen Saal die Rede über Köln'
	local salon='Üyeler büyük salonda yıllık raporu dinledi ve başkanı yeniden seçti'

	blanks 3
	mock '{"page":1,"text":"Die Mitglieder horten im groBen Saal die Rede iiber Kéln","confidence":0.9}' \
	    '{"page":2,"text":"Oyeler biiyiik salonda yillik rapotu din1edi ve baskan1 yeniden segti","confidence":0.9}' \
	    "$(jq -nc --arg t "$saal" '{page: 3, text: $t, confidence: 0.9}')"
	run -0 --separate-stderr ocrpage --engine mock < <(
		page 1 | jq -c --arg l "$saal" '.layer = $l | .why = "hidden"'
		page 2 | jq -c --arg l "$salon" '.layer = $l | .why = "scan"'
		page 3 | jq -c --arg l "${saal//ö/ô}" '.layer = $l | .why = "hidden"')
	[ "$(jq -c '[.page, .markdown, .engine, .doubt]' <<<"$output" | sort)" = \
	    "[1,\"$saal\",\"text\",null]
[2,\"$salon\",\"text\",[\"language\"]]
[3,\"$saal\",\"mock\",null]" ]
}

@test "an invisible layer is taken where the page is read poorly and it agrees" {
	local hall='The members met on Monday in the large hall and heard the report'

	blanks 5
	mock "$(jq -nc --arg t "$hall" '{page: 1, text: $t, confidence: 0.9}')" \
	    "$(jq -nc --arg t "${hall/members/rnernbers}" '{page: 2, text: $t, confidence: 0.4}')" \
	    '{"page":3,"text":"Nothing of that is here","confidence":0.4}' \
	    '{"page":4,"text":"Tnasa TpeTba Bo3BpamieHue","confidence":0.4}' \
	    '{"page":5,"text":"The large hall","confidence":0.9}'
	run -0 --separate-stderr ocrpage --engine mock < <(
		page 1 | jq -c --arg l "${hall/heard/neard}" '.layer = $l | .why = "hidden"'
		page 2 3 | jq -c --arg l "$hall" '.layer = $l | .why = "hidden"'
		page 4 5 | jq -c '.layer = "Глава третья Возвращение" | .why = "hidden"')
	[ "$(jq -c '[.page, .markdown, .engine, .doubt]' <<<"$output" | sort)" = \
	    "[1,\"$hall\",\"mock\",null]
[2,\"$hall\",\"text\",null]
[3,\"Nothing of that is here\",\"mock\",[\"confidence\"]]
[4,\"Глава третья Возвращение\",\"text\",[\"language\"]]
[5,\"The large hall\",\"mock\",null]" ]
	json 'has("layer") | not'
}

@test "the engine mock answers as its script says" {
	blanks 5
	mock '{"page":1,"text":"# no heading","confidence":0.5}' \
	    '{"page":2,"markdown":"# a heading\n","delay_ms":1}' \
	    '{"page":3,"error":{"class":"transient","code":"ocr.timeout","message":"too slow"}}' \
	    '{"text":"the rest"}'
	run -1 --separate-stderr ocrpage --engine mock <<<"$(page 1 2 3 4 5)"
	[ "$(jq -c '[.page, .markdown, .engine, .confidence, .error.code, .error.class, .error.message]' <<<"$output" |
	    sort)" = '[1,"\\# no heading","mock",0.5,null,null,null]
[2,"# a heading","mock",null,null,null,null]
[3,null,null,null,"ocr.timeout","transient","too slow"]
[4,"the rest","mock",null,null,null,null]
[5,"the rest","mock",null,null,null,null]' ]
	[ "$(jq -r .code <<<"$stderr")" = ocr.timeout ]
}

@test "an empty answer of an engine that does not say why is doubtful" {
	blanks 2
	mock '{"page":1,"text":""}' '{"page":2,"text":" \n"}'
	run -0 --separate-stderr ocrpage --engine mock <<<"$(page 1; page 2 | jq -c '.blank = true')"
	[ "$(jq -c '[.markdown, .doubt, .blank]' <<<"$output" | sort)" = '["",["unread"],null]
["",null,true]' ]
}

@test "the engine mock can stop the command, or kill it" {
	blanks 2
	mock '{"error":{"class":"fatal","code":"ocr.lang","message":"no key"}}'
	run -3 --separate-stderr ocrpage --engine mock <<<"$(page 1)"
	[ "$(codes)" = '[1,"ocr.lang","transient"]' ]
	mock '{"text":"one"}' '{"crash":true}'
	run -137 --separate-stderr ocrpage --engine mock -j 1 < <(page 1 2)
	leftovers
}

@test "a script of the engine mock that makes no sense is a wrong command line" {
	mock '{"text":"one"}' '{"page":1}'
	run -2 --separate-stderr ocrpage --engine mock <<<"$(page 1)"
	[[ -z $output && $stderr == *"script: line 2: one of text"* ]]
	export QUIRE_MOCK=/nowhere/script
	run -2 --separate-stderr ocrpage --engine mock </dev/null
	[[ -z $output && $stderr == *'/nowhere/script: No such file'* ]]
	run -2 --separate-stderr ocrpage --engine other </dev/null
	[[ -z $output && $stderr == ocrpage:* ]]
}

@test "no model is loaded where no page needs one; data that cannot be loaded stops the first" {
	mkdir data
	echo 'no model' >data/eng.traineddata
	export TESSDATA_PREFIX=$PWD/data
	run -0 --separate-stderr ocrpage </dev/null
	[[ -z $output && -z $stderr ]]
	record='{"v":1,"kind":"page","id":"a","page":1,"pages":1,"markdown":"as it was"}'
	run -0 --separate-stderr ocrpage <<<"$record"
	[ "$output" = "$record" ]
	images 1
	run -3 --separate-stderr ocrpage <<<"$(page 1)"
	[ "$(codes)" = '[1,"ocr.lang","transient"]' ]
	[[ $stderr == *'cannot be loaded'* ]]
}

# peak N: of memory, in KiB, after so many records that pass.
peak()
{
	start_ocrpage -j 1
	yes "$record" | head -n "$1" >&4
	within 60 lines out "$1"
	sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$pid/status"
	end_ocrpage 0
	rm -r progress in
}

@test "memory does not grow with the number of records" {
	[[ $QUIRE_BIN != *asan* ]] || skip "not with the sanitizers"
	record='{"v":1,"kind":"page","id":"a","page":1,"pages":2,"markdown":"Some words, as they were."}'
	few=$(peak 1000)
	many=$(peak 100000)
	[ "$few" -gt 0 ]
	[ $((many * 10)) -le $((few * 11)) ]
}

@test "what is set and is nobody's is a wrong command line" {
	local set

	for set in nonsense image.side=3 tesseract.foo=1; do
		run -2 --separate-stderr ocrpage --set "$set" </dev/null
		[[ $stderr == *"${set#*.}"* ]]
	done
	run -2 --separate-stderr ocrpage --engine exec:cat --set image.side=3 </dev/null
	run -0 ocrpage --engine exec:cat,generic --server http://127.0.0.1:9 --set image.side=300 </dev/null
}
