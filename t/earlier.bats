#!/usr/bin/env bats
# ocrpage --cache and Tesseract: a page is read once, for as long as the same program,
# with the same data, is asked the same.
load helper
load pdf
load sheets

setup()
{
	quire_setup
	mkdir -m 700 "${QUIRE_WORK:?}"
}

# how_many: of the pages that were read, those of which an answer was kept.
how_many()
{
	jq -s 'map(select(.cached)) | length' "$1"
}

# answers: those that are kept, by their names and files.
answers()
{
	find jobs.db-pages -type f -not -name '.*' -printf '%f %i\n' | sort
}

@test "a page is read once, and says the same the second time" {
	images 2
	page 1 2 | ocrpage --cache kept >first
	[ "$(how_many first)" -eq 0 ]
	page 1 2 | ocrpage --cache kept >second
	[ "$(how_many second)" -eq 2 ]
	# The same image under another name, of another document.
	cp p1.png p3.png
	page 3 | jq -c '.id = "b"' | ocrpage --cache kept >third
	[ "$(how_many third)" -eq 1 ]
	jq -e '.engine == "tesseract" and .markdown == "Seventy loose sheets of paper 1"' third
	diff <(jq -S 'del(.cached, .took_ms)' first | sort) <(jq -S 'del(.cached, .took_ms)' second | sort)
}

@test "regions, too; and no answer of another question" {
	images 1
	# shellcheck disable=SC2016 # jq's
	regions='.layout = {lines: [{box: [0, 0, 625, 40], text: "Above"}]} | .regions = [[0, 50, 625, 250]]'
	page 1 | jq -c "$regions" | ocrpage --cache kept >first
	page 1 | jq -c "$regions" | ocrpage --cache kept >second
	[ "$(how_many second)" -eq 1 ]
	jq -e '.markdown | contains("Seventy loose sheets of paper 1")' second
	[ "$(jq .markdown first)" = "$(jq .markdown second)" ]
	{
		page 1 | ocrpage --cache kept
		page 1 | jq -c '.dpi = 151' | ocrpage --cache kept
		page 1 | ocrpage --cache kept --set tesseract.preserve_interword_spaces=1
		page 1 | jq -c "$regions | .regions[0][3] = 249" | ocrpage --cache kept
	} >other
	[ "$(jq -s length other)" -eq 4 ]
	[ "$(how_many other)" -eq 0 ]
}

@test "other data, or none that can be told, is another reader" {
	images 1
	mkdir data
	for dir in /usr/share/tesseract-ocr/{5,4.00}/tessdata; do
		[[ ! -e $dir/eng.traineddata ]] || cp "$dir/eng.traineddata" data
	done
	[[ -e data/eng.traineddata ]]
	export TESSDATA_PREFIX=$PWD/data
	page 1 | ocrpage --cache kept >first
	page 1 | ocrpage --cache kept >second
	[ "$(how_many second)" -eq 1 ]
	touch -d '2001-02-03' data/eng.traineddata
	page 1 | ocrpage --cache kept >third
	[ "$(how_many third)" -eq 0 ]
}

@test "an answer that is damaged, or makes no sense, is read anew" {
	images 1
	page 1 | ocrpage --cache kept >first
	f=$(find kept -type f)
	sed -i 's/Seventy/Seventh/' "$f"
	page 1 | ocrpage --cache kept >second 2>log
	grep -q 'is damaged, and not used' log
	[ "$(how_many second)" -eq 0 ]
	jq -e '.markdown | startswith("Seventy")' second
	for odd in '' odd "$(head -c 3000 /dev/zero | tr '\0' x)"; do
		printf 'quire answer %d %s\n%s' "${#odd}" "$(printf %s "$odd" | sha256sum | cut -d' ' -f1)" "$odd" >"$f"
		page 1 | ocrpage --cache kept >second
		[ "$(how_many second)" -eq 0 ]
		jq -e '.markdown | startswith("Seventy")' second
	done
}

@test "what could not be read is tried again, and doubt is kept" {
	images 1
	head -c 200 p1.png >p2.png
	page 2 | ocrpage --cache kept >first || true
	jq -e '.error.code == "page.image"' first
	[ "$(find kept -type f | wc -l)" -eq 0 ]
	# Half of a page's letters are noise.
	pdf_begin b.pdf
	pdf_page 300 120 'BT /F 4 Tf 20 60 Td (zxq vkj wqx) Tj ET'
	pdf_end
	pdftoppm -gray -png -r 60 -singlefile b.pdf p3
	page 3 | ocrpage --cache kept >first
	page 3 | ocrpage --cache kept >second
	[ "$(jq -c '[.doubt, .confidence]' first)" = "$(jq -c '[.doubt, .confidence]' second)" ]
	[ "$(how_many second)" -eq 1 ]
}

@test "a book that was killed goes on where it was" {
	images 12
	mkdir in
	cp a.pdf in
	QUIRE_DB=$PWD/jobs.db setsid quire run --text never -j1 in out 2>/dev/null &
	pid=$!
	within 100 some_are_kept
	kill -KILL -- "-$pid"
	wait "$pid" || :
	answers >killed
	QUIRE_DB=$PWD/jobs.db run -0 --separate-stderr quire run --text never -j1 in out
	for i in {1..12}; do
		grep -q "Seventy loose sheets of paper $i$" out/a.pdf.md
	done
	# None of those was made again.
	answers >all
	[ "$(wc -l <all)" -eq 12 ]
	[ "$(wc -l <killed)" -ge 3 ]
	[ -z "$(comm -23 killed all)" ]
}

# some_are_kept: three pages.
some_are_kept()
{
	[[ -d jobs.db-pages && $(answers | wc -l) -ge 3 ]]
}

@test "a folder that cannot be used is an error where it is asked for, else a warning" {
	images 1
	mkdir -m 777 kept
	chmod 777 kept
	page 1 >one
	run -2 --separate-stderr ocrpage --cache kept <one
	[[ $stderr == *'others may write to it (chmod 700)'* ]]
	run -0 --separate-stderr ocrpage --cache kept --cache-optional <one
	[[ $stderr == *'no page is kept: kept: it belongs to another user, or others may write to it'* ]]
	json '.markdown == "Seventy loose sheets of paper 1"'
	# As it is beside a ledger.
	mkdir in
	cp a.pdf in
	touch jobs.db-pages
	QUIRE_DB=$PWD/jobs.db run -0 --separate-stderr quire run --text never in out
	[[ $stderr == *'no page is kept'* ]]
	grep -q 'Seventy loose sheets of paper 1' out/a.pdf.md
	QUIRE_DB=$PWD/jobs.db run ! quire run --text never --cache jobs.db-pages --force in out
	# What is kept within SRC is no document.
	QUIRE_DB=$PWD/jobs.db run -0 --separate-stderr quire run --text never --cache in/kept --force in out
	QUIRE_DB=$PWD/jobs.db run -0 --separate-stderr quire run --text never --cache in/kept in out
	[[ $stderr != *unsupported* ]]
}

@test "data of a folder of one's own is known, and data that changes in mid-run is kept by none" {
	images 3
	mkdir -p data/best
	for dir in /usr/share/tesseract-ocr/{5,4.00}/tessdata; do
		[[ ! -e $dir/eng.traineddata ]] || cp "$dir/eng.traineddata" data/best
	done
	export TESSDATA_PREFIX=$PWD/data
	page 1 | ocrpage --lang best/eng --cache kept >first
	page 1 | ocrpage --lang best/eng --cache kept >second
	[ "$(how_many second)" -eq 1 ]
	touch -d '2001-02-03' data/best/eng.traineddata
	page 1 | ocrpage --lang best/eng --cache kept >third
	[ "$(how_many third)" -eq 0 ]
	n=$(find kept -type f | wc -l)
	mkfifo pipe
	ocrpage --lang best/eng --cache kept <pipe >out 2>log &
	pid=$!
	exec 9>pipe
	page 2 >&9
	within 60 test -s out
	touch -d '2002-02-03' data/best/eng.traineddata
	page 3 >&9
	exec 9>&-
	wait "$pid"
	[ "$(jq -s length out)" -eq 2 ]
	grep -q "its data has changed" log
	[ "$(find kept -type f | wc -l)" -eq $((n + 1)) ]
}

@test "what a reader of others' pages said is none of an isolated one's" {
	images 1
	page 1 | ocrpage --cache kept >first
	page 1 | ocrpage --cache kept --isolate >second
	[ "$(how_many second)" -eq 0 ]
	page 1 | ocrpage --cache kept --isolate >third
	[ "$(how_many third)" -eq 1 ]
}
