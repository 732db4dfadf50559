#!/usr/bin/env bats
# ocrpage and vision models behind servers, which fake/vllm.c stands in for: what
# they say is judged, pages go where they are taken, and none is lost or paid twice.
load helper
load pdf
load model

# What a page says, long enough to be all of one.
SAYS='Seventy loose sheets of paper lay on the table by the window. {key} A boy came in and
put them in order, from the first to the last, while the others looked on and said
nothing at all. When he had done, he went away again, and nobody has seen him since {n}.'

setup()
{
	quire_setup
	mkdir -m 700 "${QUIRE_WORK:?}"
	export QUIRE_LOG=debug
	unset VLLM_URL VLLM_API_KEY QUIRE_PROFILES http_proxy https_proxy all_proxy
}

teardown()
{
	stop_models
}

# model [OPTION...]: a server of the reference model.
model()
{
	start_model --model deepseek-ai/DeepSeek-OCR --text "$SAYS" "$@"
}

# ask [OPTION...]: ocrpage by that model; its records into $output, its log into log.
ask()
{
	run --separate-stderr ocrpage --engine deepseek-ocr --server "$model_url" --patience 60 "$@"
	# shellcheck disable=SC2154 # run's
	printf '%s\n' "$stderr" >log
}

@test "a model reads pages, and the record says how it was judged" {
	images 3
	model
	ask < <(pages p1.png p2.png p3.png)
	[ "$status" -eq 0 ]
	json '.engine == "deepseek-ocr" and (.markdown | contains("Seventy loose sheets"))'
	json '.gate.finish == "stop" and .gate.asked == 1 and .gate.temperature == 0'
	json '.gate.chars > 200 and .gate.repeat == 0 and (has("confidence") or has("doubt") | not)'
	for i in 1 2 3; do
		key=$(model_digest "p$i.png")
		jq -se --arg key "$key" --argjson i "$i" \
		    'any(.[]; .page == $i and (.markdown | contains($key)))' <<<"$output"
	done
	[ "$(model_stats .chats)" -eq 3 ]
}

@test "servers are named by --server and by VLLM_URL, with and without /v1" {
	images 1
	model
	url=$model_url
	model_url=$url/v1/ ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	VLLM_URL=$url/v1 run -0 --separate-stderr ocrpage --engine deepseek-ocr < <(pages p1.png)
	run -2 --separate-stderr ocrpage --engine deepseek-ocr </dev/null
	[[ $stderr == *'servers are needed: --server URL, or VLLM_URL'* ]]
	run -2 --separate-stderr ocrpage --engine deepseek-ocr --server gpu1:8000 </dev/null
	[[ $stderr == *'begins with http:// or https://'* ]]
	for odd in http://gpu1: http://:8000/v1 http://gpu1:80a 'http://[::1]:'; do
		run -2 --separate-stderr ocrpage --engine deepseek-ocr --server "$odd" </dev/null
		[[ $stderr == *'http://HOST'* ]]
	done
	run -0 ocrpage --engine deepseek-ocr --server 'http://[::1]' --server 'https://[::1]:80/x' </dev/null
	# What is secret stands in no address, and is not said.
	run -2 --separate-stderr ocrpage --engine deepseek-ocr --server http://me:sesame@gpu1 </dev/null
	[[ $stderr == *'holds no user'* && $stderr != *sesame* ]]
	VLLM_URL=http://me:sesame@gpu1 run -2 --separate-stderr ocrpage --engine deepseek-ocr </dev/null
	[[ $stderr == *'holds no user'* && $stderr != *sesame* ]]
	model_url=$url
	[ "$(model_stats .chats)" -eq 2 ]
}

@test "a loop is not taken: the model is asked again, warmer" {
	images 2
	model
	model_script <<<'{"loop": 400, "temperature_below": 0.1}'
	ask < <(pages p1.png p2.png)
	[ "$status" -eq 0 ]
	json '.gate.asked == 2 and .gate.temperature == 0.2 and .gate.finish == "stop"'
	[ "$(model_stats .chats)" -eq 4 ]
	grep -q ocr.loops log
}

@test "an answer that comes as a stream is the same, and a loop is ended while it grows" {
	images 2
	model --token-ms 1
	ask --set request.stream=true --set request.stream_options.include_usage=true < <(pages p1.png p2.png)
	[ "$status" -eq 0 ]
	json '(.markdown | contains("Seventy loose sheets")) and .gate.finish == "stop" and .gate.tokens > 0'
	[ "$(model_stats .aborted)" -eq 0 ]
	jq -r 'select(.page == 1).markdown | sub("since [0-9]+"; "")' <<<"$output" >streamed
	ask < <(pages p1.png)
	jq -r '.markdown | sub("since [0-9]+"; "")' <<<"$output" | cmp - streamed
	# One of 5,000 tokens would take 5 s.
	model_script <<<'{"loop": 5000}'
	ask --set request.stream=true --engine deepseek-ocr,mock --cache kept < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '.engine == "mock" and .gate.before == [{engine: "deepseek-ocr", code: "ocr.loops"}]'
	[ "$(model_stats .aborted)" -ge 2 ]
	# It is kept as what it was.
	before=$(model_stats .chats)
	ask --set request.stream=true --engine deepseek-ocr,mock --cache kept < <(pages p1.png)
	json '.engine == "mock" and .gate.before == [{engine: "deepseek-ocr", code: "ocr.loops"}]'
	[ "$(model_stats .chats)" -eq "$before" ]
	# One that is cut is no answer.
	model_script <<<'{"first": 1, "cut": 700}'
	ask --set request.stream=true < <(pages p2.png)
	[ "$status" -eq 0 ]
	json '.gate.finish == "stop" and (.markdown | contains("has seen him since"))'
}

# bats test_tags=brief
@test "what no temperature mends goes to the next engine, else it is that page's error" {
	images 2
	model
	model_script <<<"{\"key\": \"$(model_digest p2.png)\", \"finish\": \"length\"}"
	ask < <(pages p1.png p2.png)
	[ "$status" -eq 1 ]
	[ "$(jq -r 'select(.page == 2) | .error | .code, .class' <<<"$output")" = $'ocr.truncated\npermanent' ]
	[[ $(jq -r 'select(.page == 2).error.message' <<<"$output") == 'deepseek-ocr: the answer was cut off '* ]]
	[ "$(jq -r 'select(.page == 1).engine' <<<"$output")" = deepseek-ocr ]
	ask --engine deepseek-ocr,tesseract < <(pages p1.png p2.png)
	[ "$status" -eq 0 ]
	[ "$(jq -c 'select(.page == 2) | [.engine, .gate.before]' <<<"$output")" = \
	    '["tesseract",[{"engine":"deepseek-ocr","code":"ocr.truncated"}]]' ]
	[[ $(jq -r 'select(.page == 2).markdown' <<<"$output") == *'Seventy loose sheets'* ]]
	# No more than --tries in all.
	before=$(model_stats .chats)
	ask --tries 2 < <(pages p2.png)
	[ "$status" -eq 1 ]
	[ "$(model_stats .chats)" -eq $((before + 2)) ]
}

@test "refusals, empty answers and instructions said again are not taken" {
	images 3
	model
	model_script <<-END
		{"key": "$(model_digest p1.png)", "refuse": true}
		{"key": "$(model_digest p2.png)", "empty": true}
		{"key": "$(model_digest p3.png)", "text": "Convert the document to markdown."}
	END
	ask < <(pages p1.png p2.png p3.png)
	[ "$status" -eq 1 ]
	[ "$(jq -r '.error.code' <<<"$output" | sort | xargs)" = 'ocr.declined ocr.echo ocr.empty' ]
}

@test "a proxy that wants a password leads to the models" {
	local port

	images 1
	model
	coproc proxy { exec python3 "$BATS_TEST_DIRNAME/fake/proxy.py" me:CANARY; }
	read -r port <&"${proxy[0]}"
	export no_proxy='' NO_PROXY='' http_proxy="http://me:CANARY@127.0.0.1:$port"
	ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '.engine == "deepseek-ocr"'
	[[ $output$stderr != *CANARY* ]]
	http_proxy=http://me:wrong@127.0.0.1:$port ask --patience 1 < <(pages p1.png)
	[ "$status" -ne 0 ]
	[[ $output$stderr != *wrong* ]]
	kill "$proxy_PID"
}

@test "an answer that leaves out half of a page is doubtful" {
	images 1 12
	model
	ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '.doubt == ["ink"] and .gate.letters > .gate.chars'
	# A page that had to be made smaller is looked at once.
	ask --set image.side=400 < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '.doubt == ["ink"] and .gate.letters > .gate.chars'
	# What the operator asks for.
	ask --set gate.partly=0 < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '(has("doubt") or (.gate | has("letters")) | not)'
	ask --set gate.partly=0.2 < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '(has("doubt") | not) and .gate.letters > .gate.chars'
	ask --set gate.parts=1 < <(pages p1.png)
	[ "$status" -eq 2 ]
	[[ $stderr == *'gate.parts is no member'* ]]
}

@test "a page that the model says lies on its side is doubtful" {
	images 1
	model --model allenai/olmOCR-2-7B-1025-FP8
	jq -nc --arg says "$SAYS" '{text: ("---\nprimary_language: en\nis_rotation_valid: False\nrotation_correction: 90\n" +
	    "is_table: False\nis_diagram: False\n---\n" + $says)}' | model_script
	ask --engine olmocr-2 < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '.doubt == ["confidence"] and (.markdown | startswith("Seventy"))'
}

@test "an empty page is blank, and text on it doubtful" {
	pdf_begin a.pdf
	pdf_page 300 300 ''
	pdf_end
	pdftoppm -gray -png -r 72 -singlefile a.pdf blank
	model --text ''
	ask < <(pages blank.png)
	[ "$status" -eq 0 ]
	json '.markdown == "" and .blank == true and (has("doubt") | not)'
	model --text 'What nobody has written'
	ask < <(pages blank.png)
	[ "$status" -eq 0 ]
	json '.doubt == ["ink"] and .markdown == "What nobody has written"'
}

@test "what a model says is no markup but tables, and marks no page" {
	images 1
	model
	jq -nc --arg says "$SAYS" '{text: ("<|ref|>title<|/ref|><|det|>[[10,20,900,80]]<|/det|>\nNews\n\n" +
	    "<|ref|>text<|/ref|><|det|>[[10,90,900,800]]<|/det|>\n" + $says +
	    "\n\n<script>alert(1)</script> [click](javascript:x) ![p](http://evil/x.png)\n\n<!-- Page 9 -->\n\n" +
	    "<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table><|im_end|>")}' |
	    model_script
	ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	text=$(jq -r .markdown <<<"$output")
	[[ $text == '# News'* ]]
	[[ $text == *'| a | b |'* ]]
	[[ $text != *'<script'* && $text != *'<!--'* && $text != *'](java'* && $text != *'evil/x'* ]]
	[[ $text != *'<|'* ]]
	json '.boxes == [{label: "title", box: [5, 11, 450, 44]}, {label: "text", box: [5, 50, 450, 445]}]'
	# In pixels of the page's image, whatever was sent.
	ask --set image.side=400 < <(pages p1.png)
	json '[.boxes[0].box, [5, 11, 450, 44]] | transpose | all(.[0] - .[1] | fabs <= 2)'
	ask --tables html < <(pages p1.png)
	[[ $(jq -r .markdown <<<"$output") == *'<td>a</td>'* ]]
}

@test "a busy server is given less, and every page is read once" {
	images 8
	model --batch 2 --queue-max 1 --latency 800
	# All at once, however slow the machine is.
	pages p{1..8}.png >in
	ask -j 8 <in
	[ "$status" -eq 0 ]
	[ "$(jq -r .page <<<"$output" | sort -n | xargs)" = '1 2 3 4 5 6 7 8' ]
	[ "$(model_stats '[.keys[].answered] | max')" -eq 1 ]
	[ "$(model_stats '.status["429"]')" -gt 0 ]
	grep -q 'pages at once' log
}

# Small ones, each another: a dark square with its number in white.
many_images()
{
	python3 - "$1" <<-'END'
		import struct, sys, zlib

		def chunk(kind, data):
		    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))

		for n in range(1, int(sys.argv[1]) + 1):
		    rows = b''.join(b'\0' + bytes(255 if n >> bit & 1 else 40 for bit in range(16)) for _ in range(16))
		    with open('p%d.png' % n, 'wb') as png:
		        png.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 16, 16, 8, 0, 0, 0, 0)) +
		                  chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))
	END
}

# bats test_tags=brief
@test "a thousand pages, and a server that dies, one with storms of 429, one that loops" {
	local dies storms loops

	many_images 1000
	jq -nc --arg dir "$PWD" 'range(1; 1001) |
	    {v: 1, kind: "page", id: "a", page: ., pages: 1000, image: "\($dir)/p\(.).png", dpi: 100}' >in
	model --latency 20 --batch 16 --die-after 150
	dies=$model_url
	model --latency 20 --batch 16
	storms=$model_url
	model_script <<<'{"p": 0.3, "status": 429}'
	model --latency 20 --batch 16
	loops=$model_url
	model_script <<<'{"share": 0.09, "temperature_below": 0.1, "loop": 300}'
	run --separate-stderr ocrpage --engine deepseek-ocr,mock --server "$dies" --server "$storms" \
	    --server "$loops" --patience 60 -j 64 <in
	# Every page once, right or with a name for what is wrong.
	[ "$(jq -r .page <<<"$output" | sort -n | uniq | wc -l)" -eq 1000 ]
	[ "$(wc -l <<<"$output")" -eq 1000 ]
	[ "$status" -eq 0 ]
	json '.engine == "deepseek-ocr" and (.markdown | contains("Seventy loose sheets")) and .gate.repeat < 0.1'
	# Some of it by asking again, warmer; all of that at the last one.
	[ "$(jq -s 'map(select(.gate.temperature > 0)) | length' <<<"$output")" -gt 5 ]
	[ "$(model_url=$loops model_stats '[.keys[].answered] | max')" -le 3 ]
	# What has answered with a page is not asked for it again, nor is another one.
	[ "$(model_url=$storms model_stats '.status["429"]')" -gt 2 ]
	[ "$(model_url=$storms model_stats '[.keys[].answered] | max')" -eq 1 ]
	[ "$(for url in "$storms" "$loops"; do model_url=$url model_stats '.status["200"]'; done |
	    jq -s --argjson again "$(jq -s 'map(.gate.asked - 1) | add' <<<"$output")" 'add - $again >= 1000 - 150 - 64')" = true ]
}

@test "one 429 behind another does not make pages wait until patience ends" {
	images 2
	model
	model_script <<-END
		{"first": 2, "status": 429}
		{"nth": 2, "delay_ms": 300}
	END
	stopwatch
	ask -j 2 < <(pages p1.png p2.png)
	[ "$status" -eq 0 ]
	[ "$(took)" -lt 50 ]
	[ "$(model_stats .chats)" -eq 4 ]
}

@test "a server that says 429 for ever is given up when patience ends" {
	images 1
	model
	model_script <<<'{"status": 429}'
	run --separate-stderr timeout 100 ocrpage --engine deepseek-ocr --server "$model_url" --patience 2 \
	    < <(pages p1.png)
	[ "$status" -eq 75 ]
}

@test "pages that are refused while others are worked on are waited for" {
	images 3
	model --latency 5000 --batch 1 --queue-max 0
	ask -j 3 --patience 2 < <(pages p{1..3}.png)
	[ "$status" -eq 0 ]
	[ "$(jq -r .page <<<"$output" | sort -n | xargs)" = '1 2 3' ]
	[ "$(model_stats '.status["429"]')" -gt 0 ]
}

@test "an answer that the server broke off is none" {
	images 1
	model
	model_script <<<'{"first": 1, "finish": "abort"}'
	ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '.gate.finish == "stop"'
	[ "$(model_stats .chats)" -eq 2 ]
}

@test "another model's answers are not kept as this one's" {
	images 1
	start_model --model some/other --text "$SAYS"
	ask --cache kept < <(pages p1.png)
	[ "$status" -eq 0 ]
	[[ $stderr == *'some/other alone: its answers are not kept'* ]]
	model
	ask --cache kept < <(pages p1.png)
	[ "$status" -eq 0 ]
	json 'has("cached") | not'
	[ "$(model_stats .chats)" -eq 1 ]
	ask --cache kept < <(pages p1.png)
	json .cached
}

@test "Retry-After is waited for" {
	images 1
	model
	model_script <<<'{"first": 1, "status": 503, "retry_after": 2}'
	# shellcheck disable=SC2034 # the stopwatch's
	stopwatch
	ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	[ "$(took)" -ge 2 ]
	json '.gate.asked == 1'
}

@test "the pages of a server that dies go to another one" {
	images 6
	model --die-after 1
	first=$model_url
	model
	run --separate-stderr ocrpage --engine deepseek-ocr --server "$first" --server "$model_url" \
	    -j 2 < <(pages p{1..6}.png)
	[ "$status" -eq 0 ]
	[ "$(jq -r .page <<<"$output" | sort -n | xargs)" = '1 2 3 4 5 6' ]
	[[ $stderr == *"$first takes no pages"* ]]
}

@test "a server that is not ready yet is asked again" {
	images 1
	model
	model_script <<<'{"on": "models", "status": 503}'
	pages p1.png >in
	ocrpage --engine deepseek-ocr --server "$model_url" --patience 60 <in >out 2>log &
	pid=$!
	until grep -q 'takes no pages' log; do sleep 0.05; done
	model_script </dev/null
	wait "$pid"
	grep -q 'takes pages again' log
	[ "$(jq -r .engine out)" = deepseek-ocr ]
}

@test "without a server pages wait, and then the command ends with 75" {
	images 2
	run --separate-stderr ocrpage --engine deepseek-ocr,tesseract --patience 1 \
	    --server http://127.0.0.1:9 < <(pages p1.png p2.png)
	[ "$status" -eq 75 ]
	# They come out, to be tried again, and not by an engine that reads worse.
	[ "$(jq -r '.error.class' <<<"$output" | sort | uniq -c | xargs)" = '2 transient' ]
	[[ $stderr == *ocr.server* && $stderr == *'no server has taken a page for 1 s'* ]]
}

@test "pages on their way to an older server are all sent again without what it does not know" {
	images 6
	model --no-xargs --latency 100
	ask -j 6 < <(pages p{1..6}.png)
	[ "$status" -eq 0 ]
	[ "$(jq -r .page <<<"$output" | sort -n | xargs)" = '1 2 3 4 5 6' ]
}

@test "an older server is not sent what it does not know" {
	images 3
	model --no-xargs
	ask -j 1 < <(pages p1.png p2.png p3.png)
	[ "$status" -eq 0 ]
	[ "$(model_stats '.status["400"]')" -eq 1 ]
	[ "$(grep -c 'does not know vllm_xargs' log)" -eq 1 ]
}

@test "an image is made as small as the profile wishes, and the server wants it" {
	images 1
	model --log "$PWD/asked"
	ask --set image.side=300 < <(pages p1.png)
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.width, .height]' asked)" = '[269,300]' ]
	: >asked
	model --log "$PWD/asked" --max-pixels 100000
	ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.width, .height, .status]' asked | tail -n 1)" = '[250,278,200]' ]
}

@test "what does not fit the context is asked for as a shorter answer" {
	images 1
	model --max-model-len 2000 --log "$PWD/asked"
	ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	[ "$(jq -r 'select(.status == 200).max_tokens' asked)" -lt 1100 ]
}

@test "the key is in no argument and no log, and who has none is told" {
	images 1
	model --key sesame-9
	ask < <(pages p1.png)
	[ "$status" -eq 3 ]
	grep -q 'refuses the key (HTTP 401): see VLLM_API_KEY and --key-file' log
	VLLM_API_KEY=sesame-9 ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	echo sesame-9 >key
	ask --key-file key < <(pages p1.png)
	[ "$status" -eq 0 ]
	run -1 grep sesame log
	[[ $output != *sesame* ]]
	ask --key-file nowhere < <(pages p1.png)
	[ "$status" -eq 2 ]
}

@test "the only model of a server is used; of others the profile's, or none" {
	images 1
	start_model --model ours/ocr --text "$SAYS"
	ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	ask --set model=other < <(pages p1.png)
	[ "$status" -eq 0 ]
}

@test "cut answers and no answers are tried elsewhere, and then are the page's error" {
	images 1
	model
	model_script <<<'{"first": 2, "cut": 40}'
	ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	model_script <<<'{"garbage": true}'
	ask --tries 2 < <(pages p1.png)
	[ "$status" -eq 1 ]
	json '.error.code == "ocr.answer" and .error.class == "transient"'
	model_script <<<'{"hang": true}'
	ask --tries 1 --page-timeout 1 < <(pages p1.png)
	[ "$status" -eq 1 ]
	json '.error.code == "ocr.timeout"'
}

@test "a page that the server refuses before it took any is tried again, in the server's words" {
	images 1
	model
	model_script <<<'{"status": 422, "message": "this page is not to be read"}'
	ask < <(pages p1.png)
	[ "$status" -eq 1 ]
	json '.error.code == "ocr.server" and (.error.message | contains("this page is not to be read"))'
}

# of_each: a document for each record on standard input.
of_each()
{
	jq -c '.id = "doc \(.page)" | .page = 1 | .pages = 1'
}

@test "a page that is refused between others is given up, and the others are read" {
	images 3
	model
	model_script <<<"{\"key\": \"$(model_digest p2.png)\", \"status\": 400, \"message\": \"page 2 is odd\"}"
	ask -j 1 < <(pages p1.png p2.png p3.png | of_each)
	[ "$status" -eq 1 ]
	[ "$(jq -r 'select(.error) | "\(.id) \(.error.code) \(.error.class)"' <<<"$output")" = 'doc 2 ocr.refused permanent' ]
}

@test "where all are refused alike the command ends, and no page is given up" {
	images 5
	model
	model_script <<<'{"status": 400, "message": "no image is taken here"}'
	# One document alone is tried again later, however many pages it has.
	ask -j 1 < <(pages p{1..5}.png)
	[ "$status" -eq 1 ]
	[ "$(jq -r '"\(.error.code) \(.error.class)"' <<<"$output" | sort | uniq -c | xargs)" = '5 ocr.server transient' ]
	model_script <<<'{"status": 400, "message": "no image is taken here"}'
	ask -j 1 < <(pages p{1..5}.png | of_each)
	[ "$status" -eq 3 ]
	grep -q 'stopped: .*refuses what it is asked of the page (HTTP 400): no image is taken here' log
	[ -z "$(jq 'select(.error.class == "permanent")' <<<"$output")" ]
	# Later on it takes more of them.
	images 14
	model_script <<<'{"from": 2, "status": 400, "message": "no image of 14 is taken here"}'
	ask -j 1 < <(pages p{1..14}.png | of_each)
	[ "$status" -eq 3 ]
	[ "$(model_stats '.status["400"]')" -eq $((5 + 3 + 10)) ]
}

@test "a redirect is not followed, and where it leads to is said" {
	images 1
	model
	model_script <<<'{"on": "models", "status": 307, "location": "https://gpu.example/v1/models"}'
	ask --patience 1 < <(pages p1.png)
	[ "$status" -eq 75 ]
	cat log
	grep -q 'stopped: no server has taken a page for 1 s (.*/v1/models: HTTP 307 sends us to https://gpu.example/v1/models: no redirect is followed' log
	model_script <<<'{"status": 301, "location": "https://gpu.example/"}'
	ask --tries 1 < <(pages p1.png)
	[ "$status" -eq 1 ]
	json '.error.code == "ocr.server" and .error.class == "transient"'
	json '.error.message | contains("HTTP 301 sends us to https://gpu.example/:")'
	# Nor is a success that says nothing an answer.
	model_script <<<'{"status": 204}'
	ask --tries 1 < <(pages p1.png)
	[ "$status" -eq 1 ]
	json '.error.class == "transient"'
}

@test "pages that no server works on do not hold up the end" {
	images 2
	model
	stop_models
	ocrpage --engine deepseek-ocr,tesseract --server "$model_url" --patience 500 \
	    < <(pages p1.png p2.png) >out 2>log &
	pid=$!
	within 60 grep -q 'takes no pages' log
	stopwatch
	kill "$pid"
	rc=0
	wait "$pid" || rc=$?
	[ "$rc" -eq 143 ]
	[ "$(took)" -lt 25 ]
	[ "$(jq -r '"\(.error.code) \(.error.class)"' out | sort | uniq -c | xargs)" = '2 stage.stopped transient' ]
}

@test "what is no image is no request" {
	model
	echo nothing >p1.png
	ask < <(pages p1.png)
	[ "$status" -eq 1 ]
	json '.error.code == "page.image"'
	[ "$(model_stats .chats)" -eq 0 ]
}

@test "profiles of one's own come first, and what is wrong with one is said" {
	images 1
	model --log "$PWD/asked"
	mkdir profiles
	export QUIRE_PROFILES=$PWD/profiles
	jq '.messages[0].content[1].text = "Free OCR."' \
	    "${QUIRE_TOP:?}/share/quire/profiles/deepseek-ocr.json" >profiles/deepseek-ocr.json
	ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	[ "$(jq -r .prompt asked)" = 'Free OCR.' ]
	# What is set is a path and a value.
	ask --set request.max_tokens=99 < <(pages p1.png)
	[ "$(jq -r .max_tokens asked | tail -n 1)" -eq 99 ]
	says() {
		run -2 --separate-stderr ocrpage --engine "$1" --server "$model_url" ${2+--set "$2"} </dev/null
		[[ ${stderr%%$'\n'*} == *"$3" ]] || { echo "$stderr" >&2; return 1; }
	}
	says nobody "a=1" 'nobody: there is no such engine, and no profile of that name'
	says deepseek-ocr 'promt=x' 'promt is no member'
	says deepseek-ocr 'image.side=big' 'image.side is no number that may stand there'
	says deepseek-ocr 'clean=soap' 'clean is plain, grounded, frontmatter, dots or tags'
	says deepseek-ocr 'x' 'what is set has the form PATH=VALUE'
	echo '{' >profiles/broken.json
	says broken 'a=1' 'it is no JSON object'
	jq 'del(.messages)' profiles/deepseek-ocr.json >profiles/silent.json
	run -2 --separate-stderr ocrpage --engine silent --server "$model_url" </dev/null
	[[ $stderr == *'messages are an array in which one url is '*IMAGE* ]]
}

@test "a signal ends what is at a server" {
	images 1
	model
	model_script <<<'{"hang": true}'
	pages p1.png >in
	ocrpage --engine deepseek-ocr --server "$model_url" <in >out 2>log &
	pid=$!
	until [ "$(model_stats .in_flight)" -eq 1 ]; do sleep 0.05; done
	# The first one leaves it time to end, a later one does not.
	while kill -TERM "$pid" 2>/dev/null; do sleep 0.2; done
	wait "$pid" || :
	until [ "$(model_stats .in_flight)" -eq 0 ]; do sleep 0.05; done
	stop_models
	leftovers
}

# bats test_tags=brief
@test "doc2png draws what the engine wishes for" {
	pdf_begin big.pdf
	pdf_page 1000 2000 'BT /F 40 Tf 20 60 Td (Seventy loose sheets) Tj ET'
	pdf_end
	pages_of() {
		s3ls big.pdf | s3get | doc2png --text never --engine "$1" | jq -c '[.width, .height]'
	}
	jq -e '.[1] > 1880 and .[1] <= 1920' <<<"$(pages_of deepseek-ocr)"
	[ "$(pages_of tesseract)" = '[2778,5556]' ]
	[ "$(pages_of deepseek-ocr,tesseract)" = '[2778,5556]' ]
	run -2 --separate-stderr doc2png --engine nobody </dev/null
	[[ $stderr == *'there is none of that name'* ]]
}

# bats test_tags=brief
@test "quire run reads a folder by a model, and what it cannot by the next engine" {
	mkdir in
	images 3
	for i in 1 2 3; do
		cp "p$i.png" "in/$i.png"
	done
	pdf_begin in/book.pdf
	pdf_page 300 400 'BT /F 14 Tf 20 300 Td (What this page says is in its layer) Tj ET'
	pdf_end
	model
	# By its place in the run: doc2png makes images of its own.
	model_script <<<'{"nth": 1, "finish": "length"}
	{"attempts": 9, "share": 0.4, "loop": 300}'
	run --separate-stderr quire run --min-age 0 --engine deepseek-ocr,tesseract \
	    --server "$model_url" --set 'temperatures=[0]' in out
	[ "$status" -eq 0 ]
	[[ $stderr == *'4 documents: 4 done (4 pages), 0 failed'* ]]
	said=$(sed -n 's/.*pages by engine: //p' <<<"$stderr")
	[[ $said == *'text 1'* && $said == *tesseract* ]]
	# What is said adds up.
	[ "$(tr ',' '\n' <<<"$said" | awk '{ n += $2 } END { print n }')" -eq 4 ]
	[[ $stderr == *'pages that an engine could not read, in this run: deepseek-ocr: ocr.'* ]]
	for i in 1 2 3; do
		grep -q 'Seventy loose sheets' "out/$i.png.md"
	done
	# What the model has answered is kept beside the ledger.
	[ -d "$QUIRE_DB-pages" ]
	asked=$(model_stats .chats)
	run --separate-stderr quire run --min-age 0 --force --engine deepseek-ocr,tesseract \
	    --server "$model_url" --set 'temperatures=[0]' in out
	[ "$status" -eq 0 ]
	[ "$(model_stats .chats)" -eq "$asked" ]
	# Another engine is another setting: all is done again, by that.
	run --separate-stderr quire run --min-age 0 in out
	[[ $stderr == *'4 documents: 4 done'* ]]
	[[ $stderr != *'by engine'* ]]
	run --separate-stderr quire run --min-age 0 --engine nobody in out
	[ "$status" -eq 2 ]
	[[ $stderr == *'nobody: there is no'* ]]
}

# bats test_tags=brief
@test "what was answered once is paid for once" {
	images 3
	model
	pages p1.png p2.png p3.png >in
	ask --cache kept <in
	[ "$status" -eq 0 ]
	json 'has("cached") | not'
	text=$(jq -r '[.page, .markdown] | @json' <<<"$output" | sort)
	ask --cache kept <in
	[ "$status" -eq 0 ]
	json '.cached and .gate.asked == 1'
	[ "$(jq -r '[.page, .markdown] | @json' <<<"$output" | sort)" = "$text" ]
	[ "$(model_stats .chats)" -eq 3 ]
	# Asked otherwise, it is another answer; of the same image elsewhere the same.
	ask --cache kept --set request.top_p=0.5 < <(pages p1.png)
	cp p1.png other.png
	ask --cache kept < <(pages other.png)
	json .cached
	[ "$(model_stats .chats)" -eq 4 ]
	# Other tables are no other answer.
	ask --cache kept --tables html < <(pages p2.png)
	json .cached
	[ "$(stat -c %a kept)" = 700 ]
}

@test "answers that were not taken are judged again from the cache, and not paid for" {
	images 1
	model
	model_script <<<'{"loop": 400, "temperature_below": 0.1}'
	ask --cache kept < <(pages p1.png)
	json '.gate.asked == 2'
	ask --cache kept < <(pages p1.png)
	json '.cached and .gate.asked == 2 and .gate.temperature == 0.2'
	[ "$(model_stats .chats)" -eq 2 ]
}

@test "after kill -9 only what was at the server is paid for again" {
	images 6
	model --latency 2500 --batch 2
	pages p{1..6}.png >in
	ocrpage --engine deepseek-ocr --server "$model_url" --cache kept -j 2 <in >out 2>log &
	pid=$!
	until [ "$(model_stats .chats)" -ge 5 ]; do sleep 0.02; done
	kill -KILL "$pid"
	wait "$pid" || :
	ask --cache kept -j 2 <in
	[ "$status" -eq 0 ]
	[ "$(jq -r .page <<<"$output" | sort -n | xargs)" = '1 2 3 4 5 6' ]
	# Two were in flight.
	[ "$(model_stats .chats)" -le 8 ]
	[ "$(jq -s 'map(select(.cached)) | length' <<<"$output")" -ge 3 ]
}

@test "a damaged cache costs an answer, and one of others is refused" {
	images 2
	model
	ask --cache kept < <(pages p1.png p2.png)
	while IFS= read -r f; do
		truncate -s 40 "$f"
	done < <(find kept -type f)
	ask --cache kept < <(pages p1.png p2.png)
	[ "$status" -eq 0 ]
	json 'has("cached") | not'
	# What is whole, and no answer, is paid for once, too.
	while IFS= read -r f; do
		printf 'quire answer 2 %s\n{}' "$(printf '{}' | sha256sum | cut -d' ' -f1)" >"$f"
	done < <(find kept -type f)
	ask --cache kept < <(pages p1.png p2.png)
	[ "$status" -eq 0 ]
	json 'has("cached") | not'
	ask --cache kept < <(pages p1.png p2.png)
	json .cached
	# One whose words were altered is none, whatever its length.
	while IFS= read -r f; do
		sed -i 's/Seventy/Seventh/' "$f"
	done < <(find kept -type f)
	ask --cache kept < <(pages p1.png p2.png)
	json '(has("cached") | not) and (.markdown | contains("Seventh") | not)'
	grep -q 'is damaged, and not used' log
	chmod 777 kept
	run -2 --separate-stderr ocrpage --engine deepseek-ocr --server "$model_url" --cache kept </dev/null
	[[ $stderr == *'others may write to it (chmod 700)'* ]]
	ln -s kept link
	run -2 --separate-stderr ocrpage --engine deepseek-ocr --server "$model_url" --cache link </dev/null
}

# bats test_tags=brief
@test "what waits at a server is asked of it, and it is given less" {
	images 1
	model --batch 4 --latency 400
	# All at once: what comes slowly does not wait.
	for i in {1..50}; do pages p1.png; done >in
	QUIRE_LOG=debug ask --set gate.partly=0 -j 32 <in
	[ "$status" -eq 0 ]
	[ "$(grep -c . <<<"$output")" -eq 50 ]
	grep -qE 'is given [0-9]+ pages at once: [0-9]+ wait there' log || {
		cat log >&2
		return 1
	}
	# It works on four; half a dozen are there, where 32 might be.
	n=$(sed -n 's/.* is given \([0-9]*\) pages at once: .*/\1/p' log | tail -n 1)
	[ "$n" -ge 4 ] && [ "$n" -le 16 ]
}

# bats test_tags=brief
@test "a server that others keep busy is looked at until they do not" {
	images 1
	model --batch 4 --latency 300
	for i in {1..60}; do pages p1.png; done >in
	ocrpage --engine deepseek-ocr --server "$model_url" --set gate.partly=0 -j 48 <in >theirs 2>&1 3>&- &
	others=$!
	# shellcheck disable=SC2016 # until_true's to expand
	until_true eval '[[ $(model_stats .max_in_flight) -ge 40 ]]'
	QUIRE_LOG=debug ask --set gate.partly=0 -j 16 <in
	[ "$status" -eq 0 ]
	wait "$others"
	# Fewer than it is looked at for by itself, and yet more again.
	grep -qE 'is given [1-3] pages at once: [0-9]+ wait there' log
	grep -q 'is given more again: none wait there' log
}

@test "a page that one server refuses goes to another, and one that refuses all is said once" {
	images 6
	model
	good=$model_url
	model
	model_script <<<'{"status": 400, "message": "no image in request 7c-1a is taken here"}'
	run --separate-stderr ocrpage --engine deepseek-ocr -j 1 --server "$model_url" --server "$good" \
	    < <(pages p{1..6}.png | of_each)
	[ "$status" -eq 0 ]
	[ "$(jq -s 'map(select(.markdown)) | length' <<<"$output")" -eq 6 ]
	[ "$(grep -c 'so it did with all of late' <<<"$stderr")" -eq 1 ]
}

@test "some that are refused at once, before others are answered, are given up, and they alone" {
	images 12
	model --latency 1500
	for i in 2 3 5 8 9; do
		jq -nc --arg key "$(model_digest "p$i.png")" '{$key, status: 400, message: "odd"}'
	done | model_script
	ask -j 12 < <(pages p{1..12}.png | of_each)
	[ "$status" -eq 1 ]
	[ "$(jq -s 'map(select(.markdown)) | length' <<<"$output")" -eq 7 ]
	[ "$(jq -r 'select(.error) | "\(.error.code) \(.error.class)"' <<<"$output" | grep -c '^ocr.refused permanent\|^ocr.server transient')" -eq 5 ]
	# All at once: none of them is given up.
	model_script <<<'{"status": 400, "message": "no image is taken here"}'
	ask -j 12 < <(pages p{1..12}.png | of_each)
	[ "$status" -eq 3 ]
	[ -z "$(jq 'select(.error.class == "permanent")' <<<"$output")" ]
	[ "$(model_stats '.status["400"]')" -le 17 ]
}

@test "refusals are alike though each names its request" {
	images 5
	model
	model_script <<-'END'
		{"status": 400, "message": "no image is taken here (request 1f-aa)"}
		{"nth": 2, "message": "no image is taken here (request c9d8b)"}
		{"nth": 3, "message": "no image is taken here (request 77)"}
	END
	ask -j 1 < <(pages p{1..5}.png | of_each)
	[ "$status" -eq 3 ]
	[ "$(model_stats .chats)" -eq 3 ]
}

@test "a server whose answers are redirects is given up when patience ends" {
	images 1
	model
	model_script <<<'{"status": 307, "location": "https://gpu.example/"}'
	run --separate-stderr timeout 100 ocrpage --engine deepseek-ocr --server "$model_url" --patience 2 \
	    --tries 100 < <(pages p1.png)
	[ "$status" -eq 75 ]
	[[ $stderr == *'takes no pages: HTTP 307 sends us to https://gpu.example/:'* ]]
	[[ $stderr != *'nobody answers there'* ]]
}

# bats test_tags=brief
@test "a server that was down, and takes its time then, is waited for" {
	images 2
	model --latency 8000 --batch 1
	model_script <<<'{"first": 1, "status": 404}'
	ask -j 1 --patience 6 < <(pages p1.png p2.png)
	[ "$status" -eq 0 ]
	grep -q 'takes no pages: HTTP 404' log
	[ "$(model_stats .chats)" -eq 3 ]
}
