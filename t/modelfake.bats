#!/usr/bin/env bats
# The stand-in for vLLM's server is as strict as that is, and does wrong what
# it is told to.
# bats file_tags=brief
load helper
load model

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return
	python3 - <<-'END'
		import struct, zlib
		def chunk(kind, data):
		    return (struct.pack('>I', len(data)) + kind + data +
		            struct.pack('>I', zlib.crc32(kind + data)))
		def png(name, w, h):
		    with open(name, 'wb') as f:
		        f.write(b'\x89PNG\r\n\x1a\n')
		        f.write(chunk(b'IHDR', struct.pack('>IIBBBBB', w, h, 8, 0, 0, 0, 0)))
		        f.write(chunk(b'IDAT', zlib.compress((b'\0' + b'\x7f' * w) * h)))
		        f.write(chunk(b'IEND', b''))
		png('a4.png', 1240, 1754)
		png('small.png', 600, 400)
		png('slide.png', 1920, 1080)
		png('b4.png', 1241, 1754)
	END
}

setup()
{
	quire_setup
}

teardown()
{
	stop_models
}

# body FILE [MEMBERS]: a request about this page; the members come last.
body()
{
	printf '{"model":"deepseek-ai/DeepSeek-OCR","messages":[{"role":"user","content":['
	printf '{"type":"image_url","image_url":{"url":"data:image/png;base64,%s"}},' \
	    "$(base64 -w 0 "$BATS_FILE_TMPDIR/$1")"
	printf '{"type":"text","text":"Free OCR."}]}]%s}' "${2:+,$2}"
}

# post [CURL-OPTION...]: standard input to the model; the answer's body is in the
# file answer and its status in code.
post()
{
	curl -sS --noproxy '*' -o answer -w '%{http_code}\n' -H 'Content-Type: application/json' \
	    --data-binary @- "$@" "$model_url/v1/chat/completions" >code
}

# answered STATUS
answered()
{
	[[ $(cat code) -eq $1 ]] || {
		cat code answer >&2
		return 1
	}
}

# said EXPR: it is true of the answer.
said()
{
	jq -e "$1" answer >/dev/null || {
		cat answer >&2
		return 1
	}
}

# refused STATUS TEXT [CURL-OPTION...]: what is on standard input is, so.
refused()
{
	post "${@:3}"
	answered "$1" && said ".error.code == $1" || return
	grep -qF -- "$2" answer || {
		printf 'that does not say %s: ' "$2" >&2
		cat answer >&2
		return 1
	}
}

members='"temperature":0.0,"max_tokens":2048,"skip_special_tokens":false,"vllm_xargs":{"ngram_size":30,"window_size":90,"whitelist_token_ids":[128821,128822]}'

@test "the recipe's request is answered with the page that it was about" {
	start_model
	body a4.png "$members" | post
	answered 200
	said '.object == "chat.completion" and .choices[0].finish_reason == "stop"
	    and .choices[0].message.role == "assistant" and .usage.prompt_tokens == 907
	    and .usage.total_tokens == .usage.prompt_tokens + .usage.completion_tokens'
	key=$(model_digest "$BATS_FILE_TMPDIR/a4.png")
	jq -r '.choices[0].message.content' answer | grep -qx "# Page $key"
	jq -r '.choices[0].message.content' answer | grep -qx "1240 x 1754"
	[ "$(model_stats ".keys[\"$key\"] | [.asked, .answered] | @csv")" = 1,1 ]
}

@test "chunked, after 100-continue, escaped or in pieces, a page has the same digest" {
	start_model
	body a4.png >a4.json
	key=$(model_digest "$BATS_FILE_TMPDIR/a4.png")
	post -H 'Transfer-Encoding: chunked' <a4.json
	post -H 'Expect: 100-continue' <a4.json
	sed 's,/,\\/,g; s/Free/Fr\\u0065e/' a4.json | post
	{
		printf 'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
		printf 'Content-Type: application/json\r\nContent-Length: %d\r\n\r\n' "$(wc -c <a4.json)"
		for i in {0..40}; do
			tail -c "+$((i * 37 + 1))" a4.json | head -c 37
			sleep 0.002
		done
		tail -c +$((41 * 37 + 1)) a4.json
	} >pieces
	exec 9<>"/dev/tcp/127.0.0.1/${model_url##*:}"
	cat pieces >&9
	cat <&9 >answer
	exec 9>&-
	grep -q "# Page $key" answer
	[ "$(model_stats '[.pages, .chats, .status["200"]] | @csv')" = 1,4,4 ]
}

@test "what is no JSON, or has another shape, is refused" {
	start_model
	for bad in '' '{' '[]' '{"a":1,}' '{"a":01}' '{"a":nan}' '{"a":"\x"}' '{"a":1}}' '{"a":1x' \
	    $'{"a":"\xff"}' $'{"a":"\t"}' '{"a":"\ud800"}'; do
		printf '%s' "$bad" | refused 400 ""
	done
	m='"model":"deepseek-ai/DeepSeek-OCR"'
	for bad in '"messages":[]' '"messages":{}' '"messages":null' '"n":1' '"messages":["x"]' \
	    '"messages":[{"content":"x"}]' '"messages":[{"role":"user"}]' \
	    '"messages":[{"role":"boss","content":"x"}]' \
	    '"messages":[{"role":"user","content":1}]' \
	    '"messages":[{"role":"user","content":[{"text":"x"}]}]' \
	    '"messages":[{"role":"user","content":[{"type":"text"}]}]' \
	    '"messages":[{"role":"user","content":[{"type":"image_url","image_url":"data:"}]}]' \
	    '"messages":[{"role":"user","content":[{"type":"input_image"}]}]' \
	    '"messages":[{"role":"user","content":"x"}],"temperature":"0"' \
	    '"messages":[{"role":"user","content":"x"}],"temperature":-1' \
	    '"messages":[{"role":"user","content":"x"}],"max_tokens":0' \
	    '"messages":[{"role":"user","content":"x"}],"max_tokens":1.5'; do
		printf '{%s,%s}' "$m" "$bad" | refused 400 ""
	done
	printf '{%s,"messages":[{"role":"user","content":"x"}]}' "$m" | refused 400 "Unsupported Media Type" -H 'Content-Type: text/plain'
	printf '{%s,"messages":[{"role":"user","content":"x"}]}' "$m" | post
	answered 200
}

@test "another model, an unknown field and one of later versions are refused" {
	start_model --no guided_regex
	body small.png | sed 's/DeepSeek-OCR/Other/' | refused 404 "The model \`deepseek-ai/Other\` does not exist."
	body small.png '"maxtokens":5' | refused 400 maxtokens
	body small.png '"guided_regex":"x"' | refused 400 guided_regex
	start_model --no-xargs
	body small.png "$members" | refused 400 vllm_xargs
	body small.png | post
	answered 200
	start_model --scalar-xargs --flat-errors
	body small.png "$members" | post
	answered 400
	said '.object == "error" and (.message | contains("vllm_xargs"))'
}

@test "a page is well-formed base64 of a whole PNG, or of a JPEG" {
	start_model
	body small.png >whole
	sed 's,image/png,image/gif,' whole | refused 400 "The URL must be"
	sed 's,data:[^"]*,http://127.0.0.1/x.png,' whole | refused 400 "The URL must be"
	sed 's/\(base64,......\)/\1-/' whole | refused 400 "base64"
	sed 's/\(base64,......\)./\1/' whole | refused 400 "base64"
	sed 's/\(base64,\)..../\1/' whole | refused 400 "cannot identify image file"
	sed 's,image/png,image/jpeg,' whole | refused 400 "cannot identify image file"
	sed 's/....\(=*"}}\)/\1/' whole | refused 400 ""
	sed "s,base64\,[^\"]*,base64\,$(head -c 90 "$BATS_FILE_TMPDIR/small.png" | base64 -w 0)," whole |
	    refused 400 "truncated"
	jpeg=$(printf '\xff\xd8\xff\xc0\0\21\10\1\2\3\4\3%32s' '' | base64 -w 0)
	sed "s,image/png;base64\,[^\"]*,image/jpeg;base64\,$jpeg," whole | post
	answered 200
	grep -q '772 x 258' answer
}

@test "the context is what vLLM's tiles and max_tokens have to fit in" {
	start_model --max-pixels 2175000
	body a4.png '"max_tokens":7286' | refused 400 "This model's maximum context length is 8192 tokens and your request has 907 input tokens (7286 > 8192 - 907)"
	body a4.png '"max_tokens":7285' | post
	answered 200
	body small.png '"max_tokens":1' | post
	said '.usage.prompt_tokens == 277 and .usage.completion_tokens == 1
	    and .choices[0].finish_reason == "length" and .choices[0].message.content == "# Pa"'
	body slide.png | post
	said '.usage.prompt_tokens == 487'
	body b4.png | refused 400 "too large"
}

@test "a key is asked for, and what is not there says so" {
	start_model --key K
	curl()
	{
		command curl -sS --noproxy '*' "$@"
	}
	[ "$(curl -o answer -w '%{http_code}' "$model_url/v1/models")" = 401 ]
	[ "$(cat answer)" = '{"error":"Unauthorized"}' ]
	curl -H 'Authorization: Bearer K' "$model_url/v1/models" >answer
	said '.data[0].id == "deepseek-ai/DeepSeek-OCR" and .data[0].max_model_len == 8192'
	body small.png | post
	answered 401
	body small.png | post -H 'Authorization: Bearer K'
	answered 200
	[ "$(curl -o answer -w '%{http_code} %{size_download}' "$model_url/health")" = "200 0" ]
	[ "$(curl -o answer -w '%{http_code}' "$model_url/_/stats/no")" = 404 ]
	[ "$(curl -o answer -w '%{http_code}' "$model_url/v1/chat/completions" -H 'Authorization: Bearer K')" = 405 ]
}

@test "a batch has so many, others wait, more are refused; a client that goes is forgotten" {
	# All are there before the first is answered, however slow the machine is.
	start_model --batch 2 --queue-max 2 --latency 5000
	clients=()
	body small.png >in
	for i in 1 2 3 4 5; do
		curl -sS --noproxy '*' -o "out.$i" -w '%{http_code}\n' -H 'Content-Type: application/json' \
		    --data-binary @in "$model_url/v1/chat/completions" >"code.$i" &
		clients+=($!)
	done
	within 5 busy 2 2
	curl -sS --noproxy '*' "$model_url/metrics" >metrics
	grep -qE '^vllm:num_requests_running\{.*\} 2.0$' metrics
	grep -qE '^vllm:num_requests_waiting\{.*\} 2.0$' metrics
	wait "${clients[@]}"
	[ "$(sort code.* | uniq -c | xargs)" = "4 200 1 429" ]
	[ "$(model_stats '[.max_running, .max_waiting, .running, .in_flight] | @csv')" = 2,2,0,0 ]
	body small.png | post -m 0.1 || :
	within 5 aborted 1
	busy 0 0
}

aborted()
{
	[[ $(model_stats .aborted) -eq $1 ]]
}

# busy RUNNING WAITING
busy()
{
	[[ $(model_stats '"\(.running) \(.waiting)"') == "$1 $2" ]]
}

@test "the script says what goes wrong, for which request, page and temperature" {
	cat >script <<-'END'
		# a comment
		{"nth":1,"status":429,"retry_after":7}
		{"nth":2,"status":503,"message":"loading"}
		{"nth":3,"text":"{width} {height} é\n","finish":"length"}
		{"nth":4,"empty":true}
		{"nth":5,"null":true}
		{"nth":6,"garbage":true}
		{"nth":7,"type":"text/html"}
		{"from":8,"temperature_below":0.2,"loop":50}
		{"every":10,"refuse":true}
	END
	start_model --script script
	body small.png >in
	post -D head <in
	answered 429
	grep -qix $'retry-after: 7\r' head
	refused 503 loading <in
	post <in
	said '.choices[0] | .finish_reason == "length" and .message.content == "600 400 é\n"'
	post <in
	said '.choices[0].message.content == ""'
	post <in
	said '.choices[0].message.content == null'
	post <in
	run ! jq . answer
	post -D head <in
	grep -qix $'content-type: text/html\r' head
	body small.png '"temperature":0' | post
	said '.choices[0].finish_reason == "length" and .usage.completion_tokens == 52'
	body small.png '"temperature":0.2' | post
	said '.choices[0].finish_reason == "stop"'
	post <in
	said '.choices[0].message.content | startswith("I'"'"'m sorry")'
}

@test "the script may be another while the server runs, and a bad one is refused" {
	start_model
	echo '{"attempts":1,"status":500}' | model_script
	body small.png | refused 500 ""
	body slide.png | refused 500 ""
	body small.png | post
	answered 200
	for bad in '{"statsu":500}' '{"status":"x"}' '{"status":1}' '[]' '{' '{"finish":"x"}'; do
		echo "$bad" | run -22 model_script
	done
	key=$(model_digest "$BATS_FILE_TMPDIR/small.png")
	printf '{"key":"%s","status":502}\n{"on":"health","status":503}\n' "$key" | model_script
	body small.png | refused 502 ""
	body slide.png | post
	answered 200
	run -0 curl -sS -o /dev/null -w '%{http_code}' --noproxy '*' "$model_url/health"
	[ "$output" = 503 ]
	model_script </dev/null
	body small.png | post
	answered 200
}

@test "an answer is cut, reset, dribbled, late or never comes" {
	start_model --log log
	body small.png >in
	echo '{"cut":30}' | model_script
	run -18 post <in
	[ "$(wc -c <answer)" -eq 30 ]
	echo '{"reset":true}' | model_script
	run post <in
	[[ $status -eq 56 || $status -eq 52 ]]
	echo '{"slow_ms":1,"slow_bytes":5}' | model_script
	post <in
	said '.usage'
	echo '{"delay_ms":300}' | model_script
	began=$(uptime_ms)
	post <in
	[ $(($(uptime_ms) - began)) -ge 280 ]
	echo '{"hang":true}' | model_script
	run -28 post -m 0.3 <in
	within 5 aborted 1
	[ "$(jq -sc 'map([.status, .aborted, .cut])' log)" = '[[200,false,true],[0,false,true],[200,false,false],[200,false,false],[0,true,false]]' ]
	[ "$(jq -s '.[0].prompt' log)" = '"Free OCR."' ]
}

@test "a stream is told token by token, and a client may end it" {
	start_model --token-ms 1
	body small.png '"stream":true,"stream_options":{"include_usage":true}' | post -D head
	grep -qix $'content-type: text/event-stream; charset=utf-8\r' head
	[ "$(tail -n 2 answer | head -n 1)" = "data: [DONE]" ]
	sed -n 's/^data: {/{/p' answer >events
	[ "$(jq -rj '.choices[0].delta.content // empty' events)" = "# Page $(model_digest "$BATS_FILE_TMPDIR/small.png")

600 x 400" ]
	[ "$(jq -r '.choices[0].finish_reason // empty' events)" = stop ]
	[ "$(jq '.usage.completion_tokens // empty' events)" -eq 9 ]
	echo '{"loop":0,"token_ms":20}' | model_script
	body small.png '"stream":true' | post -m 0.3 || :
	within 5 aborted 1
	busy 0 0
}

@test "it ends at SIGTERM, after so many answers, after its lifetime, and with its parent" {
	start_model
	kill "$model_pid"
	wait "$model_pid"
	start_model --die-after 1
	body small.png | post
	answered 200
	within 5 gone "$model_pid"
	start_model --lifetime 1
	within 5 gone "$model_pid"
	bash -c '"$1" >"$2" & echo $!; until [ -s "$2" ]; do sleep 0.05; done' - "$model_program" port >pid
	within 5 gone "$(cat pid)"
}

@test "a body of more than 64 MB is refused before it is read, and a head that is none" {
	start_model
	ask()
	{
		exec 9<>"/dev/tcp/127.0.0.1/${model_url##*:}"
		printf '%b' "$1" >&9
		timeout 5 head -n 1 <&9
		exec 9>&-
	}
	[[ $(ask 'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 67108865\r\n\r\n') == *" 413 "* ]]
	[[ $(ask 'GET /health HTTP/1.1\r\n\r\n') == *" 400 "* ]]
	[[ $(ask 'GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n') == *" 400 "* ]]
	[[ $(ask 'GET  HTTP/1.1\r\nHost: x\r\n\r\n') == *" 400 "* ]]
	[[ $(ask 'GET /health HTTP/1.1\r\nHost: x\r\nX: '"$(printf '%20000d' 1)"'\r\n\r\n') == *" 431 "* ]]
	[ "$(model_stats .rss_kib)" -lt 300000 ]
}
