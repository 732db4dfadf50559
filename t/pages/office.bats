#!/usr/bin/env bats
# doc2png: office documents, by LibreOffice in the jail (quire-formats(7)). t/data/office
# has one sentence in each, as LibreOffice 7.4 saved it.
load ../helper
load ../run

FOX='The quick brown fox jumps over the lazy dog.'
office=$BATS_TEST_DIRNAME/../data/office

setup()
{
	quire_setup
	[ -e /usr/lib/libreoffice/share/config/soffice.cfg/modules/scalc/ui/inputbar.ui ] ||
		skip 'libreoffice-calc is not installed'
	[ -e /usr/lib/libreoffice/program/libswlo.so ] || skip 'libreoffice-writer is not installed'
	[ -e /usr/lib/libreoffice/program/libsdlo.so ] || skip 'libreoffice-impress is not installed'
}

# odf FILE MIME BODY [CONTENT]: an ODF with that body, or with that as its content, stored.
odf()
{
	/usr/bin/python3 - "$@" <<-'EOT'
		import sys, zipfile
		name, mime, body = sys.argv[1:4]
		urn = 'urn:oasis:names:tc:opendocument:xmlns:'
		ns = ' '.join('xmlns:%s="%s%s:1.0"' % (p, urn, u) for p, u in (('office', 'office'),
		    ('text', 'text'), ('table', 'table'), ('draw', 'drawing'), ('svg', 'svg-compatible')))
		mime = 'application/vnd.oasis.opendocument.' + mime
		with zipfile.ZipFile(name, 'w', zipfile.ZIP_DEFLATED) as z:
		    z.writestr(zipfile.ZipInfo('mimetype'), mime)
		    if len(sys.argv) > 4:
		        z.writestr(zipfile.ZipInfo('content.xml'), sys.argv[4])
		    else:
		        z.writestr('content.xml', '<?xml version="1.0"?><office:document-content %s '
		            'office:version="1.2" xmlns:xlink="http://www.w3.org/1999/xlink"><office:body>%s'
		            '</office:body></office:document-content>' % (ns, body))
		    z.writestr('META-INF/manifest.xml', '<?xml version="1.0"?><m:manifest xmlns:m='
		        '"%smanifest:1.0" m:version="1.2"><m:file-entry m:full-path="/" m:media-type="%s"/>'
		        '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'
		        % (urn, mime))
	EOT
}

# ole FILE STREAM...: no more of a compound file than its head and its streams' names.
ole()
{
	/usr/bin/python3 - "$@" <<-'EOT'
		import sys
		head = bytes.fromhex('d0cf11e0a1b11ae1').ljust(30, b'\0') + b'\x09\0'
		entries = b''
		for name in sys.argv[2:]:
		    name = name.encode('utf-16-le')
		    entries += name.ljust(64, b'\0') + bytes([len(name) + 2, 0, 2]) + bytes(61)
		open(sys.argv[1], 'wb').write(head.ljust(512, b'\0') + bytes(128) + entries + bytes(256))
	EOT
}

# All kinds, in folder in.
all_kinds()
{
	mkdir in
	cp "$office"/fox.{doc,docx,pptx,xls,xlsx} in
	gunzip -c "$office/fox.ppt.gz" >in/fox.ppt
	odf in/fox.odt text "<office:text><text:p>$FOX</text:p></office:text>"
	odf in/fox.ods spreadsheet "<office:spreadsheet><table:table table:name='S'><table:table-row>
		<table:table-cell office:value-type='string'><text:p>$FOX</text:p></table:table-cell>
		</table:table-row></table:table></office:spreadsheet>"
	odf in/fox.odp presentation "<office:presentation><draw:page draw:name='p'><draw:frame
		svg:x='1cm' svg:y='1cm' svg:width='20cm' svg:height='5cm'><draw:text-box>
		<text:p>$FOX</text:p></draw:text-box></draw:frame></draw:page></office:presentation>"
	printf '{\\rtf1\\ansi %s\\par}' "$FOX" >in/fox.rtf
}

@test "each kind of office document is read, and nothing is left of what opened it" {
	all_kinds
	run -0 --separate-stderr quire run in out
	summary '.documents == 10 and .done == 10'
	[ "$(grep -lF "$FOX" out/*.md | wc -l)" -eq 10 ]
	leftovers
}

@test "what it is called says nothing: an office document is known by what it holds" {
	mkdir in
	cp "$office/fox.docx" in/a.pdf
	cp "$office/fox.xls" in/b.docx
	s3ls in | s3get | doc2png | jq -c '[.rel, .mime, (.markdown | contains("quick brown fox"))]' | sort >said
	[ "$(<said)" = '["a.pdf","application/vnd.openxmlformats-officedocument.wordprocessingml.document",true]
["b.docx","application/vnd.ms-excel",true]' ]
}

@test "what an office document has embedded does not make it one of that kind" {
	mkdir in
	ole in/a Workbook WordDocument
	ole in/b WordDocument Workbook EncryptedPackage
	s3ls in | s3get | { doc2png --types pdf || :; } | jq -r '.rel + ": " + .error.message' | sort >said
	[ "$(<said)" = 'a: it is XLS, and --types leaves it out
b: it is DOC, and --types leaves it out' ]
}

@test "what needs a password and what is damaged are told apart" {
	mkdir in
	ole in/a.docx EncryptedPackage
	odf in/b.odt text '' 'no XML, and not compressed'
	/usr/bin/python3 - "$office/fox.doc" in/c.doc <<-'EOT'
		import sys
		d = bytearray(open(sys.argv[1], 'rb').read())
		at = d.index(b'\xec\xa5')
		d[at + 11] |= 1
		open(sys.argv[2], 'wb').write(d)
	EOT
	odf in/d.odt text '<office:text><text:p>no end'
	head -c 3000 "$office/fox.xls" >in/e.xls
	ole in/f.doc WordDocument
	# One that is cut has lost the list of what it holds.
	head -c 2000 "$office/fox.docx" >in/g.docx
	s3ls in | s3get | { doc2png || :; } | jq -c '[.rel, .error.code]' | sort >said
	[ "$(<said)" = '["a.docx","office.encrypted"]
["b.odt","office.encrypted"]
["c.doc","office.encrypted"]
["d.odt","document.damaged"]
["e.xls","document.type"]
["f.doc","document.damaged"]
["g.docx","document.type"]' ]
}

@test "a document that LibreOffice would work on for ever is given up in time" {
	mkdir in
	printf '{\\rtf1 x\\bin999999999 y}' >in/bin.rtf
	s3ls in | s3get | { doc2png --page-timeout 1 || :; } | jq -r .error.code >said
	[ "$(<said)" = document.timeout ]
	[ -z "$(find "$QUIRE_WORK" -name '.tree*')" ]
}

@test "nothing that a document links to is fetched, on the net or on the disk" {
	mkdir in
	echo secret >secret.txt
	odf in/a.odt text "<office:text><text:p>$FOX</text:p><text:p><draw:frame svg:width='3cm'
		svg:height='3cm'><draw:image xlink:href='http://127.0.0.1:9/x.png'/></draw:frame></text:p>
		<text:section text:name='s'><text:section-source xlink:href='file://$PWD/secret.txt'/>
		<text:p>old</text:p></text:section></office:text>"
	s3ls in | s3get >record
	strace -f -qq -e trace=connect,socket -o calls doc2png <record >page
	jq -e '.markdown | contains("quick brown fox") and (contains("secret") | not)' page
	# What is asked for is refused by the jail.
	run ! grep -v 'EAFNOSUPPORT\|EPERM' <(grep -E 'AF_INET|AF_UNIX' calls)
}

@test "without LibreOffice the document says which package it needs, and is taken up again" {
	mkdir in root
	cp "$office/fox.docx" in
	unshare -m true 2>/dev/null || skip 'needs to mount'
	# shellcheck disable=SC2016
	run -1 --separate-stderr unshare -m sh -c \
		'mount --bind root /usr/lib/libreoffice && exec quire run in out'
	[[ $stderr == *'"code":"office.missing"'*'apt-get install libreoffice-writer'* ]]
	run -0 --separate-stderr quire run in out
	grep -qF "$FOX" out/fox.docx.md
}
