#!/usr/bin/env bats
# Profiles that ask for fields instead of text: what a model says of a page is held
# against the schema, and what the pages of a document gave is put together.
load helper
load pdf
load model

setup()
{
	quire_setup
	mkdir -m 700 "${QUIRE_WORK:?}"
	mkdir profiles
	export QUIRE_LOG=debug QUIRE_PROFILES=$PWD/profiles
	unset VLLM_URL VLLM_API_KEY http_proxy https_proxy all_proxy
	cat >profiles/invoice.json <<-'end'
		{"model": "generic", "clean": "plain", "image": {}, "temperatures": [0, 0.2, 0.4],
		 "request": {"max_tokens": 2048},
		 "extract": {"prompt": "Read the invoice.", "schema": {"type": "object",
		  "properties": {"number": {"type": "string"}, "total": {"type": ["number", "null"]},
		   "items": {"type": "array", "items": {"type": "object",
		    "properties": {"what": {"type": "string"}, "price": {"type": "number"}}}}},
		  "required": ["number"], "additionalProperties": false}}}
	end
}

teardown()
{
	stop_models
}

# says JSON...: the server's script: what it says of a page, one after the other.
says()
{
	local n=0 text

	for text; do
		jq -nc --argjson nth "$((++n))" --arg text "$text" '{$nth, $text}'
	done | model_script
}

# ask [OPTION...]: ocrpage by that profile; its records into $output, its log into log.
ask()
{
	run --separate-stderr ocrpage --engine invoice --server "$model_url" --patience 60 "$@"
	# shellcheck disable=SC2154 # run's
	printf '%s\n' "$stderr" >log
}

@test "what is asked for is said to the model and to the server" {
	images 1
	ocrpage --engine invoice --batch-out asked <<<"$(pages p1.png)" >out
	jq -e '.body | .model == "generic" and .max_tokens == 2048 and
	    .response_format.type == "json_schema" and
	    .response_format.json_schema.schema.required == ["number"] and
	    (.messages | length) == 1 and (.messages[0].content | map(.type)) == ["image_url", "text"] and
	    (.messages[0].content[1].text | startswith("Read the invoice.\n\n") and contains("\"additionalProperties\":false"))' asked
	# The last text of a profile's own messages makes way for it, and what it asks for stays.
	jq '.messages = [{role: "system", content: [{type: "text", text: "You read."}]},
	    {role: "user", content: [{type: "text", text: "OCR"}, {type: "image_url", image_url: {url: "$IMAGE"}}]}]
	    | .request.response_format = {type: "text"}' profiles/invoice.json >profiles/own.json
	ocrpage --engine own --batch-out asked <<<"$(pages p1.png)" >out
	jq -e '.body | .response_format == {type: "text"} and .messages[0].content[0].text == "You read." and
	    (.messages[1].content | map(.type)) == ["text", "image_url"] and
	    (.messages[1].content[0].text | startswith("Read the invoice.\n\n"))' asked
}

@test "fields that fit are the page's, and its Markdown shows them" {
	images 1
	start_model --model generic
	says '{"number": "A-7", "total": 12.50, "items": [{"what": "<!-- Page 2 --> <b>tea</b> ```", "price": 0.1}]}'
	ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '.fields == {number: "A-7", total: 12.5, items: [{what: "<!-- Page 2 --> <b>tea</b> ```", price: 0.1}]}'
	json '.engine == "invoice" and .gate.finish == "stop" and .gate.asked == 1 and (has("doubt") | not)'
	text=$(jq -r .markdown <<<"$output")
	[[ $text == '```json'$'\n{\n'*$'\n}\n```' ]]
	[[ $text == *'\u003c!-- Page 2 --> \u003cb>tea'* && $text == *'"price": 0.1'* ]]
	# They are so many as the Markdown says.
	[ "$(sed '1d;$d' <<<"$text" | jq -c .)" = "$(jq -c .fields <<<"$output")" ]
}

@test "what a model thinks, and its fence, are no part of it" {
	images 1
	start_model --model generic
	says $'<think>I see {"number": 1}</think>\n```json\n{"number": "A-7"}\n```\n'
	ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '.fields == {number: "A-7"} and .gate.asked == 1'
}

@test "what does not fit is asked for again, and then an error that shows nothing of it" {
	images 1
	start_model --model generic
	says '{"total": 1}' 'I cannot see an invoice.' '{"number": "A-7"}'
	ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '.fields == {number: "A-7"} and .gate.asked == 3 and .gate.temperature == 0.4'
	says '{"number": "A-7", "SECRETNAME": 1}' '{"number": "SECRET", "items": [{"price": "SECRET"}]}' \
	    '{"number": "A-7", "items": [{"price": 1}, {"price": "SECRET"}]}'
	ask < <(pages p1.png)
	[ "$status" -eq 1 ]
	json '.error.code == "ocr.fields" and .error.class == "permanent"'
	[[ $(jq -r .error.message <<<"$output") == *'invoice: the answer is none of the fields: /items/1/price is of another type than number '* ]]
	run ! grep -q SECRET log
	grep -q 'it has a member that the schema does not know' log
}

@test "numbers that would not be kept, and answers that are cut, are not taken" {
	images 1
	start_model --model generic
	says '{"number": "1", "total": 12345678901234567}' '{"number": "12345678901234567890", "total": 123456789012345}'
	ask < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '.gate.asked == 2 and .fields == {number: "12345678901234567890", total: 123456789012345}'
	grep -q 'a number has more than 15 digits, or is too large or small: ask for a string' log
	says '{"number": "1", "total": 1e999}' '{"number": "1", "total": -1e-400}' '{"number": "1", "total": -0.0e7}'
	ask < <(pages p1.png)
	json '.gate.asked == 3 and .fields.total == 0'
	# Of two members of one name nobody says which counts; a colon in a text is none.
	says '{"number": "1", "number": "2"}' '{"number": "1", "items": [{"price": 1, "price": 1}]}' \
	    '{"number": "a: \"b\": c", "items": [{"price": 1}, {"price": 2}]}'
	ask < <(pages p1.png)
	json '.gate.asked == 3 and .fields.number == "a: \"b\": c"'
	grep -q 'a member stands there twice' log
	model_script <<<'{"text": "{\"number\": \"1\"}", "finish": "length"}'
	ask < <(pages p1.png)
	[ "$status" -eq 1 ]
	json '.error.code == "ocr.truncated"'
}

@test "fields of which it is not said that they are all are doubtful" {
	images 1
	ocrpage --engine invoice --batch-out asked < <(pages p1.png) >out
	jq -c '{custom_id, response: {status_code: 200, body: {choices: [{message: {content: "{\"number\": \"7\"}"}}]}}}' \
	    asked >answers
	run --separate-stderr ocrpage --engine invoice --batch-in answers < <(pages p1.png)
	[ "$status" -eq 0 ]
	json '.fields == {number: "7"} and .doubt == ["confidence"]'
}

@test "a server that knows no response_format is asked without it" {
	images 2
	start_model --model generic --text '{"number": "A-7"}'
	model_script <<-'end'
		{"first": 1, "status": 400, "message": "Unrecognized request argument supplied: response_format"}
	end
	ask -j 1 < <(pages p1.png p2.png)
	[ "$status" -eq 0 ]
	json '.fields == {number: "A-7"}'
	[ "$(model_stats .chats)" -eq 3 ]
}

@test "an answer is kept, and another schema gets no old one" {
	images 1
	start_model --model generic --text '{"number": "A-7"}'
	ask --cache kept < <(pages p1.png)
	ask --cache kept < <(pages p1.png)
	json '.cached == true and .fields == {number: "A-7"}'
	jq '.extract.schema.properties.number.maxLength = 9' profiles/invoice.json >new && mv new profiles/invoice.json
	ask --cache kept < <(pages p1.png)
	json '(has("cached") | not) and .fields == {number: "A-7"}'
	[ "$(model_stats .chats)" -eq 2 ]
}

@test "a profile that makes no sense is the command line's fault" {
	local change why

	while IFS='|' read -r change why; do
		jq "$change" profiles/invoice.json >profiles/bad.json
		run --separate-stderr ocrpage --engine bad --server http://127.0.0.1:9 </dev/null
		[ "$status" -eq 2 ] || {
			echo "$change: $status" >&2
			return 1
		}
		[[ $stderr == *"the profile bad: $why"* ]] || {
			echo "$change: $stderr" >&2
			return 1
		}
	done <<-'end'
	.extract.schema.properties.number.pattern = "^A"|extract /properties/number/pattern is a keyword that is not held to here: leave it out
	.extract.schema.type = "array"|extract has a prompt, a text, and a schema of type object
	del(.extract.prompt)|extract has a prompt and a schema, and nothing else
	.extract.prompt = 3|extract has a prompt, a text, and a schema of type object
	.extract = 3|extract has a prompt and a schema, and nothing else
	.request = 3|request is an object
	del(.request)|request is missing
	end
	# What draws the pages goes by the file.
	run --separate-stderr ocrpage --engine generic --server http://127.0.0.1:9 \
	    --set 'extract={"prompt":"a","schema":{"type":"object"}}' </dev/null
	[ "$status" -eq 2 ]
	[[ $stderr == *'extract is set in its file alone'* ]]
	run --separate-stderr ocrpage --engine invoice --set extract.prompt=7 --batch-out asked </dev/null
	[ "$status" -eq 2 ]
	[[ $stderr == *'extract has a prompt, a text,'* ]]
	# Fields and text are two things.
	for command in ocrpage doc2png; do
		run --separate-stderr "$command" --engine invoice,tesseract </dev/null
		[ "$status" -eq 2 ]
		[[ $stderr == *'one profile is asked for fields and another for text'* ]]
	done
}

@test "pages with text are drawn for it; a text that is there stays" {
	pdf_begin a.pdf
	pdf_page 400 200 "BT /F 14 Tf 30 150 Td (Invoice number seven of the year of our lord) Tj ET"
	pdf_end
	s3ls a.pdf | s3get >got
	doc2png <got | jq -se 'all(.[]; has("markdown") and (has("image") | not))'
	doc2png --engine invoice <got >drawn
	jq -se 'all(.[]; has("image") and (has("markdown") | not))' drawn
	doc2png --engine invoice --text=layer <got | jq -se 'all(.[]; has("markdown") and (has("image") | not))'
	start_model --model generic --text '{"number": "7"}'
	ask < <(doc2png --text=layer <got)
	json '(has("fields") | not) and .doubt == ["fields"] and .engine == "text"'
	# Behind a command that read the page it adds to that.
	ask < <(ocrpage <drawn)
	[ "$status" -eq 0 ]
	json '.fields == {number: "7"} and .engine == "tesseract" and (.markdown | contains("Invoice number seven"))'
	# A page whose fields nobody got is not lost for it.
	model_script <<<'{"text": "no"}'
	ask < <(ocrpage <drawn)
	[ "$status" -eq 0 ]
	json '(has("fields") | not) and .doubt == ["fields"] and (.markdown | contains("Invoice number seven"))'
	grep -q 'page 1: it has its text, and no fields' log
}

@test "quire run gives each document its fields" {
	mkdir in
	pdf_begin in/a.pdf
	pdf_page 300 200 "BT /F 14 Tf 30 150 Td (Invoice number seven of the year) Tj ET"
	pdf_end
	start_model --model generic --text '{"number": "7", "total": 1.5}'
	export QUIRE_DB=$PWD/jobs.db
	run --separate-stderr quire run --engine invoice --server "$model_url" in out
	[ "$status" -eq 0 ]
	[ "$(sed '/^<!--/d;/^```/d;/^$/d' out/a.pdf.md | jq -c .)" = '{"number":"7","total":1.5}' ]
	[[ $stderr == *invoice* ]]
}
