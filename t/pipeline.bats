#!/usr/bin/env bats
# All commands together: by hand, and by quire run.
load helper
# shellcheck disable=SC2034 # of helper
leaks=true
load pdf
load run

setup()
{
	run_setup
}

@test "by hand, the samples become Markdown and the broken one is named" {
	run -1 --separate-stderr by_hand "$samples" out
	[ "${#lines[@]}" -eq 5 ]
	run -0 jq -rs 'map(select(.error))[] | "\(.rel) \(.error.code) \(.error.class)"' <<<"$output"
	[ "$output" = 'broken.pdf pdf.damaged validation' ]
	(cd "$samples" && ls) | grep -v broken | sed 's/$/.md/' | diff - <(ls out)
	grep -q 'gathering of folded pages is a quire' out/scan.pdf.md
	grep -qxF '<!-- Page 2 -->' out/fax.tif.md
	[[ $stderr == *broken.pdf*pdf.damaged* || $stderr == *pdf.damaged*broken.pdf* ]]
	leftovers
}

@test "quire run does the same, and says what it did" {
	by_hand "$samples" want || [ "$?" -eq 1 ]
	run -1 --separate-stderr quire run "$samples" out
	[ -z "$output" ]
	diff -r want out
	summary '.documents == 5 and .done == 4 and .pages == 7 and .codes == {"pdf.damaged": 1}'
	[[ $stderr == *broken.pdf* ]]
	[ "${stderr_lines[-1]}" = 'quire: failed: 1 pdf.damaged' ]
	leftovers
}

# bats test_tags=brief
@test "one job or two give the same" {
	run -1 quire run -j1 "$samples" one
	run -1 quire run --jobs=2 "$samples" two
	diff -r one two
	leftovers
}

# bats test_tags=brief
@test "a second run does nothing and says so" {
	quire run "$samples" out --exclude 'broken*'
	find out -type f -printf '%p %T@ %i\n' | sort >before
	run -0 --separate-stderr quire run "$samples" out --exclude 'broken*'
	summary '.documents == 4 and .skipped == 4 and .done == 0'
	[ "${#stderr_lines[@]}" -eq 1 ]
	find out -type f -printf '%p %T@ %i\n' | sort | diff before -
	leftovers
}

# bats test_tags=brief
@test "a document that has changed is done again, and it alone" {
	cp -r "$samples" in
	quire run in out --exclude 'broken*'
	cp in/two-columns.pdf in/scan.pdf
	touch -d '1 hour' in/scan.pdf
	run -0 --separate-stderr quire run in out --exclude 'broken*'
	summary '.done == 1 and .skipped == 3'
	cmp out/scan.pdf.md out/two-columns.pdf.md
}

# bats test_tags=brief
@test "what failed is tried again when it has changed, and is named until then" {
	mkdir in
	cp "$samples/broken.pdf" in/a.pdf
	run -1 --separate-stderr quire run in out
	summary '.failed == 1 and .done == 0'
	run -1 --separate-stderr quire run in out
	summary '.failed == 0 and .done == 0 and .old == 1'
	cp "$samples/two-columns.pdf" in/a.pdf
	run -0 --separate-stderr quire run in out
	summary '.failed == 0 and .done == 1 and .old == 0'
}

# bats test_tags=brief
@test "DEST below SRC is not listed" {
	mkdir in && cp "$samples/two-columns.pdf" in
	run -0 --separate-stderr quire run in in/out
	cp "$samples/two-columns.pdf" in/out/mine.pdf
	run -0 --separate-stderr quire run in "$PWD/in/../in/out/"
	summary '.documents == 1 and .skipped == 1'
	ln -s in/out link
	run -0 --separate-stderr quire run "$PWD/in" link
	summary '.documents == 1 and .skipped == 1'
	[ ! -e in/out/out ]
}

# bats test_tags=brief
@test "DEST may be SRC: the results are no documents then" {
	mkdir in && cp "$samples/two-columns.pdf" in && echo text >in/mine.md
	run -0 --separate-stderr quire run in in
	summary '.documents == 1 and .done == 1'
	[ -s in/two-columns.pdf.md ]
	ln -s in link
	run -0 --separate-stderr quire run link/. "$PWD/in"
	summary '.documents == 1 and .skipped == 1'
	[ "$(find in -type f | wc -l)" -eq 3 ]
}

# bats test_tags=brief
@test "SRC may lie below DEST: the results are no documents then" {
	mkdir -p out/in/in && cp "$samples/two-columns.pdf" out/in/in && cp "$samples/two-columns.pdf" out/in/b.pdf
	for db in one.db two.db; do
		run -0 --separate-stderr quire run --db "$db" out/in out
		summary '.documents == 2 and .done + .adopted == 2'
	done
	[ "$(cd out && find . -name '*.md' | sort | tr '\n' ' ')" = './b.pdf.md ./in/two-columns.pdf.md ' ]
	# The same document with the same settings, by another ledger.
	run -0 --separate-stderr quire run out/in/in/ "$PWD/out/in"
	summary '.documents == 1 and .adopted == 1'
	[ -s out/in/two-columns.pdf.md ]
	run -0 --separate-stderr quire run --db three.db out/in out
	summary '.documents == 2 and .done + .adopted == 2'
}

@test "SRC may be one file" {
	run -0 --separate-stderr quire run "$samples/two-columns.pdf" out
	summary '.documents == 1 and .pages == 2'
	[ "$(find out -type f)" = out/two-columns.pdf.md ]
}

@test "an empty SRC is no fault" {
	mkdir in
	run -0 --separate-stderr quire run in out
	[ "$stderr" = 'quire: 0 documents: 0 done (0 pages), 0 failed, 0 skipped (up to date)' ]
	leftovers
}

# bats test_tags=brief
@test "odd names go all the way" {
	mkdir in
	# shellcheck disable=SC2016
	names=(' ' 'a b' $'new\nline' "quo'te" 'dou"ble' 'back\slash' '50%' '%41' 'caf'$'\xc3\xa9' \
	    'latin'$'\xe9' -x --rm '*' '$HOME' ';' $'\e[31m' .hidden '~' '#' 'a/ b/ -c/d')
	for n in "${names[@]}"; do
		mkdir -p "in/$(dirname -- "$n")"
		cp "$samples/two-columns.pdf" "in/$n"
	done
	want_two_columns
	run -0 --separate-stderr quire run in out
	summary ".done == ${#names[@]} and .failed == 0"
	for n in "${names[@]}"; do
		cmp want.md "out/$n.md"
	done
	[ "$(find out -type f -print0 | tr -dc '\0' | wc -c)" -eq "${#names[@]}" ]
	run -0 --separate-stderr quire run in out
	summary ".skipped == ${#names[@]}"
	mkdir './-o d' && cp "$samples/two-columns.pdf" './-o d'
	run -0 --separate-stderr quire run -- '-o d' $'-\'"\n*'
	cmp want.md $'./-\'"\n*/two-columns.pdf.md'
	leftovers
}

# bats test_tags=brief
@test "--match and --exclude choose, with any character in them" {
	mkdir in && cp "$samples/two-columns.pdf" "in/it's.pdf"
	cp "$samples/two-columns.pdf" in/other.pdf
	# shellcheck disable=SC2016
	run -0 --separate-stderr quire run --match "it'*" --match '' --match='*$(x)' in out
	summary '.documents == 1'
	[ -s "out/it's.pdf.md" ]
	run -0 --separate-stderr quire run in out --exclude "*'*"
	summary '.documents == 1 and .done == 1'
	[ -s out/other.pdf.md ]
}

@test "a page that cannot be read is a gap and is counted" {
	mkdir in && cp "$samples/fax.tif" in
	# Compression, of the first directory: none that there is.
	sed -i '0,/\x03\x01\x03\x00\x01\x00\x00\x00\x04\x00/s//\x03\x01\x03\x00\x01\x00\x00\x00\x0f\x27/' in/fax.tif
	run -0 --separate-stderr quire run in out
	summary '.documents == 1 and .done == 1 and .failed == 0'
	grep -qxF '> **Page 1 could not be read** (page.image)' out/fax.tif.md
	[ "${stderr_lines[-1]}" = "quire: pages not read: 1 (jobdb list --queue '$PWD/in to $PWD/out' --select .failed_pages)" ]
}

# bats test_tags=brief
@test "a page that is doubtful is done, counted and named" {
	mkdir in && pdf_begin in/a.pdf
	pdf_page 612 792 "$(pdf_text 'Words enough to be more than what is drawn beside them,' 'and then a second line that has as many of them again.')
$(for ((i = 40; i < 280; i += 8)); do printf '%d 300 5 9 re f\n' "$i"; done)"
	pdf_page 612 792 "$(pdf_text 'A page that is as it should be.')"
	pdf_end
	run -0 --separate-stderr quire run in out
	summary '.documents == 1 and .done == 1 and .failed == 0'
	[ "${stderr_lines[-1]}" = "quire: pages doubtful: 1 (jobdb list --queue '$PWD/in to $PWD/out' --select .doubtful_pages)" ]
	[[ $stderr == *'a.pdf: 1 of its pages doubtful, the first is page 1'* ]]
	[ "$(grep -c 'Words enough' out/a.pdf.md)" -eq 1 ]
	run -0 --separate-stderr jobdb list --select .doubtful_pages
	json '.rel == "a.pdf" and .doc_pages == 2 and .doubtful_pages == [1] and .doubt == ["ink"] and (has("failed_pages") | not)'
	# Marked, and failed, it is another queue's.
	run -0 --separate-stderr quire run --on-doubt=mark in out
	summary '.documents == 1 and .done == 1'
	[ "$(head -n 1 out/a.pdf.md)" = '> **Page 1 is doubtful** (ink)' ]
	run -1 --separate-stderr quire run --on-doubt fail in out
	summary '.documents == 1 and .failed == 1 and .codes == {"page.doubt": 1}'
	[ "$(jobdb queue list | jq -r .settings | sort)" = '{"on-doubt":"fail"}
{"on-doubt":"mark"}
{}' ]
}

@test "a page that has no text is counted, and the ledger says why" {
	mkdir in && pdf_begin in/a.pdf
	pdf_page 612 792 "$(pdf_text 'A page that is as it should be.')"
	pdf_page 612 792 ''
	pdf_page 612 792 '40 300 400 200 re f'
	pdf_end
	run -0 --separate-stderr quire run in out
	summary '.documents == 1 and .done == 1 and .failed == 0'
	[ "${stderr_lines[-2]}" = "quire: pages blank: 1 (jobdb list --queue '$PWD/in to $PWD/out' --select .blank_pages)" ]
	[ "${stderr_lines[-1]}" = "quire: pages that are pictures: 1 (jobdb list --queue '$PWD/in to $PWD/out' --select .picture_pages)" ]
	run -0 --separate-stderr jobdb list --select .blank_pages
	json '.rel == "a.pdf" and .blank_pages == [2] and .picture_pages == [3]'
}

@test "every failure is counted by its code" {
	mkdir in && cp "$samples/broken.pdf" in/a && cp "$samples/broken.pdf" in/b
	: >in/empty && echo text >in/text.xyz && cp "$samples/two-columns.pdf" in
	run -1 --separate-stderr quire run in out
	summary '.documents == 5 and .done == 1 and .unsupported == 1 and .codes == {"pdf.damaged": 2, "document.empty": 1}'
	[[ $stderr == *'quire: failed: 2 pdf.damaged'*'quire: failed: 1 '* ]]
	leftovers
}

@test "a SRC that is not there is 3" {
	run -3 --separate-stderr quire run none out
	[ "$stderr" = 'quire: none: there is no such folder or file' ]
	[ ! -e out ]
	leftovers
}

@test "a bad command line is 2, before any work" {
	mkdir in
	for args in '--none in out' '-Z in out' 'in' 'in out x' '-j' '-j 0 in out' '-j 08 in out' '-j 1025 in out' '-jx in out' '--text=x in out' '--addressing x in out' '--wait x in out' '--wait 604801 in out' '--wait 700000 in out' '--wait 99999999999999999999 in out' '--wait 010 in out' '--wait= in out' '--dpi 1 in out' '--lang xyz in out'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr quire run $args
		[ -z "$output" ]
		[[ $stderr == *usage:* && $stderr != *documents* ]]
		[ ! -e "$QUIRE_DB" ]
	done
	run -2 --separate-stderr quire run --lang xyz in out
	[[ $stderr == *tesseract-ocr-xyz* ]]
	run -2 --separate-stderr quire walk in out
	[ ! -e out ]
	leftovers
}

@test "a DEST that cannot be written is 3, before any work" {
	mkdir ro && chmod 555 ro
	cp -r "$samples" in && chmod -R a+rX in
	run -3 --separate-stderr as_user quire run in ro/out
	[[ $stderr == *'"code":"dest.open"'*ro/out* ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
	run -3 --separate-stderr as_user quire run in ro
	[[ $stderr == *'"code":"dest.open"'*ro* ]]
	run -3 --separate-stderr quire run in in/scan.pdf
	[ ! -e ro/out ]
	leftovers
}
