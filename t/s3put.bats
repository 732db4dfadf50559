#!/usr/bin/env bats
# s3put: a result stands where rel says, whole or not at all, and nothing
# outside DEST is touched.
load helper

setup()
{
	quire_setup
	export QUIRE_LOG=text
	here=$(pwd -P)
	root=$(realpath "$BATS_TEST_TMPDIR")/work
}

teardown()
{
	[[ -z ${mounted-} ]] || umount "$mounted"
}

# result REL [TEXT [JSON]]: a record of a result that holds TEXT, with these
# members too. Its work directory is made and has the file.
result()
{
	local id work

	[[ -d $QUIRE_WORK ]] || mkdir -m 700 "$QUIRE_WORK"
	id=$(printf %s "$1" | sha256sum)
	work=$root/r.${id:0:16}
	mkdir -p "$work"
	printf %s "${2-$1}" >"$work/out.md"
	jq -nc --arg r "$1" --arg w "$work" --argjson more "${3-null}" \
	    '{v: 1, kind: "document", id: "r", rel: $r, work: $w, path: ($w + "/out.md")} + $more'
}

# failed CLASS CODE: the one record in $output has this error, and what it
# had before, and the last line of stderr says so.
failed()
{
	[ "${#lines[@]}" -eq 1 ]
	json ".error.stage == \"s3put\" and .error.class == \"$1\" and .error.code == \"$2\""
	[ "$(jq -cS 'del(.error)' <<<"$output")" = "$(jq -cS . in)" ]
	[[ ${stderr_lines[-1]} == "s3put: "*" ($2, $1)"* ]]
}

# tree FOLDER...: what is in there, names, kinds, links and contents.
tree()
{
	find "$@" -printf '%p %y %l %m\n' | LC_ALL=C sort
	find "$@" -type f -exec sha256sum {} + | LC_ALL=C sort
}

# full_disk FOLDER: make it one of 64 KiB, or skip.
full_disk()
{
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	mkdir -p "$1"
	mount -t tmpfs -o size=64k tmpfs "$1" || skip "the kernel lets nobody mount here"
	mounted=$1
}

long=$(printf 'x%.0s' {1..252})
deep=$(printf 'd/%.0s' {1..300})

@test "a result is put as rel and .md below DEST, and dest says where" {
	result 'a/50%25 b.pdf' 'text é' '{"meta":{"n":1}}' >in
	run -0 --separate-stderr s3put out <in
	[ -z "$stderr" ]
	[ "$(cat 'out/a/50% b.pdf.md')" = 'text é' ]
	json ".dest == \"file://$here/out/a/50%25 b.pdf.md\""
	json '.took_ms | keys == ["s3put"]'
	[[ $output == "$(sed 's/}$//' in),\"dest\":"* ]]
	[ "$(jq -c 'del(.dest, .dest_etag, .took_ms)' <<<"$output")" = "$(cat in)" ]
	[ "$(find out -type f)" = 'out/a/50% b.pdf.md' ]
	[ -f "$(jq -r .path in)" ]
}

@test "big numbers and names twice are kept byte for byte" {
	result a | sed 's/}$/, "big" : 12345678901234567890,"e":1e2,"dest":"old"}/' >in
	run -0 --separate-stderr s3put out <in
	[[ $output == *',"big":12345678901234567890,"e":1e2,"dest":"file://'"$here"'/out/a.md",'* ]]
}

@test "an empty result is a file, and a large one is whole" {
	result empty '' >in
	result large >>in
	head -c 3000001 /dev/urandom >"$(jq -r 'select(.rel == "large").path' in)"
	run -0 --separate-stderr s3put out <in
	[ -f out/empty.md ] && [ ! -s out/empty.md ]
	cmp out/large.md "$(jq -r 'select(.rel == "large").path' in)"
}

@test "DEST and its parents are made, and what is there is left" {
	mkdir -p new && printf mine >new/mine && result x/y/z >in
	run -0 --separate-stderr s3put ./new//a/b/ <in
	[ "$(cat new/a/b/x/y/z.md)" = x/y/z ]
	json ".dest == \"file://$here/new/a/b/x/y/z.md\""
	[ "$(cat new/mine)" = mine ]
}

@test "DEST is made also when no document comes" {
	run -0 --separate-stderr s3put a/out </dev/null
	[ -d a/out ]
	[ -z "$output" ]
}

@test "DEST may begin with a dash, or be a symbolic link" {
	result a >in
	run -0 --separate-stderr s3put -- -out <in
	[ "$(cat ./-out/a.md)" = a ]
	mkdir real && ln -s real link
	run -0 --separate-stderr s3put link <in
	[ "$(cat real/a.md)" = a ]
	json ".dest == \"file://$here/link/a.md\""
}

@test "a result has the mode that umask leaves" {
	result d/a >in
	umask 027
	s3put out <in >put
	[ "$(stat -c %a out out/d out/d/a.md | tr '\n' ' ')" = '750 750 640 ' ]
}

@test "an older result is replaced by another file, not written over" {
	result a old | s3put out >put
	ln out/a.md kept
	result a new >in
	run -0 --separate-stderr s3put out <in
	[ "$(cat out/a.md)" = new ]
	[ "$(cat kept)" = old ]
	[ "$(ls -A out)" = a.md ]
}

@test "what cannot be a file name is written in another way" {
	mkdir out
	while IFS='|' read -r rel name; do
		result "$rel" "<$rel>" >in
		run -0 --separate-stderr s3put out <in
		[ "$(cat "out/$name")" = "<$rel>" ]
		[ "$(find out -type f)" = "out/$name" ]
		rm -r out && mkdir out
	done <<-'EOF'
		a.pdf|a.pdf.md
		a.md|a.md.md
		...|....md
		-rf|-rf.md
		~%25|~%.md
		.hidden/.x|.hidden/.x.md
		|%~.md
		.|%~..md
		..|%~...md
		../../etc/passwd|%~../%~../etc/passwd.md
		/etc/passwd|%~/etc/passwd.md
		a//b/|a/%~/b/%~.md
		/|%~/%~.md
		%25~x|%~%~x.md
		%25#x/%25=y|%~%#x/%~%=y.md
		%25~|%~%~.md
		a.md/b|%=a.md/b.md
		.quire-0123456789abcdef|%~.quire-0123456789abcdef.md
		.quire-x/y|%~.quire-x/y.md
	EOF
}

@test "bytes that are not UTF-8, newlines and quotes are in the name again" {
	result $'%E9/new\nline "q" \\' text >in
	run -0 --separate-stderr s3put out <in
	[ "$(cat $'out/\xe9/new\nline "q" \\.md')" = text ]
	[ "$(jq -r .dest <<<"$output")" = "file://$here/out/%E9/new
line \"q\" \\.md" ]
}

@test "a name that is too long has a digest in it" {
	result "$long" kept >in && result "${long}y" cut >>in && result "${long}z.pdf/a" folder >>in
	run -0 --separate-stderr s3put out <in
	[ "$(cat "out/$long.md")" = kept ]
	sum=$(printf %s "${long}y" | sha256sum)
	[ "$(cat "out/%#${long:0:180}-${sum%% *}.md")" = cut ]
	sum=$(printf %s "${long}z.pdf" | sha256sum)
	[ "$(cat "out/%#${long:0:180}-${sum%% *}/a.md")" = folder ]
}

@test "no two of many hostile rels give one name, and none leaves DEST" {
	mkdir -p a/b && printf mine >a/mine && printf mine >mine.md
	parts=('' . .. ... a a.md .md '%25~' '%25~.' '%25~..' '%25#' '%25=a.md' .quire-1 "$long" "${long}y" '%E9' é)
	# shellcheck disable=SC2016 # of jq
	jq -nc '$ARGS.positional as $p | ($p[], ($p[] as $a | $p[] as $b | "\($a)/\($b)", "../\($a)/\($b)")) |
	    {v: 1, kind: "document", rel: .}' --args "${parts[@]}" >rels
	# Each one's content is its own rel.
	awk '{ f = "file." NR; print >f; close(f) }' rels
	jq -sc --arg here "$here" 'to_entries[] | .value + {path: "\($here)/file.\(.key + 1)"}' rels >in
	n=$(wc -l <in)
	run -0 --separate-stderr s3put a/b/out <in
	[ "${#lines[@]}" -eq "$n" ]
	[ "$n" -eq $((17 + 2 * 17 * 17)) ]
	[ "$(jq -r .dest <<<"$output" | sort -u | wc -l)" -eq "$n" ]
	[ "$(find a/b/out -type f | wc -l)" -eq "$n" ]
	json ".dest | startswith(\"file://$here/a/b/out/\")"
	find a/b/out -type f -exec cat {} + | LC_ALL=C sort >got
	diff got <(LC_ALL=C sort rels)
	[ "$(ls -A a/b)" = out ]
	[ "$(ls -A a)" = $'b\nmine' ]
	[ "$(cat a/mine mine.md)" = minemine ]
}

@test "dest is the uri of the file that was written" {
	mkdir in.d && mkdir in.d/d.md
	for name in 'a b' '100%' $'\xe9' '%41' 'é' "$long" $'new\nline' '%~' d.md/x; do
		printf %s "$name" >"in.d/$name"
	done
	s3ls in.d | s3get >in
	run -0 --separate-stderr s3put out <in
	[ "${#lines[@]}" -eq 9 ]
	# What s3get finds at dest is what was put there.
	jq -c '{v, kind, uri: .dest, was: .sha256}' <<<"$output" | s3get >again
	jq -es 'length == 9 and all(.[]; .sha256 == .was)' again
}

@test "a rel that is not as s3ls writes it is refused" {
	for rel in %41 a%2Fb %20 %e9 %C3%A9 %2e%2e/a; do
		result "$rel" >in
		run -1 --separate-stderr s3put out <in
		failed validation dest.name
	done
	for rel in % 100% %00 %zz a%2; do
		result "$rel" >in
		run -1 --separate-stderr s3put out <in
		failed validation record.member
	done
	[ -z "$(ls -A out)" ]
}

@test "a rel of more bytes than a path can have is refused" {
	result "$deep" >in
	run -0 --separate-stderr s3put out <in
	[ "$(find out -type f | wc -l)" -eq 1 ]
	rm -r out
	result "$deep$deep$deep$deep$deep$deep$deep" >in
	run -1 --separate-stderr s3put out <in
	failed validation dest.name
	[ -z "$(ls -A out)" ]
}

@test "a document without rel or path, or where they are no names, is refused" {
	result a >good
	for change in 'del(.rel)' 'del(.path)' '.rel = 7' '.path = null' '.rel = "a\u0000b"' '.path += "\u0000"'; do
		jq -c "$change" good >in
		run -1 --separate-stderr s3put out <in
		failed validation record.member
	done
	[ -z "$(ls -A out)" ]
}

@test "a result that is not there is io.read, no plain file document.type, and nobody waits" {
	mkfifo fifo && mkdir dir
	printf old >old && result a old | s3put out >put
	result a x "$(jq -n --arg p "$here/gone" '{path: $p}')" >in
	run -1 --separate-stderr timeout 20 s3put out <in
	failed permanent io.read
	for path in "$here/fifo" "$here/dir" /dev/zero; do
		result a x "$(jq -n --arg p "$path" '{path: $p}')" >in
		run -1 --separate-stderr timeout 20 s3put out <in
		failed validation document.type
	done
	[ "$(cat out/a.md)" = old ]
	[ "$(ls -A out)" = a.md ]
}

@test "what one that was killed has left of a result goes with the next that replaces it" {
	command -v strace >/dev/null || skip "needs strace"
	strace -o /dev/null true || skip "nobody may trace here"
	result a old | s3put out
	for call in linkat renameat unlinkat; do
		# shellcheck disable=SC2094
		result a new >in
		{ timeout 60 strace -f -qq -o trace -E ASAN_OPTIONS=detect_leaks=0 -e "trace=$call" \
		    -e "inject=$call:signal=KILL:when=1+" s3put out <in || :; } >killed 2>&1
		ls -A out >>left
		result a "$call" | s3put out
		[ "$(ls -A out)" = a.md ]
		[ "$(<out/a.md)" = "$call" ]
	done
	# Some had left something, or this shows nothing.
	grep -q '^\.quire-' left
}

@test "no symbolic link below DEST is followed or replaced" {
	mkdir -p away out/d && printf mine >away/a.md
	ln -s ../away out/link && ln -s ../../away/a.md out/d/a.md && ln -s gone out/b.md && ln -s . out/self
	tree away out >before
	for rel in link/a link/new/b d/a b self/c; do
		result "$rel" >in
		run -1 --separate-stderr s3put out <in
		failed permanent dest.symlink
	done
	tree away out >after
	diff before after
}

@test "a document's own source is not replaced" {
	mkdir src && printf source >src/a.md && ln src/a.md same.md
	result a x "{\"uri\":\"file://$here/src/a.md\"}" >in
	run -1 --separate-stderr s3put src <in
	failed validation dest.source
	result a x "{\"uri\":\"file://$here/same.md\"}" >in
	run -1 --separate-stderr s3put src <in
	failed validation dest.source
	ln -s src/a.md link
	result a x "{\"uri\":\"file://$here/link\"}" >in
	run -1 --separate-stderr s3put src <in
	failed validation dest.source
	[ "$(cat src/a.md)" = source ]
	[ "$(ls -A src)" = a.md ]
}

@test "a result may stand beside its source, and replace another's" {
	mkdir src && printf source >src/a.md && printf other >src/b.md
	s3ls src/a.md | jq -c --arg p "$here/file" '.path = $p' >in
	printf text >file
	run -0 --separate-stderr s3put src <in
	[ "$(cat src/a.md src/a.md.md)" = sourcetext ]
	result b new "{\"uri\":\"file://$here/src/a.md\"}" >in
	run -0 --separate-stderr s3put src <in
	[ "$(cat src/b.md)" = new ]
	result c new '{"uri":"s3://bucket/c"}' >in
	run -0 --separate-stderr s3put src <in
	[ "$(cat src/c.md)" = new ]
}

# of URI REL [TEXT [ETAG]]: the result of a document of that uri.
of()
{
	result "$2" "${3-$1}" "$(jq -nc --arg u "$1" --arg e "${4-e1}" '{uri: $u, etag: $e}')"
}

# mark FILE: what it says of where it is from.
mark()
{
	python3 -c '
import os, sys
for name in ("source-uri", "source-etag", "settings", "size"):
	try:
		print(name, os.getxattr(sys.argv[1], "user.quire." + name).decode())
	except OSError:
		pass
' "$1"
}

@test "a result says whose it is, beside its text" {
	need_marks
	of 'file:///in/a é.pdf' a text >in
	run -0 --separate-stderr s3put --settings '{"dpi":150}' out <in
	[ "$(cat out/a.md)" = text ]
	[ "$(mark out/a.md)" = "source-uri file:///in/a%20%C3%A9.pdf
source-etag e1
settings $(printf '{"dpi":150}' | sha256sum | cut -c 1-16)
size 4" ]
	# What is too long for a mark is told apart all the same.
	long=file:///$(printf 'x%.0s' {1..300})
	of "$long" b >in
	run -0 --separate-stderr s3put out <in
	[ "$(mark out/b.md)" = "source-uri sha256:$(printf %s "$long" | sha256sum | cut -d ' ' -f 1)
source-etag e1
size ${#long}" ]
	of "${long}y" b other >in
	run -1 --separate-stderr s3put out <in
	failed permanent job.clash
	result bare >in
	run -0 --separate-stderr s3put out <in
	[ -z "$(mark out/bare.md)" ]
}

@test "another document's result is not replaced, and both are named" {
	need_marks
	of file:///jan/scan.pdf scan.pdf jan | s3put out >put
	of file:///feb/scan.pdf scan.pdf feb >in
	run -1 --separate-stderr s3put out <in
	failed permanent job.clash
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *'file:///jan/scan.pdf has the result that file:///feb/scan.pdf would have'*--on-clash=suffix*--on-clash=replace* ]]
	[ "$(cat out/scan.pdf.md)" = jan ]
	# Its own is, of another version or made in another way.
	of file:///jan/scan.pdf scan.pdf new e2 >in
	run -0 --separate-stderr s3put --settings x out <in
	[ "$(cat out/scan.pdf.md)" = new ]
	# What is nobody's is.
	printf mine >out/free.md
	of file:///feb/free free feb >in
	run -0 --separate-stderr s3put out <in
	[ "$(cat out/free.md)" = feb ]
	[ "$(ls -A out)" = 'free.md
scan.pdf.md' ]
}

@test "--on-clash=replace takes the place, suffix another name, the same each time" {
	need_marks
	of file:///jan/scan.pdf scan.pdf jan | s3put out >put
	of file:///feb/scan.pdf scan.pdf feb >in
	own=scan.pdf~$(printf file:///feb/scan.pdf | sha256sum | cut -c 1-8)
	for _ in 1 2; do
		run -0 --separate-stderr s3put --on-clash suffix out <in
		json ".dest == \"file://$here/out/$own.md\" and .dest_rel == \"$own\""
		[ -z "$stderr" ]
	done
	[ "$(cat out/scan.pdf.md)-$(cat "out/$own.md")" = jan-feb ]
	run -0 --separate-stderr s3put --on-clash replace out <in
	[ "$(cat out/scan.pdf.md)" = feb ]
	[[ $(mark out/scan.pdf.md) == 'source-uri file:///feb/scan.pdf'* ]]
	# Where that name is another's too, it is refused.
	of file:///x "$own" x | s3put --on-clash replace out >put
	of file:///jan/scan.pdf scan.pdf jan | s3put --on-clash replace out >put
	run -1 --separate-stderr s3put --on-clash suffix out <in
	json '.error.code == "job.clash"'
}

@test "two documents of one process never have one result, whatever the file system keeps" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	mkdir out
	mount -t ramfs ramfs out || skip "the kernel lets nobody mount here"
	mounted=$PWD/out
	{ of file:///a x a; of file:///b x b; } >in
	# One work directory has both: the first is read before the second is there.
	sed -i "1s|/out.md|/one.md|" in
	printf a >"$(sed -n 1p in | jq -r .path)"
	for j in 1 4; do
		run -1 --separate-stderr s3put -j $j out <in
		[ "$(jq -r '.error.code // "put"' <<<"$output" | sort)" = 'job.clash
put' ]
		[ "$(cat out/x.md)" = a ]
		[ -z "$(mark out/x.md)" ]
	done
	# Nothing tells another process.
	sed -n 2p in >other
	run -0 --separate-stderr s3put out <other
	[ "$(cat out/x.md)" = b ]
}

@test "a mark that is none of ours says nothing" {
	need_marks
	mkdir out
	for text in "'a\\nb'" "'\\x1b[2J'" "'x' * 1000" "''"; do
		printf old >out/a.md
		python3 -c "import os; os.setxattr('out/a.md', 'user.quire.source-uri', ($text).encode())"
		of file:///a a new >in
		run -0 --separate-stderr s3put out <in
		[ "$(cat out/a.md)" = new ]
		rm out/a.md
	done
}

@test "--find passes on those that are there, of the same version and settings" {
	need_marks
	for n in 1 2 3 4; do of "file:///in/$n" "d/$n"; done >in
	s3put --settings s out <in >put
	find out -printf '%p %T@\n' | sort >before
	# Another version; other settings; no such result; no mark; what the ledger knew.
	sed '2s/"e1"/"e2"/' in >listed
	of file:///in/5 d/5 >>listed
	printf x >out/d/6.md && of file:///in/6 d/6 >>listed
	sed -n '4s/}$/,"added":false}/p' in >>listed
	run -0 --separate-stderr s3put --find --settings s out <listed
	[ "$(jq -r .dest <<<"$output")" = "file://$here/out/d/1.md
file://$here/out/d/3.md
file://$here/out/d/4.md" ]
	[ -z "$stderr" ]
	for settings in --settings=t ''; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr s3put --find $settings out <listed
		[ -z "$output" ]
	done
	of file:///other d/1 >in
	run -1 --separate-stderr s3put --find --settings s out <in
	failed permanent job.clash
	mv out/d real && ln -s "$PWD/real" out/d
	run -0 --separate-stderr s3put --find --settings s out <listed
	[ -z "$output" ]
	rm out/d && mv real out/d && rm out/d/6.md
	: >out/d/6.md && rm out/d/6.md
	[ "$(find out -type f -printf '%p %T@\n' | sort)" = "$(grep '\.md ' before)" ]
}

@test "--foreign passes on those where another's result is" {
	need_marks
	for n in 1 2 3 4 5 6; do of "file:///in/$n" "$n"; done >in
	s3put --settings s out <in >put
	jq -es 'all(.dest_etag != null)' put
	[ "$(jq -r .dest_etag put | sort)" = "$(s3ls out | jq -r .etag | sort)" ]
	# Another document, version, and settings; by hand; gone; no mark.
	of file:///other 1 >other && s3put --settings s --on-clash replace out <other >put
	of file:///in/2 2 x e2 >other && s3put --settings s out <other >put
	of file:///in/3 3 >other && s3put --settings t out <other >put
	echo more >>out/4.md
	rm out/5.md out/6.md && echo text >out/6.md
	run -0 --separate-stderr s3put --foreign --settings s out <in
	[ "$(jq -r .rel <<<"$output")" = '1
2
3' ]
	[ -z "$stderr" ]
	# What was doubtful does not say its settings: the document's record says that.
	of file:///in/7 7 | sed 's/}$/,"doubtful_pages":[1]}/' >in
	s3put --settings s out <in >put
	run -0 --separate-stderr s3put --foreign --settings s out <in
	[ -z "$output" ]
}

@test "--find passes over what is not so long as it was put" {
	need_marks
	for n in 1 2 3 4 5; do of "file:///in/$n" "$n"; done >in
	of file:///in/6 6 '' >>in
	s3put --settings s out <in >put
	: >out/1.md
	echo more >>out/2.md
	# Marks of before said no size.
	python3 -c 'import os; [os.removexattr("out/%d.md" % n, "user.quire.size") for n in (3, 4)]'
	: >out/3.md
	run -0 --separate-stderr s3put --find --settings s out <in
	[ "$(jq -r .rel <<<"$output")" = '4
5
6' ]
}

@test "what stands in the way is dest.write, and stays" {
	mkdir -p out/dir.md && printf file >out/file
	tree out >before
	result dir >in
	run -1 --separate-stderr s3put out <in
	failed permanent dest.write
	result file/x >in
	run -1 --separate-stderr s3put out <in
	failed permanent dest.write
	diff before <(tree out)
}

@test "a full disk leaves what was there, and the other documents" {
	full_disk "$PWD/out"
	result a 'old text' | s3put out >put
	result a "$(printf 'x%.0s' {1..100000})" >in
	run -1 --separate-stderr s3put out <in
	failed transient dest.write
	[ "$(cat out/a.md)" = 'old text' ]
	[ "$(ls -A out)" = a.md ]
	{ cat in && result b small; } >both
	run -1 --separate-stderr s3put out <both
	[ "$(jq -r .error.code <<<"$output")" = $'dest.write\nnull' ]
	[ "$(cat out/b.md)" = small ]
}

@test "a file size limit leaves what was there, and the other documents" {
	result a 'old text' | s3put out >put
	result a "$(printf 'x%.0s' {1..100000})" >in
	run -1 --separate-stderr bash -c 'ulimit -f 16 && exec env --default-signal=XFSZ s3put out' <in
	failed transient dest.write
	[ "$(cat out/a.md)" = 'old text' ]
	[ "$(ls -A out)" = a.md ]
	{ cat in && result b small; } >both
	run -1 --separate-stderr bash -c 'ulimit -f 16 && exec env --default-signal=XFSZ s3put out' <both
	[ "$(jq -r .error.code <<<"$output")" = $'dest.write\nnull' ]
	[ "$(cat out/b.md)" = small ]
}

# stopped ARG LINE: s3put, as an ordinary user, ends with 3 and reads nothing.
stopped()
{
	{
		run -3 --separate-stderr as_user s3put "$1"
		read -r rest
	} <in
	[ -z "$output" ]
	[ "$stderr" = "$2" ]
	[ "$rest" = "$(cat in)" ]
}

@test "a DEST that cannot be written to is 3, before anything is read" {
	result a >in
	mkdir shut && chmod 555 shut
	stopped shut 's3put: shut: Permission denied (dest.open)'
	stopped shut/sub 's3put: shut/sub: Permission denied (dest.open)'
	[ -z "$(ls -A shut)" ]
}

@test "a DEST that is no folder, or has no name, is 3, before anything is read" {
	result a >in
	: >file
	stopped file 's3put: file: Not a directory (dest.open)'
	stopped file/out 's3put: file/out: Not a directory (dest.open)'
	stopped '' 's3put: : No such file or directory (dest.open)'
	stopped in 's3put: in: Not a directory (dest.open)'
}

@test "a file system that is read-only is 3, before anything is read" {
	full_disk "$PWD/out"
	mount -o remount,ro "$PWD/out"
	result a >in
	{
		run -3 --separate-stderr s3put out
		read -r rest
	} <in
	[ "$stderr" = 's3put: out: Read-only file system (dest.open)' ]
	[ "$rest" = "$(cat in)" ]
}

@test "a folder below DEST that cannot be written to fails its documents only" {
	result shut/a >in
	mkdir -p out/shut && chmod 777 out && chmod 555 out/shut && chmod 711 "$QUIRE_WORK"
	chmod -R a+rX "$QUIRE_WORK"/*
	run -1 --separate-stderr as_user s3put out <in
	failed permanent dest.write
	result b >in && chmod -R a+rX "$QUIRE_WORK"/*
	run -0 --separate-stderr as_user s3put out <in
	[ "$(cat out/b.md)" = b ]
	[ -z "$(ls -A out/shut)" ]
}

# meanwhile COMMAND: s3put of two documents, as an ordinary user, between which this happens.
meanwhile()
{
	rm -rf out && mkdir out && chmod 777 . out
	result a >in.a && result b >in
	chmod 711 "$QUIRE_WORK"
	chmod -R a+rX "$QUIRE_WORK"/*
	{ cat in.a && until_true test -e out/a.md && "$@" && cat in; } |
		as_user s3put -j 1 "$PWD/out" >put 2>err || status=$?
	output=$(tail -n 1 put) stderr=$(cat err)
	mapfile -t lines <<<"$output"
	mapfile -t stderr_lines <err
	[ "$status" -eq 1 ]
}

@test "a DEST that takes nothing any more is no fault of the document's" {
	status=0
	meanwhile chmod 555 out
	failed transient dest.write
	chmod 777 out
	meanwhile rm -r out
	failed transient dest.write
}

@test "--rm removes the work of a document that was put, and its members" {
	result a >in
	work=$(jq -r .work in) && : >"$work/p-0001.png" && : >"$work/.hidden"
	run -0 --separate-stderr s3put --rm out <in
	[ -z "$stderr" ]
	json '(has("work") or has("path")) | not'
	json '.id == "r" and .rel == "a" and .dest != null'
	[ "$(cat out/a.md)" = a ]
	[ -s in ]
	leftovers
}

@test "--rm removes the work of a record without a kind" {
	result a | jq -c 'del(.kind)' >in
	run -0 --separate-stderr s3put --rm out <in
	[ "$(cat out/a.md)" = a ]
	leftovers
}

@test "--rm removes the work of a document that fails here" {
	mkdir out && ln -s x out/a.md
	result a >in
	run -1 --separate-stderr s3put --rm out <in
	failed permanent dest.symlink
	leftovers
	result b x '{"path":"/gone"}' >in
	run -1 --separate-stderr s3put --rm out <in
	failed permanent io.read
	leftovers
	result c x '{"v":2}' >in
	run -1 --separate-stderr s3put --rm out <in
	failed validation record.version
	leftovers
}

@test "--rm removes the work of a document that failed earlier, and passes it on as it is" {
	result a x '{"error":{"code":"x.y"}, "big":1}' | sed 's/1}$/ 12345678901234567890 }/' >in
	run -1 --separate-stderr s3put out <in
	[ "$output" = "$(cat in)" ]
	[ -f "$(jq -r .path in)" ]
	run -1 --separate-stderr s3put --rm out <in
	[ "$output" = "$(cat in)" ]
	[ -z "$stderr" ]
	[ -z "$(ls -A out)" ]
	leftovers
}

@test "--rm leaves the work of pages and of what is neither" {
	for kind in page error other; do
		result a x "{\"kind\":\"$kind\"}" >in
		run -1 --separate-stderr s3put --rm out <in
		failed validation record.kind
		[ -f "$(jq -r .path in)" ]
		result a x "{\"kind\":\"$kind\",\"error\":{\"code\":\"x\"}}" >in
		run -1 --separate-stderr s3put --rm out <in
		[ "$output" = "$(cat in)" ]
		[ -f "$(jq -r .path in)" ]
	done
	[ -z "$(ls -A out)" ]
}

@test "--rm of a work that is gone is no error" {
	result a >in && rm -r "$(jq -r .work in)"
	result a x "{\"path\":\"$here/in\"}" >/dev/null && rm -r "$(jq -r .work in)"
	jq -c --arg p "$here/in" '.path = $p' in >gone
	run -0 --separate-stderr s3put --rm out <gone
	[ -z "$stderr" ]
	cmp in out/a.md
}

# bats test_tags=brief
@test "--rm removes nothing that is not a document's directory in QUIRE_WORK" {
	result a >in
	token=0123456789abcdef
	mkdir -p "$root/run.x/id.$token" "$root/keep" "$root/id.short" "$root/id.${token}0" "$here/id.$token" "$root-2/id.$token"
	for dir in "$root/run.x/id.$token" "$root/keep" "$root/id.short" "$root/id.${token}0" "$here/id.$token" "$root-2/id.$token" "$root"; do
		printf mine >"$dir/file"
	done
	printf mine >"$root/file.$token"
	ln -s "$here/id.$token" "$root/link.$token"
	good=$(jq -r .work in)
	tree "$root" "$root-2" "$here/id.$token" >before
	for work in "$root" "$root/" "$root/." "$root/.." "$root/keep" "$root/id.short" "$root/id.${token}0" \
	    "$root/run.x/id.$token" "$here/id.$token" "$root-2/id.$token" "$root/../here/id.$token" \
	    "$root/link.$token" "$root/file.$token" "$good/" "$good/." "$good/../keep" "$root//${good##*/}" \
	    "${good##*/}" "../work/${good##*/}" / . '' "$good/out.md"; do
		jq -c --arg w "$work" '.work = $w' in >other
		run -0 --separate-stderr s3put --rm out <other
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ $stderr == "s3put: r: "*" (work.path, validation)"* ]]
		diff before <(tree "$root" "$root-2" "$here/id.$token")
	done
	jq -c '.work = 7' in >other
	run -0 --separate-stderr s3put --rm out <other
	diff before <(tree "$root" "$root-2" "$here/id.$token")
}

@test "--rm leaves a folder in work, and says so" {
	result a >in
	work=$(jq -r .work in) && mkdir "$work/sub" && printf mine >"$work/sub/file" && printf x >"$work/p"
	run -0 --separate-stderr s3put --rm out <in
	[ "$stderr" = 's3put: r: sub: no plain file, left (work.remove, permanent)' ]
	[ "$(cat out/a.md)" = a ]
	[ "$(find "$work" -mindepth 1 | sort)" = "$work/sub
$work/sub/file" ]
}

@test "--rm in a QUIRE_WORK that others may enter removes nothing, and says so" {
	result a >in
	chmod 755 "$QUIRE_WORK"
	run -0 --separate-stderr s3put --rm out <in
	[ "$stderr" = "s3put: r: $root: not a directory of ours with mode 0700 (work.root)" ]
	[ -f "$(jq -r .path in)" ]
	[ "$(cat out/a.md)" = a ]
}

@test "without --rm, QUIRE_WORK is not looked at" {
	printf x >file
	printf '{"v":1,"kind":"document","rel":"a","path":"%s/file"}\n' "$here" >in
	QUIRE_WORK=/no/such run -0 --separate-stderr s3put out <in
	[ -z "$stderr" ]
	[ "$(cat out/a.md)" = x ]
	[ ! -e "$QUIRE_WORK" ]
}

@test "two that write one name leave one of the two, whole, and nothing else" {
	for i in 1 2; do
		head -c 200000 /dev/zero | tr '\0' "$i" >"file$i"
		for n in {1..50}; do
			printf '{"v":1,"kind":"document","rel":"d/a","path":"%s/file%s"}\n' "$here" "$i"
		done >"in$i"
	done
	s3put out <in1 >put1 &
	s3put -j 16 out <in2 >put2
	wait "$!"
	[ "$(cat put1 put2 | jq -s 'map(select(.dest)) | length')" -eq 100 ]
	cmp out/d/a.md file1 || cmp out/d/a.md file2
	[ "$(ls -A out/d)" = a.md ]
}

@test "every document of many is put once, whatever -j says" {
	for n in {1..200}; do
		printf '%s' "$n" >"file.$n"
		printf '{"v":1,"kind":"document","rel":"%s/%s.pdf","path":"%s/file.%s"}\n' $((n % 7)) "$n" "$here" "$n"
	done >in
	for jobs in -j1 '--jobs 3' --jobs=1024; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr s3put $jobs out <in
		[ "${#lines[@]}" -eq 200 ]
		for n in {1..200}; do
			[ "$(<"out/$((n % 7))/$n.pdf.md")" = "$n" ]
		done
		[ "$(find out -type f | wc -l)" -eq 200 ]
		rm -r out
	done
}

@test "documents and pages are counted for QUIRE_PROGRESS" {
	mkdir progress out && ln -s x out/c.md
	{ result a a '{"doc_pages":7}' && result b && result c; } >in
	QUIRE_PROGRESS=$PWD/progress run -1 --separate-stderr s3put out <in
	jq -e '.tool == "s3put" and .in == 3 and .out == 3 and .passed == 2 and .failed == 1 and
	    .done == 0 and .pages == 8 and .codes == {"dest.symlink": 1}' progress/s3put.*
}

@test "a result that is longer than --max-size is refused" {
	result a 12345 >in
	run -1 --separate-stderr s3put --max-size 4 out <in
	failed validation document.large
	[ ! -e out/a.md ]
	run -0 --separate-stderr s3put --max-size 5 out <in
	[ "$(cat out/a.md)" = 12345 ]
}

@test "a bad command line is status 2, and nothing is read or made" {
	usage='usage: s3put [-j N] [--max-size BYTES] [--rm] [--on-clash refuse|replace|suffix]
             [--settings TEXT] [--find] [--foreign]
             [--addressing auto|path|virtual] DEST'
	local args
	for args in '|an operand is missing' 'out b|b: one operand too many' \
	    '--nothing out|--nothing: no such option' 'out -x|-x: no such option' \
	    'out -j|-j: needs an argument' '-j 0 out|--jobs 0: not a number from 1 to 1024' \
	    '-j -1 out|--jobs -1: not a number from 1 to 1024' \
	    '--jobs=1025 out|--jobs 1025: not a number from 1 to 1024'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr s3put ${args%%|*} <<<'{}'
		[ -z "$output" ]
		[ "$stderr" = "s3put: ${args#*|}"$'\n'"$usage" ]
	done
	[ ! -e out ]
}
