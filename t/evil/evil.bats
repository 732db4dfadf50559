#!/usr/bin/env bats
# Children that a document has taken over: stand-ins of the image libraries and
# of Tesseract are linked into the commands (t/evil/*.c), and do what they are
# named after. LD_PRELOAD does not reach a child.
load ../helper
load ../pdf

setup()
{
	quire_setup
	EVIL=${QUIRE_UNIT:-$QUIRE_TOP/.build/unit}/../evil
	samples=$QUIRE_TOP/share/quire/samples
}

# evil COMMAND ATTACK FILE OPTION...: it, with a file whose decoder does that.
evil()
{
	local command=$1 attack=$2 file=$3
	shift 3
	mkdir -p "$BATS_TEST_TMPDIR/$command"
	ln -sf "$(realpath "$EVIL/$command")" "$BATS_TEST_TMPDIR/$command/$attack"
	cp -n "$file" .
	run --separate-stderr timeout 120 "$BATS_TEST_TMPDIR/$command/$attack" "$@" \
	    <<<"$(document "${file##*/}" | jq -c '.note = "canary-of-the-parent"')"
}

# page_of FILE: the record of its first page, an image in work, for ocrpage.
page_of()
{
	[ -d "$QUIRE_WORK" ] || mkdir -m 700 "$QUIRE_WORK"
	mkdir -p "$QUIRE_WORK/01K3ZJ4Q8W6V9X2Y5T7R0N1M3B"
	cp "$1" "$QUIRE_WORK/p.png"
	jq -nc --arg image "$QUIRE_WORK/p.png" \
	    '{v: 1, kind: "page", page: 1, pages: 1, image: $image, note: "canary-of-the-parent"}'
}

# contained: the one that was taken over said so by its status.
contained()
{
	[[ $output == *'exit status 40'* ]] || {
		printf '%s\n%s\n' "$output" "$stderr" >&2
		return 1
	}
}

# nobody_left: no process of this test is, as leftovers has it.
nobody_left()
{
	rm -rf "$QUIRE_WORK"
	leftovers
}

one_page()
{
	pdf_begin a.pdf
	pdf_page 72 72 '10 10 50 20 re f'
	pdf_end
}

@test "a decoder has nothing of its parent's memory and environment" {
	! sanitized || skip "a sanitizer lets nobody look through a stack"
	export INNOCENT=canary-of-the-parent
	evil doc2png memory "$samples/fax.tif"
	contained
	evil doc2png memory "$samples/photo.jpg"
	contained
	one_page
	evil doc2png memory a.pdf --text=never
	contained
}

@test "Tesseract has nothing of its parent's memory and environment" {
	! sanitized || skip "a sanitizer lets nobody look through a stack"
	export INNOCENT=canary-of-the-parent
	pdftoppm -png -gray -r 72 -singlefile "$samples/scan.pdf" p
	mkdir -p "$BATS_TEST_TMPDIR/ocrpage"
	ln -sf "$(realpath "$EVIL/ocrpage")" "$BATS_TEST_TMPDIR/ocrpage/memory"
	run --separate-stderr timeout 120 "$BATS_TEST_TMPDIR/ocrpage/memory" -j1 <<<"$(page_of p.png)"
	contained
}

@test "a PDF's maker starts a few processes, which start none, and no thread" {
	one_page
	for attack in forks generations threads; do
		evil doc2png "$attack" a.pdf --text=never
		contained
	done
	nobody_left
}

@test "a daemon that a PDF's maker leaves ends with the document" {
	one_page
	evil doc2png daemon a.pdf --text=never
	contained
	nobody_left
}

@test "a PDF's maker makes no file that is setuid" {
	one_page
	evil doc2png setuid a.pdf --text=never
	contained
}

@test "who fills the disk is killed, also by files that have no name" {
	one_page
	fallocate -l 1M probe || skip "needs fallocate on this file system"
	for attack in disk nameless; do
		evil doc2png "$attack" a.pdf --text=never
		[[ $output == *'its decoder wrote more than 1024 MiB'* ]]
	done
}
