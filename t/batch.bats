#!/usr/bin/env bats
# ocrpage and batches: requests are written to a file, and answers are read from
# files, as OpenAI's batches and vllm run-batch take and give them.
load helper
load pdf
load model

setup()
{
	quire_setup
	mkdir -m 700 "${QUIRE_WORK:?}"
	unset VLLM_URL VLLM_API_KEY QUIRE_PROFILES http_proxy https_proxy all_proxy
	says='Seventy loose sheets of paper lay on the table by the window. A boy came in and
put them in order, from the first to the last, while the others looked on and said nothing
at all. When he had done, he went away again, and nobody has seen him since.'
}

teardown()
{
	stop_models
}

# by [OPTION...]: ocrpage by a model; its records into $output, its log into $stderr.
by()
{
	run --separate-stderr timeout 120 ocrpage --engine deepseek-ocr --set gate.partly=0 "$@"
}

# answers [FILTER]: of requests, each with $says, and then as jq changes them.
answers()
{
	jq -c --arg says "$says" '{id: "batch_req_1", custom_id, response: {status_code: 200,
	    request_id: "r", body: {id: "c", object: "chat.completion", created: 0, model: .body.model,
	    choices: [{index: 0, message: {role: "assistant", content: $says}, finish_reason: "stop"}],
	    usage: {prompt_tokens: 9, completion_tokens: 99, total_tokens: 108}}}, error: null} |
	    '"${1-.}"
}

# code_of PAGE: its error's class and code.
code_of()
{
	jq -r --argjson page "$1" 'select(.page == $page).error // empty | .class, .code' <<<"$output" | xargs
}

@test "requests go to a file and pages on as they came; with the answers they are read" {
	images 3
	pages p{1..3}.png >in
	by --batch-out asked.jsonl <in
	[ "$status" -eq 0 ]
	[ "$output" = "$(cat in)" ]
	[[ $stderr == *'asked.jsonl: requests for 3 pages'* ]]
	[ "$(stat -c %a asked.jsonl)" = 600 ]
	[ "$(ls asked.jsonl*)" = asked.jsonl ]
	jq -se 'length == 3 and all(.[]; .method == "POST" and .url == "/v1/chat/completions" and
	    (.custom_id | test("^[0-9a-f]{64}$")) and .body.model == "deepseek-ai/DeepSeek-OCR" and
	    .body.temperature == 0)' asked.jsonl
	# The image is the page's, byte for byte.
	for i in 1 2 3; do
		jq -r '[.body.messages[].content[]? | .image_url?.url // empty] | first' asked.jsonl |
		    sed -n "$i s/^data:image.png;base64,//p" | base64 -d | cmp - "p$i.png"
	done
	answers <asked.jsonl | tac >answers.jsonl
	by --batch-in answers.jsonl <in
	[ "$status" -eq 0 ]
	[ "$(jq -r .page <<<"$output" | sort -n | xargs)" = '1 2 3' ]
	json '.engine == "deepseek-ocr" and (.markdown | startswith("Seventy loose")) and .gate.asked == 1'
	json '.gate.finish == "stop" and .gate.tokens == 99 and (has("cached") | not)'
}

@test "a server as strict as vLLM takes each body" {
	images 2
	start_model --model deepseek-ai/DeepSeek-OCR --text "$says {key}"
	pages p1.png p2.png >in
	by --batch-out asked.jsonl <in
	while IFS= read -r line; do
		jq -c .body <<<"$line" >body
		curl -sS --noproxy '*' --fail-with-body -H 'Content-Type: application/json' \
		    --data-binary @body "$model_url/v1/chat/completions" >answer
		jq -c --slurpfile body answer \
		    '{id: "1", custom_id, response: {status_code: 200, request_id: "1", body: $body[0]}, error: null}' \
		    <<<"$line"
	done <asked.jsonl >answers.jsonl
	by --batch-in answers.jsonl <in
	[ "$status" -eq 0 ]
	for i in 1 2; do
		jq -se --arg key "$(model_digest "p$i.png")" --argjson i "$i" \
		    'any(.[]; .page == $i and (.markdown | contains($key)))' <<<"$output"
	done
	[ "$(model_stats .chats)" -eq 2 ]
}

@test "an image is made as small for a batch as for a server" {
	images 1
	by --set image.side=300 --batch-out asked.jsonl < <(pages p1.png)
	[ "$status" -eq 0 ]
	jq -r '[.body.messages[].content[]? | .image_url?.url // empty] | first' asked.jsonl |
	    sed 's/^[^,]*,//' | base64 -d >small.png
	[[ $(file small.png) == *'269 x 300'* ]]
}

@test "the same image is asked for once, and another prompt gets no old answer" {
	images 1
	cp p1.png other.png
	by --batch-out asked.jsonl < <(pages p1.png other.png)
	[ "$(wc -l <asked.jsonl)" -eq 1 ]
	answers <asked.jsonl >answers.jsonl
	by --batch-in answers.jsonl < <(pages p1.png other.png)
	[ "$status" -eq 0 ]
	by --batch-in answers.jsonl --set request.top_p=0.5 < <(pages p1.png)
	[ "$status" -eq 1 ]
	[ "$(code_of 1)" = 'transient ocr.batch' ]
}

@test "batches are for models, and no file comes of a program's pages" {
	images 1
	printf '#!/bin/sh\nwhile read -r line; do echo "{\\"text\\":\\"one\\"}"; done\n' >mine
	chmod +x mine
	run --separate-stderr ocrpage --engine exec:./mine --batch-out asked.jsonl < <(pages p1.png)
	[ "$status" -eq 2 ]
	[[ $stderr == *'batches are for models'* ]]
	[ ! -e asked.jsonl ]
}

@test "an answer that does not say why it ended is doubtful" {
	images 1
	by --batch-out asked.jsonl < <(pages p1.png)
	answers 'del(.response.body.choices[0].finish_reason)' <asked.jsonl >answers.jsonl
	by --batch-in answers.jsonl < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '.doubt == ["confidence"] and .gate.finish == null'
}

@test "pages without an answer are named, and go to the next engine where there is one" {
	images 4
	pages p{1..4}.png >in
	by --batch-out asked.jsonl <in
	{
		sed -n 1p asked.jsonl | answers
		sed -n 2p asked.jsonl | answers '.response = null | .error = {code: "batch_expired", message: "it came too late"}'
		sed -n 3p asked.jsonl | answers '.response |= {status_code: 400, request_id: "r"} | .error = {error: {message: "no such page"}}'
	} >answers.jsonl
	by --batch-in answers.jsonl <in
	[ "$status" -eq 1 ]
	[ "$(code_of 1)" = '' ]
	[ "$(code_of 2)" = 'transient ocr.batch' ]
	[ "$(code_of 3)" = 'permanent ocr.refused' ]
	[ "$(code_of 4)" = 'transient ocr.batch' ]
	for i in 2 3 4; do
		id=$(sed -n "$i p" asked.jsonl | jq -r .custom_id)
		[[ $(jq -r --argjson i "$i" 'select(.page == $i).error.message' <<<"$output") == "custom_id $id: "*answers.jsonl* ]]
	done
	[[ $output == *'it came too late'* && $output == *'no such page'* ]]
	by --batch-in answers.jsonl --engine deepseek-ocr,tesseract <in
	[ "$status" -eq 0 ]
	[ "$(jq -r .engine <<<"$output" | sort | uniq -c | xargs)" = '1 deepseek-ocr 3 tesseract' ]
	# The environment's server is not asked; one that is named is.
	start_model --model deepseek-ai/DeepSeek-OCR --text "$says"
	VLLM_URL=$model_url by --batch-in answers.jsonl < <(sed -n 4p in)
	[ "$status" -eq 1 ]
	[ "$(model_stats .chats)" -eq 0 ]
	by --batch-in answers.jsonl --server "$model_url" <in
	[ "$(model_stats .chats)" -eq 2 ]
	[ "$(code_of 3)" = 'permanent ocr.refused' ]
}

@test "what was not taken, refused as too large or not answered is asked for again" {
	images 4
	pages p{1..4}.png >in
	by --batch-out asked.jsonl <in
	{
		sed -n 1p asked.jsonl | answers
		sed -n 2p asked.jsonl | answers '.response.body.choices[0].finish_reason = "length"'
		sed -n 3p asked.jsonl | answers '.response |= {status_code: 400, body: {error: {message: "The image is too large"}}}'
		sed -n 4p asked.jsonl | answers '.response |= {status_code: "200", body: {}}'
	} >answers.jsonl
	by --batch-in answers.jsonl < <(sed -n 2p in)
	[ "$(code_of 2)" = 'permanent ocr.truncated' ]
	by --batch-in answers.jsonl --batch-out again.jsonl <in
	[ "$status" -eq 0 ]
	# The page that is done is done, the others are as they came.
	[ "$(jq -r 'select(has("markdown")).page' <<<"$output")" -eq 1 ]
	[ "$(jq -r 'select(has("markdown") | not) | .page' <<<"$output" | sort | xargs)" = '2 3 4' ]
	[ "$(wc -l <again.jsonl)" -eq 3 ]
	[ "$(jq .body.temperature again.jsonl | sort | xargs)" = '0 0 0.2' ]
	answers <again.jsonl >second.jsonl
	by --batch-in answers.jsonl --batch-in second.jsonl --batch-out third.jsonl <in
	[ "$status" -eq 0 ]
	json 'has("markdown")'
	[ "$(jq -r 'select(.page == 2).gate | .asked, .temperature' <<<"$output" | xargs)" = '2 0.2' ]
	[ -e third.jsonl ] && [ ! -s third.jsonl ]
}

@test "answers go into the cache, and what is there is not asked for" {
	images 2
	by --batch-out asked.jsonl < <(pages p1.png)
	answers <asked.jsonl >answers.jsonl
	by --batch-in answers.jsonl --cache kept < <(pages p1.png)
	json 'has("cached") | not'
	by --cache kept --batch-out asked.jsonl < <(pages p1.png p2.png)
	[ "$(wc -l <asked.jsonl)" -eq 1 ]
	[ "$(jq -r 'select(.cached).page' <<<"$output")" -eq 1 ]
}

@test "of several answers the last one counts, but not one that failed" {
	images 1
	by --batch-out asked.jsonl < <(pages p1.png)
	{
		answers '.response.body.choices[0].message.content |= "First: " + .' <asked.jsonl
		answers <asked.jsonl
		answers '.response.status_code = 500' <asked.jsonl
	} >answers.jsonl
	by --batch-in answers.jsonl < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '.markdown | startswith("Seventy loose")'
}

@test "what is no file of answers is a wrong command line, and its line is named" {
	images 1
	pages p1.png >in
	by --batch-out asked.jsonl <in
	answers <asked.jsonl >answers.jsonl
	says_no() {
		run -2 --separate-stderr timeout 60 ocrpage --engine deepseek-ocr "${@:2}" </dev/null
		[[ ${stderr%%$'\n'*} == *"$1"* ]] || { echo "$stderr" >&2; return 1; }
	}
	{ cat answers.jsonl; echo; echo 'no JSON'; cat answers.jsonl; } >bad
	says_no 'bad:3: no answer of a batch' --batch-in answers.jsonl --batch-in bad
	says_no 'asked.jsonl:1: no answer of a batch: it has no response' --batch-in asked.jsonl
	says_no 'nowhere: No such file' --batch-in nowhere
	says_no 'not a regular file' --batch-in .
	says_no '/dev/null: not a regular file' --batch-out /dev/null
	says_no 'No such file' --batch-out no/where
	says_no 'goes with no --server' --batch-out b --server http://127.0.0.1:9
	says_no 'there is no such engine' --batch-out b --engine nobody
	says_no 'promt is no member' --batch-out b --set promt=x
	says_no 'batches are for models' --batch-out b --engine tesseract
	[ -z "$(ls b b.part 2>/dev/null)" ]
	# Nothing that is another's is taken for the part.
	ln -s answers.jsonl b.part
	says_no 'b.part' --batch-out b
	[ -L b.part ]
}

@test "a last line that is cut short, and one that is too long, cost their own pages" {
	images 2
	pages p1.png p2.png >in
	by --batch-out asked.jsonl <in
	{
		jq -nc '{custom_id: "x", response: ("y" * 20000000)}'
		answers <asked.jsonl
	} | head -c -9 >answers.jsonl
	by --batch-in answers.jsonl <in
	[ "$status" -eq 1 ]
	[ "$(jq -r 'select(has("markdown")).page' <<<"$output")" -eq 1 ]
	[ "$(code_of 2)" = 'transient ocr.batch' ]
	[[ $stderr == *'answers.jsonl:1: longer than '* ]]
	[[ $stderr == *'answers.jsonl:3: the file ends within it'* ]]
}

@test "no file of requests comes of a run that does not come to its end" {
	images 1
	echo before >asked.jsonl
	mkfifo in
	ocrpage --engine deepseek-ocr --batch-out asked.jsonl <in >out 2>log &
	pid=$!
	exec 4>in
	pages p1.png >&4
	until [ -s asked.jsonl.part ]; do sleep 0.05; done
	# Two do not write one file.
	run -2 --separate-stderr timeout 60 ocrpage --engine deepseek-ocr --batch-out asked.jsonl </dev/null
	[[ $stderr == *'another command is writing it'* ]]
	kill -KILL "$pid"
	wait "$pid" || :
	exec 4>&-
	[ "$(cat asked.jsonl)" = before ]
	# What it left is made anew.
	by --batch-out asked.jsonl < <(pages p1.png)
	[ "$status" -eq 0 ]
	[ "$(wc -l <asked.jsonl)" -eq 1 ]
	[ ! -e asked.jsonl.part ]
	# A page whose image cannot be had leaves no piece of a line, and is the only one that fails.
	echo nothing >p2.png
	by --batch-out asked.jsonl < <(pages p2.png p1.png)
	[ "$status" -eq 1 ]
	[ "$(code_of 1)" = 'validation page.image' ]
	jq -e .custom_id asked.jsonl
}

@test "a file that may not grow stops the command, and nothing is left of it" {
	images 1 12
	[ "$(stat -c %s p1.png)" -gt 4096 ]
	run -75 --separate-stderr bash -c \
	    'ulimit -f 4; exec ocrpage --engine deepseek-ocr --batch-out asked.jsonl' < <(pages p1.png)
	[[ $stderr == *io.write* && $stderr == *asked.jsonl.part* ]]
	json '.error.class == "transient"'
	[ -z "$(ls asked.jsonl* 2>/dev/null)" ]
}

@test "of many long answers none but the one asked for is in memory" {
	[[ $QUIRE_BIN != *asan* ]] || skip "not with the sanitizers"
	images 1
	by --batch-out asked.jsonl < <(pages p1.png)
	answers <asked.jsonl >one
	python3 - one <<-'END' >answers.jsonl
		import json, sys
		a = json.load(open(sys.argv[1]))
		own = a["custom_id"]
		for i in range(2000):
		    a["custom_id"] = "%064x" % (i * 2654435761) if i != 1000 else own
		    a["response"]["body"]["id"] = "x" * 50000 if i != 1000 else "own"
		    print(json.dumps(a))
	END
	run --separate-stderr bash -c 'ulimit -v 400000 2>/dev/null
	    ocrpage --engine deepseek-ocr --set gate.partly=0 --batch-in answers.jsonl' < <(pages p1.png)
	[ "$status" -eq 0 ]
	json 'has("markdown")'
}
