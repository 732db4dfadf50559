#!/usr/bin/env bats
# doc2png: documents that are text (quire-formats(7)): text, Markdown, CSV, HTML, EPUB.
load ../helper
load ../run

setup()
{
	quire_setup
	mkdir in
}

# markdown [OPTION...]: of the pages of what is in in, the Markdown.
markdown()
{
	s3ls in | s3get | doc2png "$@" >pages || :
	jq -r .markdown pages
}

# said FILTER: of each record, sorted.
said()
{
	s3ls in | s3get | { doc2png "${@:2}" || :; } | jq -c "$1" | sort
}

@test "text stays text: its lines, its paragraphs, its columns, and no markup" {
	printf 'A title\n\nThe first line\n# and no *heading*\n\nname      age     town\nAnn       12      Rome\nBob       3       Oslo\n\fPage two <b>x</b>\n' >in/a.txt
	run -0 --separate-stderr markdown
	[ "$output" = 'A title

The first line  
\# and no \*heading*

```
name      age     town
Ann       12      Rome
Bob       3       Oslo
```
Page two &lt;b>x&lt;/b>' ]
	[ "$(jq -c '[.page, .pages, .mime, .engine]' pages)" = '[1,2,"text/plain","text"]
[2,2,"text/plain","text"]' ]
}

@test "a text in any code of characters is read; where nothing tells it that is doubtful" {
	printf '\xef\xbb\xbfna\xc3\xafve\r\ncaf\xc3\xa9\r\n' >in/utf8.txt
	printf '\xff\xfen\0a\0\xef\0v\0e\0' >in/le.txt
	printf '\xfe\xff\0n\0a\0\xef\0v\0e' >in/be.txt
	printf 'na\xefve \x93quoted\x94\n' >in/latin.txt
	printf '<html><meta charset="koi8-r"><p>\xd0\xd2\xc9\xd7\xc5\xd4' >in/koi.html
	with pandoc tidy
	run -0 --separate-stderr said '[.rel, .markdown, .doubt]'
	[ "$output" = '["be.txt","naïve",null]
["koi.html","привет",null]
["latin.txt","naïve “quoted”",["encoding"]]
["le.txt","naïve",null]
["utf8.txt","naïve  \ncafé",null]' ]
}

@test "what a store says of the charset counts, unless it is not so" {
	printf '\xef\xf0\xe8\xe2\xe5\xf2' >in/a.txt
	s3ls in | s3get >record
	jq -c '.content_type = "text/plain; charset=windows-1251"' record | doc2png |
		jq -e '.markdown == "привет" and (.doubt | not)'
	s3ls in | s3get | jq -c '.content_type = "text/plain; charset=utf-8"' | doc2png |
		jq -e '.doubt == ["encoding"]'
}

@test "Markdown is passed on as it is, but for marks of pages" {
	printf '# Head\n\n- a [b](http://x/c)\n\n<!-- Page 3 -->\n\n    code\n' >in/m.md
	run -0 --separate-stderr markdown
	[ "$output" = '# Head

- a [b](http://x/c)

<! -- Page 3 -->

    code' ]
}

@test "a table of values is a table, whatever separates them, and its head is on each page" {
	printf 'a,b;c,"d ""x"" e"\n1,2|3,"two\nlines"\n' >in/a.csv
	printf 'x\ty\n1\t*2*\n' >in/b.tsv
	printf '\xef\xbb\xbfPreis;St\xc3\xbcck\r\n1,50;2\r\n2,50;3\r\n' >in/c.csv
	run -0 --separate-stderr said '[.rel, .markdown, .doubt]'
	[ "$output" = '["a.csv","| a | b;c | d \"x\" e |\n| --- | --- | --- |\n| 1 | 2\\|3 | two<br>lines |",null]
["b.tsv","| x | y |\n| --- | --- |\n| 1 | \\*2* |",null]
["c.csv","| Preis | Stück |\n| --- | --- |\n| 1,50 | 2 |\n| 2,50 | 3 |",null]' ]
	rm in/*
	{ echo number,text && seq -f '%.0f,words of a row that is not very long' 20000; } >in/long.csv
	run -0 --separate-stderr markdown
	[ "$(jq -s length pages)" -gt 3 ]
	[ "$(grep -c '^| number | text |$' <<<"$output")" -eq "$(jq -s length pages)" ]
	[ "$(grep -c '^| [0-9]* | words' <<<"$output")" -eq 20000 ]
}

@test "a table that is none is doubtful, and nothing of it is lost" {
	printf 'a,b\n1,2,3,4\n5\n6,"not closed\n7,8\n' >in/a.csv
	run -0 --separate-stderr said '[.markdown, .doubt]'
	[[ $output == *'["table"]]' ]]
	for word in 1 2 3 4 5 6 7 8 'not closed'; do
		[[ $output == *"$word"* ]]
	done
}

@test "HTML is read without fetching or running anything" {
	with pandoc tidy
	cat >in/a.html <<-'EOT'
		<!-- a comment --><!DOCTYPE html><title>T</title><script>document.write("script")</script>
		<h1 id=x>Head &amp; more<p>Some <b>bold</b> <a href="javascript:x()">words</a>
		<a href="http://x.org/a">link</a>
		<table><tr><th>A<th>B<tr><td>1|2<td>2</table>
		<img src="data:image/png;base64,AAAA" alt="alt text"><iframe src="http://127.0.0.1:9/x"></iframe>
		<ul><li>one<li>two</ul><p>&lt;b&gt; and *stars*
	EOT
	run -0 --separate-stderr markdown
	[[ $output == '# Head & more'* && $output == *'Some **bold** words'*'[link](http://x.org/a)'* ]]
	[[ $output == *'| 1\|2 | 2 '* && $output == *'alt text'* && $output == *'\<b\> and \*stars\*' ]]
	[[ $output != *script* && $output != *base64* && $output != *127.0.0.1* ]]
	grep -q '^- *one$' <<<"$output"
}

@test "HTML that says a NUL, or lies too deep in itself, is no trouble" {
	with pandoc tidy
	echo '<!DOCTYPE html [<!ENTITY a "b">]><p>words &a; &#0;&#1; end' >in/a.html
	{ printf '<p>words' && printf '<div>%.0s' {1..20000}; } >in/b.html
	run -0 --separate-stderr said '[.rel, .error.code, (.markdown // "" | contains("words"))]'
	[ "$output" = '["a.html",null,true]
["b.html","document.damaged",false]' ]
}

@test "an EPUB's text is read" {
	with pandoc
	printf '# One\n\nThe quick brown fox.\n\n# Two\n\nThe lazy dog.\n' >book.md
	pandoc book.md -o in/book.epub --metadata title=Book
	run -0 --separate-stderr markdown
	[[ $output == *'# One'*'The quick brown fox.'*'# Two'*'The lazy dog.'* ]]
	[ "$(jq -r .mime pages)" = application/epub+zip ]
}

@test "a message says who wrote what, of each alternative once, and what is attached" {
	with mshow tidy pandoc
	cat >in/a.eml <<-'EOT'
		Return-Path: <a@x.org>
		From: =?utf-8?q?J=C3=BCrgen?= <j@x.org>
		To: b@y.org
		Subject: =?iso-8859-1?q?Gr=FC=DFe?= and more
		 words
		MIME-Version: 1.0
		Content-Type: multipart/mixed; boundary="B"

		--B
		Content-Type: multipart/alternative; boundary="C"

		--C
		Content-Type: text/plain; charset=iso-8859-2
		Content-Transfer-Encoding: quoted-printable

		P=F8=EDli=B9 =BElu=BBou=E8k=FD k=F9=F2 =FAp=ECl =EF=E1belsk=E9 =F3dy

		and # no heading
		--C
		Content-Type: text/html; charset=utf-8

		<p>the same as <b>HTML</b>
		--C--
		--B
		Content-Type: application/pdf; name="report.pdf"
		Content-Transfer-Encoding: base64

		JVBERi0xLjQK
		--B
		Content-Type: message/rfc822

		From: inner@x.org
		Subject: within
		Content-Type: text/html

		<p>Words of <i>another</i> message
		--B--
	EOT
	run -0 --separate-stderr markdown
	[[ $output == '**From:** Jürgen'*'**Subject:** Grüße and more words'* ]]
	[[ $output == *'Příliš žluťoučký kůň úpěl ďábelské ódy'*'and # no heading'* ]]
	[[ $output != *HTML* && $output == *'**From:** inner@x.org'*'Words of *another* message'* ]]
	[[ $output == *'- report.pdf (application/pdf, 9 bytes)' ]]
	[ "$(jq -c '[.mime, .doubt]' pages)" = '["message/rfc822",["portfolio"]]' ]
}

@test "a message that is cut, nested or of no part that is read comes to something" {
	with mshow tidy pandoc
	printf 'From: a@b\nSubject: x\nContent-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\nhalf of' >in/cut.eml
	printf 'From: a@b\nSubject: x\nContent-Type: image/png\n\nabc' >in/image.eml
	printf 'From: a@b\nSubject: x\n\n' >in/none.eml
	for ((i = 0; i < 300; i++)); do
		printf 'From: a@b\nSubject: %d\nContent-Type: message/rfc822\n\n' "$i"
	done >in/deep.eml
	run -0 --separate-stderr said '[.rel, .error.code, (.markdown // "" | contains("x"))]'
	[ "$(wc -l <<<"$output")" -eq 4 ]
	printf 'From: a@b\nSubject: x\nContent-Type: multipart/mixed\n\n--B\n\nlost words\n--B--\n' >in/nob.eml
	s3ls in/nob.eml | s3get | doc2png | jq -e '.doubt == ["damaged"]'
	s3ls in/deep.eml | s3get | doc2png | jq -e '.doubt | contains(["damaged"])'
	[[ $output == *'["cut.eml",null,true]'*'["image.eml",null,true]'*'["none.eml",null,true]'* ]]
	s3ls in/cut.eml | s3get | doc2png | jq -e '.markdown | contains("half of")'
}

@test "what is called as another kind is, or is written for machines, is no text" {
	echo '<html>404 Not Found</html>' | tee in/a.pdf in/b.png >in/c.docx
	echo 'some words' | tee in/d.JPG in/.hidden >in/e.xyz
	echo '{"a": 1}' >in/f
	printf '%%!PS-Adobe\n' >in/g
	printf 'words\0and bytes' >in/h.txt
	printf '\033[31mred\033[0m words \001\n%0100d' 0 >in/i.log
	echo 'words' >in/README
	run -0 --separate-stderr said '[.rel, .error.code]'
	[ "$output" = '[".hidden","document.type"]
["README",null]
["a.pdf","document.type"]
["b.png","document.type"]
["c.docx","document.type"]
["d.JPG","document.type"]
["e.xyz","document.type"]
["f","document.type"]
["g","document.type"]
["h.txt","document.type"]
["i.log",null]' ]
	rm in/* in/.hidden
	{ seq 1000 && printf '\0'; } >in/late.txt
	run -0 --separate-stderr said .error.message
	[ "$output" = '"it begins as text, and has bytes that no text has"' ]
}

@test "a long text has pages, as many as are allowed" {
	seq -f 'line %.0f of a long text' 40000 | awk '{ print } NR % 10 == 0 { print "" }' >in/a.txt
	run -0 --separate-stderr markdown
	[ "$(jq -s 'length == .[0].pages and length > 3' pages)" = true ]
	[ "$(grep -c '^line [0-9]* of' <<<"$output")" -eq 40000 ]
	run -0 --separate-stderr said .error.code --max-pages 2
	[ "$output" = '"document.pages"' ]
	# One line, which no blank parts.
	head -c 3000000 /dev/zero | tr '\0' x >in/a.txt
	run -0 --separate-stderr markdown
	[ "$(tr -dc x <<<"$output" | wc -c)" -eq 3000000 ]
}

@test "a result is no document, not even to those whose ledger does not know it" {
	/usr/bin/python3 -c 'import os; os.setxattr("in", "user.quire.test", b"1")' 2>/dev/null ||
		skip 'needs a file system with attributes'
	echo 'some words' >in/a.txt
	run -0 --separate-stderr quire run in in
	summary '.documents == 1 and .done == 1'
	export QUIRE_DB=$BATS_TEST_TMPDIR/another.db
	run -0 --separate-stderr quire run in out
	summary '.documents == 2 and .failed == 0 and .unsupported == 1'
	[ "$(find out -name '*.md')" = out/a.txt.md ]
	# Somebody has written on: that is a document of its own.
	echo more >>in/a.txt.md
	s3ls in/a.txt.md | s3get | doc2png | jq -e '.markdown | contains("more")'
}

@test "without pandoc an HTML document says which package it needs" {
	with tidy
	echo '<html>words</html>' >in/a.html
	ln -s "$(command -v tidy)" tidy
	s3ls in | s3get >record
	run -1 env PATH="$PWD" "$(command -v doc2png)" <record
	[[ $output == *'"document.tool"'*pandoc* ]]
}
