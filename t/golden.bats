#!/usr/bin/env bats
# The samples' results, whole, against those in t/data/golden.
#
# What a text layer says is compared byte by byte. What Tesseract reads may
# differ with its version and the processor, so there the pages must be the same
# ones, and of each the words in their order: those that are missing and those
# that are new are at most one in twenty of the page's. (5.3.0 of Debian 12 and
# 5.5.0 of Debian 13 give the same words.)
#
#	QUIRE_GOLDEN=accept bats t/golden.bats
#
# puts what comes out now in the place of what is expected; look at git diff
# before you keep it.
load helper
# shellcheck disable=SC2034 # of helper
leaks=true
load run

setup()
{
	run_setup
	golden=$QUIRE_TOP/t/data/golden
	export LC_ALL=C.UTF-8
}

# compare FUNCTION RESULT: with the golden one of that name; or be accepted.
compare()
{
	local want=$golden/${2##*/}

	[[ -s $2 ]]
	case ${QUIRE_GOLDEN:-} in
	accept) cp "$2" "$want" ;;
	'') "$1" "$want" "$2" ;;
	*) echo "QUIRE_GOLDEN=$QUIRE_GOLDEN: accept, or nothing" >&2 && return 1 ;;
	esac
}

exactly()
{
	diff -u "$1" "$2"
}

# pages FILE FOLDER: the words of page N, one a line, in FOLDER/N.
pages()
{
	mkdir "$2"
	awk -v dir="$2" 'BEGIN { page = 1 }
		/^<!-- Page [0-9]+ -->$/ { page = $3 }
		{ print >(dir "/" page) }' "$1"
	for f in "$2"/*; do
		grep -oE '[[:alnum:]]+' "$f" >"$f.words"
		mv "$f.words" "$f"
	done
}

by_words()
{
	local page differ words bad=0

	rm -rf want.pages got.pages
	pages "$1" want.pages
	pages "$2" got.pages
	diff <(ls want.pages) <(ls got.pages) || return
	for page in want.pages/*; do
		page=${page##*/}
		words=$(wc -l <"want.pages/$page")
		differ=$(diff "want.pages/$page" "got.pages/$page" | grep -c '^[<>]' || :)
		[[ $words -gt 20 ]] || bad=1
		[[ $((differ * 20)) -le $words ]] || {
			printf '%s, page %s: %d differences in %d words\n' "${2##*/}" "$page" \
			    "$differ" "$words" >&2
			diff "want.pages/$page" "got.pages/$page" >&2 || :
			bad=1
		}
	done
	return "$bad"
}

@test "what the text layer says is what it said, to the byte" {
	run -0 --separate-stderr quire run "$samples/two-columns.pdf" out
	compare exactly out/two-columns.pdf.md
}

@test "what is read from pictures is what was read, but for one word in twenty" {
	run -1 --separate-stderr quire run "$samples" out --exclude two-columns.pdf
	for result in out/*; do
		compare by_words "$result"
	done
}

@test "each sample that can be read has a golden result, and nothing else has" {
	diff <(cd "$samples" && printf '%s.md\n' [!b]*) <(ls "$golden")
}

@test "the comparison of words sees what is missing, new, or in another order" {
	local want=$golden/fax.tif.md

	cp "$want" same.md
	by_words "$want" same.md
	# one word of many may be another
	sed 's/lighthouse/lighthcuse/' "$want" >one.md
	by_words "$want" one.md
	run -1 by_words "$want" <(sed '/staircase/,$d' "$want")
	run -1 by_words "$want" <(sed '/^The staircase/d' "$want")
	run -1 by_words "$want" <(cat "$want" "$want")
	run -1 by_words "$want" <(sed 's/e/c/g' "$want")
	run -1 by_words "$want" <(sed '/^<!-- Page 2/d' "$want")
	run -1 by_words "$want" <(sed 's/Page 2/Page 4/' "$want")
	run -1 by_words "$want" <(awk '/^First,/ { held = $0; next } { print } /^Nothing else/ { print held }' "$want")
	run -1 by_words "$want" /dev/null
}
