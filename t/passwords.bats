#!/usr/bin/env bats
# PDF files that need a password, and where the password is not to be seen.
# bats file_tags=brief
# Scripts in single quotes are for others.
# shellcheck disable=SC2016
load helper
load pdf
load run

FOX='The quick brown fox jumps over the lazy dog, and over the fence too.'

setup()
{
	run_setup
	export QUIRE_LOG=text
	command -v qpdf >/dev/null || skip "qpdf is not installed"
	pdf_begin plain.pdf
	pdf_page 612 792 "$(pdf_text "$FOX")"
	pdf_page 612 792 "$(pdf_text "$FOX" 'Page two')"
	pdf_end
}

# locked FILE PASSWORD [BITS [OPTION...]]
locked()
{
	qpdf --allow-weak-crypto --encrypt "$2" owner "${3-256}" "${@:4}" -- plain.pdf "$1"
}

# passwords [MATCH PASSWORD]...: the file keys.
passwords()
{
	: >keys && chmod 600 keys
	for ((; $# > 0; )); do
		jq -nc --arg m "$1" --arg p "$2" '{match: $m, password: $p}' >>keys
		shift 2
	done
}

# named FILE...: their records, with uris.
named()
{
	document "$@" | jq -c '.uri = "file://\(.path)" | .id = .rel[:8]'
}

# errors: of the documents that failed.
errors()
{
	jq -r 'select(.error) | "\(.rel) \(.error.class) \(.error.code) \(.error.message)"' <<<"$output"
}

# stand_in SCRIPT: qpdf, beside the real tools; $real is the real one.
stand_in()
{
	export QUIRE_POPPLER=$BATS_TEST_TMPDIR/poppler
	mkdir -p "$QUIRE_POPPLER/bin"
	for tool in pdfinfo pdftotext pdfimages pdftohtml pdftoppm mutool; do
		ln -sf "$(command -v "$tool")" "$QUIRE_POPPLER/bin/$tool"
	done
	printf '#!/bin/bash\nreal=%s\n%s\n' "$(command -v qpdf)" "$1" >"$QUIRE_POPPLER/bin/qpdf"
	chmod 755 "$QUIRE_POPPLER/bin/qpdf"
}

@test "a password opens its document, whatever the cipher, and the text is as without" {
	locked r2.pdf rosebud 40
	locked r3.pdf rosebud 128
	locked aes.pdf rosebud 128 --use-aes=y
	locked r6.pdf rosebud
	locked accents.pdf 'pä "s\s'
	locked free.pdf ''
	passwords '*/accents.pdf' 'pä "s\s' 'file://*/a*' rosebud '*' rosebud
	want=$(doc2png <<<"$(named plain.pdf)" | jq -c '[.page, .markdown, .why]')
	[ "$(wc -l <<<"$want")" -eq 2 ]
	for f in r2 r3 aes r6 accents free; do
		run -0 --separate-stderr doc2png --password-file keys <<<"$(named "$f.pdf")"
		[ -z "$stderr" ]
		[ "$(jq -c '[.page, .markdown, .why]' <<<"$output")" = "$want" ]
		json '.mime == "application/pdf" and (has("repaired") or has("damaged") or has("doubt") | not)'
	done
	# The images of pages, too, and only those that are wanted.
	run -0 --separate-stderr doc2png --password-file keys --text never --pages 2 <<<"$(named r6.pdf)"
	json '.page == 2 and .pages == 1 and .width == 1700'
	leftovers_are_pages
}

# leftovers_are_pages: no copy of a document without its encryption is left.
leftovers_are_pages()
{
	[ -z "$(find "$QUIRE_WORK" -type f ! -name 'p-*.png')" ]
	left=$(left_processes) && [ -z "$left" ]
}

@test "without a password, with a wrong one, and without qpdf a document says what it needs" {
	locked a.pdf rosebud
	run -1 --separate-stderr doc2png <<<"$(named a.pdf)"
	[ "$(errors)" = 'a.pdf validation pdf.encrypted a password is needed to open it: --password-file can give it' ]
	passwords '*/b.pdf' rosebud
	run -1 --separate-stderr doc2png --password-file keys <<<"$(named a.pdf)"
	[[ $(errors) == 'a.pdf validation pdf.encrypted a password is needed '* ]]
	passwords '*/a.pdf' wrong '*' rosebud
	run -1 --separate-stderr doc2png --password-file keys <<<"$(named a.pdf plain.pdf)"
	[ "$(errors)" = 'a.pdf validation pdf.encrypted the password that --password-file gives for it is not its own' ]
	[[ $output$stderr != *wrong* && $output$stderr != *rosebud* ]]
	# The owner's password opens it as well.
	passwords '*' owner
	run -0 --separate-stderr doc2png --password-file keys <<<"$(named a.pdf)"
	stand_in ''
	rm "$QUIRE_POPPLER/bin/qpdf"
	mkdir few && for tool in doc2png jq cat; do ln -s "$(command -v "$tool")" few; done
	run -1 --separate-stderr env PATH="$PWD/few" doc2png --password-file keys <<<"$(named a.pdf)"
	[[ $(errors) == 'a.pdf permanent document.tool qpdf'*'package qpdf'* ]]
	leftovers_are_pages
}

@test "qpdf that repairs, hangs, dies or writes nothing is named" {
	locked a.pdf rosebud
	passwords '*' rosebud
	sed 's/^startxref$/startxref\n9/' a.pdf >b.pdf
	run -0 --separate-stderr doc2png --password-file keys <<<"$(named b.pdf)"
	json '.markdown | startswith("'"$FOX"'")'
	json '.repaired == "qpdf" and .damaged == true and .doubt == ["damaged"]'
	for script in 'exit 0' 'exit 2' 'kill -9 $$' 'echo no >&2; exit 2'; do
		stand_in "$script"
		run -1 --separate-stderr doc2png --password-file keys <<<"$(named a.pdf)"
		[[ $(errors) == 'a.pdf validation pdf.damaged qpdf '* ]]
	done
	for script in 'exec sleep 1000' 'while :; do :; done'; do
		stand_in "$script"
		run -1 --separate-stderr doc2png --page-timeout 1 --password-file keys <<<"$(named a.pdf)"
		[ "$(errors)" = 'a.pdf transient document.timeout qpdf takes too long' ]
	done
	leftovers_are_pages
}

@test "a file of passwords that others can read, or of other words, is refused before anything is read" {
	passwords '*' rosebud
	chmod 640 keys
	run -2 --separate-stderr doc2png --password-file keys <<<"$(named plain.pdf)"
	[[ -z $output && $stderr == 'doc2png: --password-file: keys: others can read it: chmod 600 it'* ]]
	chmod 600 keys
	echo '{"match":"*","password":"rosebud","x":1}' >>keys
	run -2 --separate-stderr doc2png --password-file keys <<<"$(named plain.pdf)"
	[[ -z $output && $stderr == 'doc2png: --password-file: keys:2: not '* && $stderr != *rosebud* ]]
	run -2 --separate-stderr doc2png --password-file none <<<"$(named plain.pdf)"
	[[ -z $output && $stderr == 'doc2png: --password-file: none: '* ]]
}

# seen: which processes show $secret in their command line or environment; not who looks.
seen()
{
	grep -lzs "${secret%?}[${secret: -1}]" /proc/[0-9]*/cmdline /proc/[0-9]*/environ || :
}

# waits: qpdf's stand-in has been started, anew, and has not read yet.
waits()
{
	now=$(pgrep -f "^/bin/bash $QUIRE_POPPLER/bin/qpdf ") && [[ $now != "${was-}" ]]
}

@test "the password is in no command line, environment, log, record or file" {
	secret=rosebud-$RANDOM$RANDOM$RANDOM
	mkdir in
	locked in/a.pdf "$secret"
	locked in/b.pdf "other-$secret"
	passwords '*/a.pdf' "$secret" '*/b.pdf' "wrong-$secret"
	stand_in 'read -r <"${0%/*}/../gate"; exec "$real" "$@"'
	mkfifo "$QUIRE_POPPLER/gate"
	QUIRE_LOG=debug quire run -j 1 --password-file keys in out 2>log 3>&- &
	pid=$!
	for _ in 1 2; do
		until_true waits
		[ -z "$(seen)" ]
		run ! grep -rqsF "$secret" "$QUIRE_WORK" "$TMPDIR" log
		was=$now
		echo >"$QUIRE_POPPLER/gate"
	done
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 1 ]
	grep -q 'qpdf\|page maker' log
	run ! grep -rqsF "$secret" log out "$QUIRE_WORK" "$TMPDIR" "$QUIRE_DB" "$QUIRE_DB-pages"
	grep -q "$FOX" out/a.pdf.md
	[ "$(jobdb list --state dead | jq -r .error.code)" = pdf.encrypted ]
	leftovers
}

@test "quire run --password-file: what needed a password is tried again with one" {
	mkdir in && locked in/a.pdf rosebud
	run -1 --separate-stderr quire run in out
	summary '.failed == 1 and .codes["pdf.encrypted"] == 1'
	[[ $stderr == *--password-file* ]]
	run -1 --separate-stderr quire run in out
	summary '.old == 1'
	passwords 'file:///nowhere/*' x "file://$(pwd -P)/in/*" rosebud
	run -0 --separate-stderr quire run --password-file keys in out
	summary '.done == 1 and .pages == 2'
	# Whoever has it has the same results.
	run -0 --separate-stderr quire run in out
	summary '.skipped == 1'
	leftovers
}
