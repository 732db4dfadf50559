#!/usr/bin/env bats
# s3ls: what is listed, under which names, and what is passed over.
load helper

setup()
{
	quire_setup
	export QUIRE_LOG=text
	here=$(pwd -P)
}

# rels: of the records in $output, sorted, one JSON string a line.
rels()
{
	jq -c .rel <<<"$output" | LC_ALL=C sort
}

# listed REL...: the records in $output are documents of these, and no more.
listed()
{
	diff <(for rel in "$@"; do jq -n --arg r "$rel" '$r'; done | LC_ALL=C sort) <(rels)
	[[ $# -eq 0 ]] || json '.kind == "document"'
}

# said LINE...: these lines stand on stderr, in any order, and no others.
said()
{
	diff <([[ $# -eq 0 ]] || printf '%s\n' "$@" | LC_ALL=C sort) \
	    <([[ -z $stderr ]] || LC_ALL=C sort <<<"$stderr")
}

long=$(printf 'x%.0s' {1..255})

# Names there can be, and what they are in a record.
names=('a b' "q\"uo'te" $'new\nline' '100%' '%41' '%E9' 'é' $'\xe9' $'\xff\xfe.pdf'
	'-dash' '--' "\\" $'\x01' '.hidden' '...' '*' '[a]' '日本' "$long")
encoded=('a b' "q\"uo'te" $'new\nline' '100%25' '%2541' '%25E9' 'é' '%E9' '%FF%FE.pdf'
	'-dash' '--' "\\" $'\x01' '.hidden' '...' '*' '[a]' '日本' "$long")

@test "a file is a record of its uri, rel, size, etag and mtime" {
	mkdir -p in/a
	printf abc >in/a/b.pdf
	touch -d @1767323045.123456789 in/a/b.pdf
	run -0 --separate-stderr s3ls in
	[ "$output" = '{"v":1,"kind":"document","uri":"file://'"$here"'/in/a/b.pdf","rel":"a/b.pdf","size":3,"etag":"3-1767323045123456789","mtime":"2026-01-02T03:04:05Z"}' ]
	[ -z "$stderr" ]
}

@test "an empty folder has no documents" {
	mkdir -p in/empty
	run -0 --separate-stderr s3ls in
	[ -z "$output" ]
	[ -z "$stderr" ]
}

@test "an empty file is a document of no bytes" {
	mkdir in && : >in/empty
	run -0 --separate-stderr s3ls in
	json '.rel == "empty" and .size == 0 and (.etag | startswith("0-"))'
}

@test "a time before 1970 and the longest of names are listed" {
	mkdir in && : >"in/$long"
	touch -d @-86400.5 "in/$long"
	run -0 --separate-stderr s3ls in
	json '.mtime == "1969-12-30T23:59:59Z" and .etag == "0--86400500000000" and (.rel | length) == 255'
}

@test "odd names are listed, each as one string" {
	mkdir in
	for name in "${names[@]}"; do
		printf x >"in/$name"
	done
	run -0 --separate-stderr s3ls in
	listed "${encoded[@]}"
	[ -z "$stderr" ]
	[ "${#lines[@]}" -eq "${#names[@]}" ]
}

@test "odd names of folders are listed, each as one string" {
	local want=()
	for i in "${!names[@]}"; do
		mkdir -p "in/${names[i]}/${names[i]}"
		printf x >"in/${names[i]}/${names[i]}/${names[i]}"
		want+=("${encoded[i]}/${encoded[i]}/${encoded[i]}")
	done
	run -0 --separate-stderr s3ls in
	listed "${want[@]}"
	[ -z "$stderr" ]
}

@test "the uri is the folder's and rel behind it" {
	mkdir -p $'50% \xe9/in/a' && : >$'50% \xe9/in/a/%.pdf'
	run -0 --separate-stderr s3ls $'50% \xe9/in'
	[ "$(jq -r .uri <<<"$output")" = "file://$here/50%25 %E9/in/a/%25.pdf" ]
	[ "$(jq -r .rel <<<"$output")" = 'a/%25.pdf' ]
}

@test "a uri has no empty or . component, whatever the operand has" {
	mkdir -p in/a && : >in/a/b
	for path in in in/ ./in in/. .//in//. "$PWD//in/"; do
		run -0 --separate-stderr s3ls "$path"
		json ".uri == \"file://$here/in/a/b\" and .rel == \"a/b\""
	done
	cd in
	run -0 --separate-stderr s3ls .
	json ".uri == \"file://$here/in/a/b\" and .rel == \"a/b\""
}

@test "--match lists what matches one of its globs, at any depth" {
	mkdir -p in/a/b
	: >in/x.pdf && : >in/a/y.pdf && : >in/a/b/z.tif && : >in/a/b/w.PDF && : >in/.pdf
	run -0 --separate-stderr s3ls --match '*.pdf' in
	listed .pdf x.pdf a/y.pdf
	run -0 --separate-stderr s3ls --match '*.pdf' --match='*.tif' in
	listed .pdf x.pdf a/y.pdf a/b/z.tif
	run -0 --separate-stderr s3ls --match 'a?b*' in
	listed a/b/z.tif a/b/w.PDF
	run -0 --separate-stderr s3ls --match 'a[!x]y.pdf' in
	listed a/y.pdf
	run -0 --separate-stderr s3ls --match '*.[pP][dD][fF]' --match nothing in
	listed .pdf x.pdf a/y.pdf a/b/w.PDF
	run -0 --separate-stderr s3ls --match '' --match 'y.pdf' in
	listed
	[ -z "$stderr" ]
}

@test "--exclude leaves out what matches, also what --match named" {
	mkdir -p in/drafts
	: >in/a.pdf && : >in/b.txt && : >in/drafts/c.pdf && : >in/drafts/d.txt
	run -0 --separate-stderr s3ls --exclude 'drafts/*' in
	listed a.pdf b.txt
	run -0 --separate-stderr s3ls --match '*.pdf' --exclude 'drafts/*' in
	listed a.pdf
	run -0 --separate-stderr s3ls --exclude '*.txt' --exclude 'a*' in
	listed drafts/c.pdf
	run -0 --separate-stderr s3ls --exclude '*' in
	listed
}

@test "globs are matched with rel as the record has it" {
	mkdir in && : >'in/100%' && : >$'in/\xe9' && : >'in/back\slash'
	run -0 --separate-stderr s3ls --match '*%25' in
	listed '100%25'
	run -0 --separate-stderr s3ls --match '%E9' in
	listed '%E9'
	run -0 --separate-stderr s3ls --match '*%' in
	listed
	run -0 --separate-stderr s3ls --match 'back\\slash' in
	listed 'back\slash'
}

@test "options may stand behind operands, and -- ends them" {
	mkdir ./-in && : >./-in/a.pdf && : >./-in/b.txt
	run -0 --separate-stderr s3ls ./-in --match '*.pdf'
	listed a.pdf
	run -0 --separate-stderr s3ls --match '*.txt' -- -in
	listed b.txt
	json ".uri == \"file://$here/-in/b.txt\""
}

@test "--skip-dir is not entered, by whatever path it is named" {
	mkdir -p in/out/sub in/a/out
	: >in/x && : >in/out/y && : >in/out/sub/z && : >in/a/out/w
	ln -s in/out link
	for dir in in/out in/out/ "$PWD/in/out" in/a/../out link; do
		run -0 --separate-stderr s3ls --skip-dir "$dir" in
		listed x a/out/w
		[ -z "$stderr" ]
	done
	run -0 --separate-stderr s3ls in --skip-dir in/a
	listed x out/y out/sub/z
}

@test "--skip leaves out a file or a folder by its name, and no other that is called so" {
	mkdir -p in/a/a in/b
	touch in/{x,y} in/a/{x,a/x} in/b/x
	run -0 --separate-stderr s3ls --skip in/x --skip "$PWD/in/a/a" in
	listed a/x b/x y
	ln -s in link
	(cd in/a && s3ls --skip ../x --skip a ..) >out
	output=$(cat out)
	listed a/x b/x y
	run -0 --separate-stderr s3ls --skip link/b --skip none --skip in/none/x --skip x in
	listed a/a/x a/x x y
}

@test "--skip-dir of a folder that is not there, or elsewhere, skips nothing" {
	mkdir in other && : >in/x
	run -0 --separate-stderr s3ls --skip-dir in/out in
	listed x
	run -0 --separate-stderr s3ls --skip-dir other in
	listed x
	run -0 --separate-stderr s3ls --skip-dir in/x in
	listed x
}

@test "--update skips what has a result that is not older" {
	mkdir in out "$TMPDIR/progress"
	for f in newer older equal nanosecond none; do
		: >"in/$f"
		touch -d @1000000000.000000005 "in/$f"
	done
	: >out/newer.md && touch -d @1000000001 out/newer.md
	: >out/older.md && touch -d @999999999 out/older.md
	: >out/equal.md && touch -d @1000000000.000000005 out/equal.md
	: >out/nanosecond.md && touch -d @1000000000.000000004 out/nanosecond.md
	QUIRE_PROGRESS=$TMPDIR/progress run -0 --separate-stderr s3ls --update out in
	listed older nanosecond none
	[ -z "$stderr" ]
	jq -e '.tool == "s3ls" and .skipped == 2 and .out == 3' "$TMPDIR"/progress/s3ls.*
}

@test "--update finds results by the names that s3put gives" {
	mkdir -p in/d.md 'in/%~x'
	: >in/d.md/a && : >'in/%~x/%#b' && : >"in/$long" && : >$'in/\xe9 %' && : >in/-dash
	find in -type f -exec touch -d @1000000000 {} +
	s3ls in | jq -c --arg p "$PWD/in/-dash" '.path = $p' | s3put out >put
	[ "$(jq -s 'map(select(.dest)) | length' put)" -eq 5 ]
	run -0 --separate-stderr s3ls --update out in
	listed
	rm "out/%=d.md/a.md"
	run -0 --separate-stderr s3ls --update out in
	listed d.md/a
}

@test "--update takes only plain files for results" {
	mkdir -p in out/dir.md
	: >in/dir && : >in/link && : >in/plain && touch -d @1000000000 in/*
	: >newer && ln -s ../newer out/link.md && : >out/plain.md
	run -0 --separate-stderr s3ls --update out in
	listed dir link
}

@test "--update to a folder that is not there yet skips nothing" {
	mkdir in && : >in/a
	run -0 --separate-stderr s3ls --update out in
	listed a
	[ -z "$stderr" ]
	[ ! -e out ]
}

@test "--update to what is no folder is fatal" {
	mkdir in && : >in/a && : >out
	run -3 --separate-stderr s3ls --update out in
	[ -z "$output" ]
	[ "$stderr" = 's3ls: stopped: out: Not a directory (dest.open)' ]
}

@test "several PATHs are listed one after the other" {
	mkdir in1 in2 && : >in1/a && : >in2/a
	run -0 --separate-stderr s3ls in1 in2 in1
	[ "$(jq -r .uri <<<"$output")" = "file://$here/in1/a
file://$here/in2/a
file://$here/in1/a" ]
	json '.rel == "a"'
}

@test "a PATH may be a plain file, whose rel is its name" {
	mkdir -p in/a && printf abc >"in/a/50% b.pdf"
	run -0 --separate-stderr s3ls "in/a/50% b.pdf"
	json ".rel == \"50%25 b.pdf\" and .size == 3 and .uri == \"file://$here/in/a/50%25 b.pdf\""
	cd in/a
	run -0 --separate-stderr s3ls "50% b.pdf"
	json ".rel == \"50%25 b.pdf\" and .uri == \"file://$here/in/a/50%25 b.pdf\""
	run -0 --separate-stderr s3ls --match '*.tif' "50% b.pdf"
	listed
	run -0 --separate-stderr s3ls --exclude '5*' "50% b.pdf"
	listed
	touch -d @1000000000 "50% b.pdf"
	mkdir out && : >"out/50% b.pdf.md"
	run -0 --separate-stderr s3ls --update out "50% b.pdf"
	listed
}

@test "a PATH may be a symbolic link" {
	mkdir in && printf abc >in/a && ln -s in folder && ln -s in/a file
	run -0 --separate-stderr s3ls folder file
	[ "$(jq -c '[.uri, .rel, .size]' <<<"$output")" = "[\"file://$here/folder/a\",\"a\",3]
[\"file://$here/file\",\"file\",3]" ]
	[ -z "$stderr" ]
}

@test "a PATH that is not there stops the listing with 3" {
	mkdir in1 in2 && : >in1/a && : >in2/b
	run -3 --separate-stderr s3ls in1 gone in2
	listed a
	[ "$stderr" = 's3ls: stopped: gone: No such file or directory (store.read): see that it is there and may be read' ]
	run -3 --separate-stderr s3ls ''
	[ -z "$output" ]
	[ "$stderr" = 's3ls: stopped: : No such file or directory (store.read): see that it is there and may be read' ]
}

@test "a PATH that is neither a folder nor a plain file stops the listing with 3" {
	mkfifo fifo
	ln -s loop loop
	run -3 --separate-stderr s3ls fifo
	[ "$stderr" = 's3ls: stopped: fifo: neither a folder nor a plain file (store.read): see that it is there and may be read' ]
	run -3 --separate-stderr s3ls /dev/null
	[ "$stderr" = 's3ls: stopped: /dev/null: neither a folder nor a plain file (store.read): see that it is there and may be read' ]
	run -3 --separate-stderr s3ls loop
	[ -z "$output" ]
	[[ $stderr == 's3ls: stopped: loop: '*' (store.read): '* ]]
}

@test "a link to a plain file inside the folder is listed as its own" {
	mkdir -p in/a/b && printf abcd >in/a/real
	touch -d @1000000000 in/a/real
	ln -s real in/a/near && ln -s ../../a/real in/a/b/up && ln -s "$PWD/in/a/real" in/absolute
	ln -s near in/a/twice
	run -0 --separate-stderr s3ls in
	listed a/real a/near a/b/up absolute a/twice
	json '.size == 4 and .etag == "4-1000000000000000000"'
	[ -z "$stderr" ]
	run -0 --separate-stderr s3ls --no-links in
	listed a/real
}

@test "links out of the folder, to nothing, in a loop and to folders are passed over, and said" {
	mkdir -p in/sub in-other && printf x >in/sub/file && printf x >outside && printf x >in-other/x
	ln -s ../outside in/out
	ln -s "$PWD/outside" in/absolute
	ln -s ../in-other/x in/prefix
	ln -s gone in/dangling
	ln -s sub/file/x in/through
	ln -s loop in/loop
	ln -s sub in/dir
	ln -s . in/self
	ln -s ../in-other in/away
	run -0 --separate-stderr s3ls in
	listed sub/file
	base="s3ls: file://$here/in"
	said "$base/out: skipped: a link out of the folder" \
	    "$base/absolute: skipped: a link out of the folder" \
	    "$base/prefix: skipped: a link out of the folder" \
	    "$base/dangling: skipped: a dangling link" \
	    "$base/through: skipped: a dangling link" \
	    "$base/loop: skipped: a link in a loop" \
	    "$base/dir: skipped: a link to a folder" \
	    "$base/self: skipped: a link to a folder" \
	    "$base/away: skipped: a link out of the folder"
}

@test "FIFOs and devices are passed over, and said, and nobody waits for them" {
	mkdir in && mkfifo in/fifo && : >in/a
	ln -s fifo in/to-fifo && ln -s /dev/zero in/zero
	run -0 --separate-stderr timeout 20 s3ls in
	listed a
	said "s3ls: file://$here/in/fifo: skipped: no plain file" \
	    "s3ls: file://$here/in/to-fifo: skipped: a link to what is no plain file" \
	    "s3ls: file://$here/in/zero: skipped: a link out of the folder"
}

@test "a name that a terminal would obey is escaped in what is said" {
	mkdir in && mkfifo $'in/\e[31m\n\xe9'
	run -0 --separate-stderr s3ls in
	[ "$stderr" = "s3ls: file://$here/in/\\x1b[31m\\x0a%E9: skipped: no plain file" ]
}

@test "QUIRE_LOG=warn does not say what is passed over" {
	mkdir in && mkfifo in/fifo
	QUIRE_LOG=text,warn run -0 --separate-stderr s3ls in
	[ -z "$output" ]
	[ -z "$stderr" ]
}

@test "a folder that cannot be read is a record, and the listing goes on" {
	mkdir -p in/a in/shut/sub in/z && : >in/a/1 && : >in/shut/sub/2 && : >in/z/3
	chmod -R go+rX in && chmod 0 in/shut
	run -1 --separate-stderr as_user s3ls in
	chmod 755 in/shut
	[ "$(jq -c 'select(.kind == "document").rel' <<<"$output" | sort)" = $'"a/1"\n"z/3"' ]
	[ "$(jq -c 'select(.kind != "document")' <<<"$output")" = '{"v":1,"kind":"error","uri":"file://'"$here"'/in/shut/","rel":"shut/","error":{"stage":"s3ls","class":"permanent","code":"store.read","message":"file://'"$here"'/in/shut/: Permission denied"}}' ]
	[[ "$stderr" == "s3ls: shut/: file://$here/in/shut/: Permission denied (store.read, permanent)"* ]]
}

@test "a PATH that cannot be read stops the listing with 3" {
	mkdir shut && chmod 0 shut
	run -3 --separate-stderr as_user s3ls shut
	chmod 755 shut
	[ -z "$output" ]
	[ "$stderr" = 's3ls: stopped: shut: Permission denied (store.read): see that it is there and may be read' ]
}

@test "a folder that is too deep is a record, and the listing goes on" {
	path=in$(printf '/d%.0s' {1..70})
	mkdir -p "$path" && : >"$path/deep" && : >in/z && : >in/d/a
	run -1 --separate-stderr s3ls in
	[ "$(jq -c 'select(.kind == "document").rel' <<<"$output" | sort)" = $'"d/a"\n"z"' ]
	[ "$(jq -c 'select(.kind == "error") | .error | [.stage, .class, .code]' <<<"$output")" = '["s3ls","permanent","store.depth"]' ]
	[ "$(jq -r 'select(.kind == "error").rel' <<<"$output")" = "$(printf 'd/%.0s' {1..64})" ]
	[[ $stderr == *'(store.depth, permanent)' ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "every file of many is listed once" {
	mkdir -p in/{1..20}
	(cd in && printf '%s\n' {1..20}/{1..250} | xargs touch)
	run -0 --separate-stderr s3ls in
	[ "${#lines[@]}" -eq 5000 ]
	[ "$(jq -r .rel <<<"$output" | sort -u | wc -l)" -eq 5000 ]
	[ -z "$stderr" ]
}

@test "standard input is not read" {
	mkdir in && : >in/a
	printf 'one line\n' >line
	{
		s3ls in >out
		read -r rest
	} <line
	[ "$rest" = 'one line' ]
	[ "$(wc -l <out)" -eq 1 ]
}

@test "a bad command line is status 2, and nothing is listed" {
	mkdir in && : >in/a
	usage='usage: s3ls [--match GLOB]... [--exclude GLOB]... [--skip-dir DIR]
            [--skip PATH]... [--update DEST] [--min-age SECONDS] [--no-links]
            [--addressing auto|path|virtual] PATH...'
	run -2 --separate-stderr s3ls
	[ -z "$output" ]
	[ "$stderr" = $'s3ls: an operand is missing\n'"$usage" ]
	run -2 --separate-stderr s3ls --nothing in
	[ -z "$output" ]
	[ "$stderr" = $'s3ls: --nothing: no such option\n'"$usage" ]
	for option in --match --exclude --skip-dir --skip --update; do
		run -2 --separate-stderr s3ls in "$option"
		[ -z "$output" ]
		[ "$stderr" = "s3ls: $option: needs an argument"$'\n'"$usage" ]
	done
}
