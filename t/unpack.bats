#!/usr/bin/env bats
# s3get --unpack: members of archives are documents, whatever they are called, and
# nothing that an archive may hold is lost without a word.
load helper
load pdf

setup()
{
	quire_setup
	# shellcheck disable=SC2153
	samples=$QUIRE_TOP/share/quire/samples
	export QUIRE_LOG=text
	root=$(realpath "$BATS_TEST_TMPDIR")/work
}

teardown()
{
	[[ -z ${pid-} ]] || kill -9 "$pid" 2>/dev/null || :
	exec 7>&- 8<&- || :
}

# archives: run Python with these to make them: zip(FILE, NAME...), tar(FILE, NAME...),
# each member holding its name, or a pair of name and bytes; packed(FILE, FROM, HOW).
archives()
{
	{
		cat <<-'END'
			import bz2, gzip, io, lzma, struct, sys, tarfile, warnings, zipfile
			warnings.simplefilter("ignore")

			def pair(m):
			    return m if isinstance(m, tuple) else (m, m.encode("utf-8", "surrogateescape"))

			def zip(file, *members):
			    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as z:
			        for name, data in map(pair, members):
			            z.writestr(name, data)

			def tar(file, *members):
			    with tarfile.open(file, "w") as t:
			        for m in members:
			            info, data = (m, b"") if isinstance(m, tarfile.TarInfo) else pair(m)
			            if not isinstance(info, tarfile.TarInfo):
			                info = tarfile.TarInfo(info)
			                info.size = len(data)
			            t.addfile(info, io.BytesIO(data))

			def other(name, type, to=""):
			    info = tarfile.TarInfo(name)
			    info.type, info.linkname = type, to
			    return info

			# RFC 8878: a frame of one block that is not compressed.
			def zstd(data):
			    return (b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(data)) +
			        struct.pack("<I", 1 | len(data) << 3)[:3] + data)

			def packed(file, origin, how):
			    open(file, "wb").write(how(open(origin, "rb").read()))

			def cut(file, origin, n):
			    open(file, "wb").write(open(origin, "rb").read()[:n])

		END
		cat
	} | python3 -
}

# unpack PLACE [OPTION...]: list and get it; records in $output, the log in $stderr.
unpack()
{
	s3ls "$1" >"$BATS_TEST_TMPDIR/in"
	run --separate-stderr s3get --unpack "${@:2}" <"$BATS_TEST_TMPDIR/in"
}

# said EXPR: of each record, by jq, a line each, sorted.
said()
{
	# shellcheck disable=SC2154 # run's
	jq -c "$1" <<<"$output" | sort
}

# whole: each record without an error has its own work directory, with the bytes hashed.
whole()
{
	local good

	good=$(jq -c 'select(.error | not)' <<<"$output")
	[ "$(jq -r .work <<<"$good" | sort -u | wc -l)" -eq "$(wc -l <<<"$good")" ]
	[ "$(jq -r .id <<<"$good" | sort -u | wc -l)" -eq "$(wc -l <<<"$good")" ]
	jq -es 'all(.[]; .path == .work + "/source")' <<<"$good" >/dev/null
	jq -r '"\(.sha256)  \(.path)"' <<<"$good" | sha256sum --quiet -c
	[ "$(jq -r '.path | @sh "stat -c %s \(.)"' <<<"$good" | sh)" = "$(jq -r .size <<<"$good")" ]
	# What failed, and the archives, leave nothing.
	[ "$(find "$root" -mindepth 1 -maxdepth 1 | sort)" = "$(jq -r .work <<<"$good" | sort)" ]
}

@test "each member of an archive is a document of its own, of whatever form it is" {
	archives <<-'END'
		zip("a.zip", "one.txt", "d/two.txt")
		tar("a.tar", "one.txt", "d/two.txt")
		packed("a.gz", "a.tar", gzip.compress)
		packed("a.bz2", "a.tar", bz2.compress)
		packed("a.xz", "a.tar", lzma.compress)
		packed("a.zst", "a.tar", zstd)
		packed("twice", "a.gz", gzip.compress)
	END
	# Its name says nothing.
	cp a.xz letter.pdf
	for f in a.zip a.tar a.gz a.bz2 a.xz a.zst twice letter.pdf; do
		rm -rf "$QUIRE_WORK"
		unpack "$f"
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		[ "$(said '[.rel, .member, .size]')" = "[\"$f!/d/two.txt\",2,9]
[\"$f!/one.txt\",1,7]" ]
		json ".archive == \"file://$PWD/$f\" and (.uri | startswith(\"file://$PWD/$f!/\"))"
		json ".kind == \"document\" and .etag == \"$(jq -r .etag "$BATS_TEST_TMPDIR/in")\" and (has(\"mtime\") | not)"
		json '.took_ms | keys == ["s3get"]'
		whole
		[ "$(jq -r 'select(.member == 2).path' <<<"$output" | xargs cat)" = d/two.txt ]
	done
}

@test "without --unpack an archive is a document as any other" {
	archives <<<'zip("a.zip", "one.txt")'
	s3ls a.zip >in
	run -0 --separate-stderr s3get <in
	json '.rel == "a.zip" and (has("archive") | not) and .path'
	run -1 --separate-stderr doc2png <<<"$output"
	json '.error.code == "document.type"'
}

@test "what was in the archive's record and is not about its file is kept" {
	archives <<<'tar("a.tar", "x")'
	s3ls a.tar | jq -c '. + {id: "mine", version: "7", dest_rel: "z", meta: {a: 1}}' |
	    sed 's/^{/{"n":12345678901234567890,/' >in
	run -0 --separate-stderr s3get --unpack <in
	json '.id != "mine" and .version == "7" and .meta.a == 1 and (has("dest_rel") | not)'
	[[ $output == '{"n":12345678901234567890,'* ]]
	[[ $(jq -r .work <<<"$output") == "$root/$(jq -r .id <<<"$output")".* ]]
}

@test "zips that are documents, and all that is no archive, go on as they are" {
	archives <<-'END'
		zip("a.docx", "word/document.xml", "[Content_Types].xml")
		zip("a.odt", ("mimetype", b"application/vnd.oasis.opendocument.text"), "content.xml")
		zip("a.epub", "OPS/a.html", "META-INF/container.xml")
		zip("a.jar", "A.class", "META-INF/MANIFEST.MF")
		open("a.txt", "w").write("text")
		open("empty", "w")
		packed("a.txt.gz", "a.txt", gzip.compress)
		zip("b", "x")
		packed("b.zip.gz", "b", gzip.compress)
		open("zeros", "wb").write(bytes(10240))
		open("short", "w").write("PK")
	END
	rm b
	cp "$samples/scan.pdf" .
	unpack . --max-members 100
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(said .rel | tr -d '\n')" = '"a.docx""a.epub""a.jar""a.odt""a.txt""a.txt.gz""b.zip.gz""empty""scan.pdf""short""zeros"' ]
	json '(has("archive") | not) and .path'
	whole
}

@test "a zip is none because of a document within a folder of it" {
	archives <<<'zip("a.zip", "a", "b/[Content_Types].xml", "mimetype", "x/META-INF/MANIFEST.MF")'
	unpack a.zip
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 4 ]
}

@test "a name is text: none climbs, none hides another, none is too long" {
	archives <<-'END'
		names = ["../../up", "/abs/x", "..", "a//b", "./c", "d/../e", "twice", "twice", "twice", "twice~8",
		    "50%.txt", "new\nline", "-dash", 'q"', "\u00e9/\u65e5\u672c", "n" * 300 + "/" + "m" * 300, "l" * 5000,
		    "l" * 5000 + "2", "\u00e9" * 1000, "d.x/two.txt", "d.x/two.txt", "k" * 2000 + ".csv"]
		tar("a.tar", *names, "raw\udce9")
		zip("a.zip", *names)
	END
	for f in a.tar a.zip; do
		rm -rf "$QUIRE_WORK" out
		unpack "$f"
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		whole
		[ "$(said .uri | sort -u | wc -l)" -eq "${#lines[@]}" ]
		[ "$(said .rel | sort -u | wc -l)" -eq "${#lines[@]}" ]
		json "(.uri | startswith(\"file://$PWD/$f!/\")) and (.rel | startswith(\"$f!/\"))"
		# What a kind is known by stays.
		[ "$(said .rel | grep -cE '/d[.]x/two(~[0-9]+)?[.]txt"$|k~[0-9a-f]{8}[.]csv"$')" -eq 3 ]
		json '(.uri | length) < 1200 and all(.rel | split("/")[]; . != "" and . != "." and . != "..")'
		[ "$(said "[.member, .uri[$((${#PWD} + 15)):], .rel[7:]]" | sort -t '[' -k 2n | head -15)" = \
		    '[1,"../../up","~../~../up"]
[2,"/abs/x","~/abs/x"]
[3,"..","~.."]
[4,"a//b","a/~/b"]
[5,"./c","~./c"]
[6,"d/../e","d/~../e"]
[7,"twice","twice"]
[8,"twice~8","twice~8"]
[9,"twice~9","twice~9"]
[10,"twice~8~10","twice~8~10"]
[11,"50%25.txt","50%25.txt"]
[12,"new\nline","new\nline"]
[13,"-dash","-dash"]
[14,"q\"","q\""]
[15,"é/日本","é/日本"]' ]
		jq -r 'select(.member == 8 or .member == 7).path' <<<"$output" | xargs cat >twice
		[ "$(cat twice)" = twicetwice ]
		# Each result has its place, below DEST.
		s3put --rm out <<<"$output" >put
		jq -es --arg out "file://$PWD/out/$f!/" 'all(.[]; .dest | startswith($out))' put >/dev/null
		[ "$(jq .dest put | sort -u | wc -l)" -eq "${#lines[@]}" ]
		[ "$(find out -type f -printf x | wc -c)" -eq "${#lines[@]}" ]
		[ "$(find . -maxdepth 1 -newer "$BATS_TEST_TMPDIR/in" ! -name out ! -name put ! -name twice ! -name .)" = "" ]
		leftovers
	done
	# Bytes that are no UTF-8 are as in any name.
	unpack a.tar
	[ "$(jq -r 'select(.member == 23).rel' <<<"$output")" = 'a.tar!/raw%E9' ]
}

# By libarchive's rule they are folders, and it gives no bytes of these.
@test "what has bytes and a folder's name is an error" {
	archives <<<'zip("a.zip", ("a/", b""), ("b/", b"bytes"), ("c\\", b"bytes"), "d")'
	unpack a.zip
	[ "$status" -eq 1 ]
	[ "$(said '[.rel, .size, .error.code]')" = '["a.zip!/b/~",null,"document.damaged"]
["a.zip!/c/~",null,"document.damaged"]
["a.zip!/d",1,null]' ]
	whole
}

@test "links, devices, FIFOs and folders are passed over, and said" {
	archives <<-'END'
		tar("a.tar", other("folder", tarfile.DIRTYPE), "folder/x", other("soft", tarfile.SYMTYPE, "/etc/passwd"),
		    other("hard", tarfile.LNKTYPE, "folder/x"), other("fifo", tarfile.FIFOTYPE),
		    other("device", tarfile.CHRTYPE), other("folder/../up", tarfile.SYMTYPE, "../.."), "up/y")
		link = zipfile.ZipInfo("soft")
		link.create_system, link.external_attr = 3, 0o120777 << 16
		with zipfile.ZipFile("a.zip", "w") as z:
		    z.writestr("folder/", "")
		    z.writestr(link, "/etc/passwd")
		    z.writestr("x", "x")
	END
	mkdir -m 700 progress
	QUIRE_PROGRESS=$PWD/progress unpack a.tar
	[ "$status" -eq 0 ]
	[ "$(said '[.rel, .member]')" = '["a.tar!/folder/x",2]
["a.tar!/up/y",8]' ]
	[[ $stderr == *'a.tar: 3 links and 2 devices or FIFOs in it were passed over' ]]
	jq -e '.links == 3 and .special == 2 and .folders == 1 and .in == 1 and .done == 1 and .out == 2' progress/s3get.*
	whole
	rm -rf "$QUIRE_WORK"
	unpack a.zip
	[ "$status" -eq 0 ]
	[ "$(said .rel)" = '"a.zip!/x"' ]
	[[ $stderr == *'a.zip: 1 links and 0 devices or FIFOs in it were passed over' ]]
}

@test "members that cannot be had are errors of their own, and the others go on" {
	archives <<-'END'
		zip("a.zip", "one", "secret", ("large", b"x" * 5000), ("bad", bytes(range(256))), "last")
		data = bytearray(open("a.zip", "rb").read())
		# General purpose bit 0, of the local header and of the directory.
		with zipfile.ZipFile("a.zip") as z:
		    data[z.getinfo("secret").header_offset + 6] |= 1
		    bad = z.getinfo("bad").header_offset + 30 + 3
		data[data.rindex(b"secret") - 46 + 8] |= 1
		data[bad + 20] ^= 0x55
		open("a.zip", "wb").write(data)
		tar("a.tar", ("large", b"x" * 5000), "last")
	END
	unpack a.zip --max-size 4000
	[ "$status" -eq 1 ]
	[ "$(said '[.member, .error.code, .error.class, .error.stage]')" = '[1,null,null,null]
[2,"document.encrypted","validation","s3get"]
[3,"document.large","validation","s3get"]
[4,"document.damaged","validation","s3get"]
[5,null,null,null]' ]
	[ "${#stderr_lines[@]}" -eq 3 ]
	[[ $stderr == *'a.zip!/secret: '*'(document.encrypted, validation)'* ]]
	json 'if .error then (.path or .work or .sha256 | not) and .archive else true end'
	whole
	rm -rf "$QUIRE_WORK"
	unpack a.tar --max-size 4000
	[ "$(said .error.code)" = '"document.large"' ]
	unpack a.tar --max-size 20000
	[ "$status" -eq 0 ]
}

@test "of an archive that is cut or damaged what can be read goes on, and it is said" {
	archives <<-'END'
		tar("a.tar", ("a", b"a" * 700), ("b", b"b" * 700), ("c", b"c" * 700))
		cut("header", "a.tar", 1536 + 100)
		cut("middle", "a.tar", 1536 + 900)
		# Nothing shows there but that the end is missing.
		cut("between", "a.tar", 2 * 1536)
		packed("between.gz", "between", gzip.compress)
		data = bytearray(open("a.tar", "rb").read())
		data[1536 + 5] ^= 1
		open("sum", "wb").write(data)
		zip("a.zip", ("a", bytes(range(256)) * 4), ("b", bytes(range(256)) * 4))
		cut("directory", "a.zip", open("a.zip", "rb").read().index(b"PK\1\2"))
		cut("zip", "a.zip", 400)
	END
	for want in 'header a' 'middle a b:document.damaged' 'between a b' 'between.gz a b' 'sum a c' \
	    'directory a b' 'zip a b:document.damaged'; do
		read -r f members <<<"$want"
		rm -rf "$QUIRE_WORK"
		unpack "$f"
		echo "$f: $output $stderr" >&2
		[ "$status" -eq 1 ]
		[ "$(jq -rs '[.[] | select(.archive) | (.rel | split("/")[-1]) + (if .error then ":" + .error.code else "" end)] | join(" ")' <<<"$output")" = "$members" ]
		[ "$(jq -c 'select(.archive | not) | [.rel, .error.code, .error.class, has("path"), has("work")]' <<<"$output")" = \
		    "[\"$f\",\"document.damaged\",\"validation\",false,false]" ]
		whole
	done
}

@test "too many entries, too many bytes and bombs are the archive's error" {
	archives <<-'END'
		zip("many.zip", *[("%d" % n, b"") for n in range(20001)])
		tar("five.tar", "1", "2", other("3", tarfile.DIRTYPE), "4", "5")
		zip("five.zip", "1", "2", "3/", "4", "5")
		zip("bomb.zip", "small", ("bomb", bytes(12 << 20)))
		tar("b", ("a", bytes(9 << 20)), ("b", bytes(9 << 20)), "c")
		packed("bomb.tgz", "b", gzip.compress)
		# Of nobody's bytes, too.
		folder = tarfile.TarInfo("folder")
		folder.type, folder.size = tarfile.FIFOTYPE, 0
		zip("sum.zip", ("a", b"a" * 600), ("b", b"b" * 600))
		tar("sum.tar", ("a", b"a" * 600), ("b", b"b" * 600))
	END
	rm b
	limit()
	{
		rm -rf "$QUIRE_WORK"
		unpack "${@:3}"
		echo "$*: ${output:0:500}" >&2
		[ "$status" -eq 1 ]
		[ "$(jq -c 'select(.archive | not) | [.rel, .error.code, .error.class]' <<<"$output")" = \
		    "[\"$3\",\"archive.limit\",\"validation\"]" ]
		[ "$(jq -s 'map(select(.archive)) | length' <<<"$output")" -eq "$1" ]
		[[ $stderr == *$2* ]]
		! [ "$1" -gt 0 ] || whole
	}
	limit 0 --max-members many.zip
	limit 3 --max-members five.tar --max-members 4
	limit 0 --max-members five.zip --max-members 4
	limit 0 --max-ratio bomb.zip
	limit 1 --max-ratio bomb.tgz
	limit 0 --max-unpacked sum.zip --max-unpacked 1000
	limit 0 --max-unpacked sum.tar --max-unpacked 1000
	limit 1 --max-unpacked sum.tar --max-unpacked 2000
	unpack many.zip --max-members 20001
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 20001 ]
	unpack five.tar --max-members 5
	[ "$status" -eq 0 ]
	unpack bomb.zip --max-ratio 100000
	[ "$status" -eq 0 ]
	unpack bomb.tgz --max-ratio 100000
	[ "$status" -eq 0 ]
	unpack sum.tar --max-unpacked 20000
	[ "$status" -eq 0 ]
}

@test "an archive in which no file is says so" {
	archives <<-'END'
		zip("empty.zip")
		zip("folders.zip", ("a/", b""), ("b/", b""))
		tar("links.tar", other("a", tarfile.SYMTYPE, "b"), other("b", tarfile.SYMTYPE, "a"))
		tar("b")
		packed("empty.tgz", "b", gzip.compress)
	END
	rm b
	for f in empty.zip folders.zip links.tar empty.tgz; do
		unpack "$f"
		[ "$status" -eq 1 ]
		json ".rel == \"$f\" and .error.code == \"archive.empty\" and .error.class == \"validation\""
	done
	leftovers
}

@test "an archive within an archive is a document of an unknown type" {
	archives <<-'END'
		zip("inner.zip", "x")
		zip("outer.zip", ("inner.zip", open("inner.zip", "rb").read()))
	END
	unpack outer.zip
	[ "$(said '[.rel, .member]')" = '["outer.zip!/inner.zip",1]' ]
	run -1 --separate-stderr doc2png <<<"$output"
	json '.error.code == "document.type" and .rel == "outer.zip!/inner.zip"'
}

@test "a job of a ledger's that is an archive is refused, and no other" {
	archives <<-'END'
		zip("a.zip", "x")
		zip("a.docx", "[Content_Types].xml")
		open("a.txt", "w").write("x")
	END
	jobdb queue --dest out set q >/dev/null
	s3ls . --match 'a.*' | jobdb add --queue q >/dev/null
	run --separate-stderr jobdb work --queue q --wait 0 -- sh -c \
	    's3get --unpack | tee got | jq --unbuffered -c "if .error then . else . + {dest: .uri} end" | jobdb done --rm >/dev/null'
	[ "$(jobdb list | jq -c '[.rel, .state, .error.code]' | sort)" = '["a.docx","done",null]
["a.txt","done",null]
["a.zip","dead","archive.job"]' ]
	[ "$(jq -c 'select(.archive)' got)" = "" ]
	leftovers
}

@test "the whole way: a PDF in an archive becomes text, and nothing is left" {
	pdf_begin a.pdf
	pdf_page 300 144 "BT /F 20 Tf 10 30 Td (The quick brown fox) ' ET"
	pdf_end
	archives <<-'END'
		data = open("a.pdf", "rb").read()
		zip("a.zip", ("b/c.pdf", data), ("bytes", bytes(range(256))), ("../d.pdf", data))
	END
	s3ls a.zip | s3get --unpack | doc2png | ocrpage --rm | mdjoin | s3put --rm out >put 2>log || :
	cat put log >&2
	[ "$(jq -c '[.rel, .archive, .member, .error.code]' put | sort)" = \
	    "[\"a.zip!/b/c.pdf\",\"file://$PWD/a.zip\",1,null]
[\"a.zip!/bytes\",\"file://$PWD/a.zip\",2,\"document.type\"]
[\"a.zip!/~../d.pdf\",\"file://$PWD/a.zip\",3,null]" ]
	grep -q 'quick brown fox' 'out/a.zip!/b/c.pdf.md' 'out/a.zip!/~../d.pdf.md'
	[ "$(find . -name '*.md' | wc -l)" -eq 2 ]
	# Unread, work directories of what failed are removed by s3put --rm as well.
	leftovers
}

@test "no more members are unpacked than are taken" {
	archives <<<'tar("a.tar", *[("%d" % n, b"x" * 1000) for n in range(3000)])'
	s3ls a.tar >in
	mkfifo out.fifo
	s3get --unpack <in >out.fifo 2>err 3>&- &
	pid=$!
	exec 8<out.fifo
	read -r -t 60 -u 8 line
	full()
	{
		[ "$(find "$QUIRE_WORK" -type f | wc -l)" -ge 6 ]
	}
	until_true full
	sleep 0.3
	[ "$(find "$QUIRE_WORK" -type f | wc -l)" -lt 40 ]
	n=$(cat <&8 | wc -l)
	[ "$n" -eq 2999 ]
	wait "$pid"
	exec 8<&-
}

@test "told to stop, or killed, it leaves nothing that is not cleared" {
	archives <<<'tar("a.tar", *[("%d" % n, b"x" * 1000) for n in range(3000)])'
	s3ls a.tar >in
	begin()
	{
		rm -f out.fifo
		mkfifo out.fifo
		QUIRE_WORK=$QUIRE_WORK s3get --unpack <in >out.fifo 2>err 3>&- &
		pid=$!
		exec 8<out.fifo
		read -r -t 60 -u 8 line
		child=$(cat "/proc/$pid/task/$pid/children")
		[ -n "$child" ]
	}
	begin
	kill -9 "$pid"
	until_true gone "$pid"
	for c in $child; do
		until_true gone "$c"
	done
	cat <&8 >rest || :
	find "$QUIRE_WORK" -mindepth 1 -maxdepth 1 -exec touch -d '3 days ago' {} +
	run -0 quire clean
	leftovers
	# The first signal gives it time, the second none.
	begin
	kill "$pid"
	until_true grep -q 'told to stop' err
	once_more "$pid"
	until_true gone "$pid"
	for c in $child; do
		until_true gone "$c"
	done
	{
		echo "$line"
		cat <&8
	} | jq -c 'select(.error | not)' | s3put --rm out >/dev/null 2>&1 || :
	# The members that were written are their reader's; the archive's directories went.
	[ "$(find "$QUIRE_WORK" -name member | wc -l)" -eq 0 ]
	begin
	kill "$pid"
	until_true grep -q 'told to stop' err
	# What is in hand is finished.
	n=$(cat <&8 | jq -c 'select(.archive and (.error | not))' | wc -l)
	[ "$n" -eq 2999 ]
	until_true gone "$pid"
}

@test "a full work directory fails members, which may be tried again, and no more" {
	mkdir small
	mount -t tmpfs -o size=300k,mode=700 tmpfs small 2>/dev/null || skip "needs to mount a tmpfs"
	archives <<-'END'
		import os
		zip("a.zip", *[(str(n), bytes([n]) * 70000) for n in range(6)], ("last", b""))
	END
	QUIRE_WORK=$PWD/small unpack a.zip
	echo "$output" >&2
	code=$(said '[.error.code, .error.class]' | sort -u)
	left=$(find small -type f | wc -l) good=$(jq -c 'select(.error | not)' <<<"$output" | wc -l)
	umount small
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 7 ]
	[ "$code" = '["disk.full","transient"]
[null,null]' ]
	[ "$left" -eq "$good" ]
}

@test "where libarchive is missing the archive fails, and says what to install" {
	archives <<<'zip("a.zip", "x")'
	echo x >a.txt
	lib=$(ldconfig -p | sed -n 's/.*libarchive\.so\.13 .*=> //p' | head -1)
	unshare -m true 2>/dev/null || skip "the kernel lets nobody mount here"
	s3ls . --match 'a.*' >in
	run -1 --separate-stderr unshare -m sh -c "mount --bind /dev/null '$lib' && s3get --unpack <in"
	[ "$(said '[.rel, .error.code, .error.class]')" = '["a.txt",null,null]
["a.zip","document.tool","permanent"]' ]
	[[ $stderr == *'a.zip: install the package libarchive13'* ]]
}
