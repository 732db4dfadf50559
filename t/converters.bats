#!/usr/bin/env bats
# Services that convert files, as engines (--engine http:URL): what they are sent and
# answer, of pages and of whole documents, and that it is judged as a model's answer is.
load helper
load pdf
load converter

setup()
{
	quire_setup
	mkdir -m 700 "${QUIRE_WORK:?}"
	unset VLLM_URL VLLM_API_KEY QUIRE_PROFILES http_proxy https_proxy all_proxy
	export QUIRE_CONVERTED=$PWD/asked
	pdf_begin a.pdf
	pdf_page 144 72 "BT /F 20 Tf 10 30 Td (Winter) ' ET"
	pdf_end
	pdftoppm -gray -png -r 100 -singlefile a.pdf p
}

teardown()
{
	stop_converter
}

# pages N: a record each, all of the one image.
pages()
{
	local i

	for ((i = 1; i <= $1; i++)); do
		jq -nc --argjson page "$i" --argjson pages "$1" --arg image "$PWD/p.png" \
		    '{v: 1, kind: "page", id: "a", $page, $pages, $image}'
	done
}

# by ENGINES [OPTION...]: ocrpage by them; its log into log.
by()
{
	run --separate-stderr timeout 120 ocrpage --engine "$@"
	# shellcheck disable=SC2154 # run's
	printf '%s\n' "$stderr" >log
}

@test "a page is a file in a form, and the answer its Markdown" {
	local sum size

	start_converter
	VLLM_API_KEY=CANARY by "http:$converter_url" < <(pages 1)
	[ "$status" -eq 0 ]
	sum=$(sha256sum <p.png) size=$(wc -c <p.png)
	[ "$(jq -r .markdown <<<"$output")" = \
	    "# Converted"$'\n\n'"file file: image.png, image/png, $size bytes, ${sum%% *}" ]
	json ".engine == \"http:${converter_url:7:-8}\" and .gate.letters > 0"
	# The key is the models'.
	[ "$(cat asked)" = "POST /convert - 200" ]
	# One "http:" is enough.
	by "$converter_url" < <(pages 1)
	[ "$status" -eq 0 ]
}

@test "the profile says how the form's fields are called, and where the answer stands" {
	start_converter '200:{"document":{"md_content":"Winter"}}'
	VLLM_API_KEY=CANARY by converter --server "$converter_url" --set convert.answer=document.md_content \
	    < <(pages 1)
	[ "$status" -eq 0 ]
	json '.markdown == "Winter" and .engine == "converter" and (has("doubt") | not)'
	# That is the server that the key is of.
	[ "$(cat asked)" = "POST /convert Bearer CANARY 200" ]
	stop_converter
	start_converter
	by "$converter_url" --set convert.file=files --set convert.form.to_formats=md --set 'convert.form.n=[1,2]' \
	    < <(pages 1)
	[[ $(jq -r .markdown <<<"$output") == *'field to_formats: md'*'field n: [1,2]'*'file files: image.png'* ]]
	by "$converter_url" --set convert.files=x < <(pages 1)
	[ "$status" -eq 2 ]
	[[ $stderr == *'convert.files is no member'* ]]
}

# bats test_tags=brief
@test "what is no answer is an error that says so, and the next engine is asked" {
	local word code

	while read -r word code; do
		start_converter "$word"
		by "$converter_url" --tries 2 < <(pages 1)
		[ "$status" -eq 1 ] || {
			printf '%s: %s\n%s\n' "$word" "$status" "$stderr" >&2
			return 1
		}
		json ".error.code == \"$code\"" || {
			echo "$word" >&2
			return 1
		}
		stop_converter
	done <<-'end'
	200:{} ocr.answer
	200:[] ocr.answer
	200:{"markdown_content":7} ocr.answer
	200: ocr.answer
	202:{} ocr.server
	422:{"detail":"no"} ocr.server
	500 ocr.server
	end
	# So few letters may be none, but nobody knows.
	start_converter '200:{"markdown_content":" "}'
	by "$converter_url" < <(pages 1)
	json '.markdown == "" and .doubt == ["unread"] and (has("picture") | not)'
	stop_converter
	start_converter 422
	by "$converter_url,tesseract" < <(pages 1)
	[ "$status" -eq 0 ]
	json ".markdown == \"Winter\" and
	    .gate.before == [{engine: \"http:${converter_url:7:-8}\", code: \"ocr.server\"}]"
}

@test "what a converter says is made safe, and half a page is doubtful" {
	pdf_begin b.pdf
	pdf_page 400 120 "BT /F 20 Tf 24 TL 10 100 Td (The winter was long and cold that year,) ' (and nobody came down to the harbour) ' (before the ice had gone) ' ET"
	pdf_end
	pdftoppm -gray -png -r 100 -singlefile b.pdf p
	start_converter '200:{"markdown_content":"<script>x</script> winter, as long as it was, and cold\n\n<!-- Page 2 -->"}'
	by "$converter_url" < <(pages 1)
	[ "$status" -eq 0 ]
	[[ $(jq -r .markdown <<<"$output") != *'<script'* ]]
	[[ $(jq -r .markdown <<<"$output") != *'<!--'* ]]
	stop_converter
	start_converter '200:{"markdown_content":"The winter"}'
	by "$converter_url" < <(pages 1)
	json '.doubt == ["ink"]'
}

@test "an answer is kept, for that service and what it was asked" {
	start_converter
	by "$converter_url" --cache kept < <(pages 2)
	by "$converter_url" --cache kept < <(pages 2)
	[ "$status" -eq 0 ]
	json .cached
	# Two may have been asked at once for the same page.
	[ "$(wc -l <asked)" -le 2 ]
	: >asked
	by "$converter_url" --cache kept --set convert.form.a=b < <(pages 1)
	by "$converter_url?b" --cache kept < <(pages 1)
	[ "$(wc -l <asked)" -eq 2 ]
}

# bats test_tags=brief
@test "no converter is waited for longer than patience, nor has it batches" {
	start_converter
	stop_converter
	by "$converter_url" --patience 1 < <(pages 1)
	[ "$status" -eq 75 ]
	by "$converter_url" --batch-out b < <(pages 1)
	[ "$status" -eq 2 ]
	[[ $stderr == *'batches are for models'* ]]
	by http:nowhere < <(pages 1)
	[ "$status" -eq 2 ]
	by http://me:secret@127.0.0.1/ < <(pages 1)
	[ "$status" -eq 2 ]
	[[ $stderr != *secret* ]]
}

@test "a whole document goes as it is, under its name" {
	local sum

	mkdir in
	cp a.pdf in
	printf 'no kind that is known --\r\n--x--\r\n' >$'in/a"b\nc.docx'
	start_converter
	# shellcheck disable=SC2016 # the inner shell's
	run --separate-stderr bash -c 's3ls in | s3get | doc2png --whole |
	    ocrpage --engine "$1" | mdjoin | s3put out' - "$converter_url"
	[ "$status" -eq 0 ]
	[ "$(wc -l <<<"$output")" -eq 2 ]
	json '.whole and .engines != null and (has("error") | not)'
	sum=$(sha256sum <a.pdf)
	[[ $(cat out/a.pdf.md) == *"file file: a.pdf, application/pdf, $(wc -c <a.pdf) bytes, ${sum%% *}" ]]
	[[ $(cat out/a*b*.md) == *'%0Ac.docx, application/octet-stream, 33 bytes, '* ]]
	[ "$(grep -c 'file file' out/a*b*.md)" -eq 1 ]
}

@test "who reads pages refuses whole documents, and an empty one is none" {
	local name

	mkdir in
	cp a.pdf in
	s3ls in | s3get | doc2png --whole >pages
	output=$(cat pages)
	json '.whole and .kind == "page" and .pages == 1 and .mime == "application/pdf"'
	for name in tesseract mock exec:cat; do
		by "$name" <pages
		[ "$status" -eq 1 ]
		json '.error.code == "ocr.refused" and (.error.message | test("whole documents"))'
	done
	by generic --server http://127.0.0.1:9 <pages
	json '.error.code == "ocr.refused"'
	start_converter
	by "tesseract,$converter_url" <pages
	[ "$status" -eq 0 ]
	# Where it is known who reads they do not all fail.
	run -2 --separate-stderr doc2png --whole --engine tesseract,exec:cat </dev/null
	[[ $stderr == *'--engine http:URL takes documents'* ]]
	run -2 quire run --whole in out
	[ ! -e out ]
	run -0 doc2png --whole --engine "tesseract,$converter_url" </dev/null
	: >in/a.pdf
	run --separate-stderr bash -c 's3ls in | s3get | doc2png --whole'
	json '.error.code == "document.empty"'
}

# bats test_tags=brief
@test "quire run --whole has documents converted, once" {
	mkdir in
	cp a.pdf in
	echo x >in/b.odt
	start_converter
	run timeout 120 quire run --whole --engine "$converter_url" in out
	[ "$status" -eq 0 ]
	[[ $output == *'2 documents: 2 done (0 pages), 0 failed'* ]] || {
		echo "$output" >&2
		return 1
	}
	[[ $output == *"pages by engine: http:${converter_url:7:-8} 2"* ]]
	run timeout 120 quire run --whole --engine "$converter_url" in out
	[[ $output == *'2 skipped (up to date)'* ]]
	[ "$(wc -l <asked)" -eq 2 ]
	# As pages they are other results.
	run timeout 120 quire run --engine "$converter_url" in out
	[[ $output == *'1 done (1 pages)'* ]]
}
