# model.bash - a stand-in for vLLM's server (fake/vllm.c), loaded behind helper.
#
#	teardown() { stop_models; }
#
#	start_model --latency 50 --batch 4
#	curl "$model_url/v1/models"
#	[[ $(model_stats .chats) -eq 3 ]]
#
# None may be started in a subshell, nor by run: they end with the shell that
# starts them.
# shellcheck shell=bash

model_program=${QUIRE_UNIT:-$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)/.build/unit}
model_program=${model_program%/*}/fake/vllm

# start_model [OPTION...]: one for this test. Its address, with no path, is in
# model_url, and its process in model_pid; a second call starts another.
start_model()
{
	# shellcheck disable=SC2034 # began is the stopwatch's
	local began dir port

	dir=$(mktemp -d "${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}/model.XXXXXX")
	env -u QUIRE_WORK "$model_program" "$@" \
	    </dev/null >"$dir/port" 2>"$dir/err" 3>&- 4>&- &
	model_pid=$!
	model_dir=$dir
	model_pids+=" $model_pid"
	stopwatch
	until read -r port <"$dir/port"; do
		if [[ $(took) -ge 60 ]] || ! kill -0 "$model_pid" 2>/dev/null; then
			read -r port <"$dir/port" && break
			echo "the model's server does not come up:" >&2
			tail -n 20 "$dir/err" >&2
			return 1
		fi
		sleep 0.02
	done
	# shellcheck disable=SC2034 # the test's
	model_url=http://127.0.0.1:$port
}

# stop_models: all that this shell has started. What one said on its way, as a
# sanitizer does, fails the test.
stop_models()
{
	local pid try rc=0

	for pid in ${model_pids-}; do
		kill "$pid" 2>/dev/null || :
		for try in {1..100}; do
			kill -0 "$pid" 2>/dev/null || break
			[[ $try -ne 60 ]] || kill -KILL "$pid" 2>/dev/null || :
			sleep 0.05
		done
		wait "$pid" 2>/dev/null || :
	done
	model_pids=
	[[ -z ${model_dir-} ]] || ! grep -h 'Sanitizer\|runtime error' "${model_dir%/*}"/model.*/err >&2 || rc=1
	return "$rc"
}

# model_stats FIELD: what jq finds there in what the server has counted:
# .chats, .aborted, .max_in_flight, .status["429"], .keys[].answered
model_stats()
{
	curl -sS --noproxy '*' "$model_url/_/stats" | jq -r "$1"
}

# model_script: the lines on standard input are its script from now on.
model_script()
{
	curl -sS --noproxy '*' --fail-with-body --data-binary @- "$model_url/_/script"
}

# model_digest FILE: the key of a page with these bytes.
model_digest()
{
	base64 -w 0 "$1" | "$model_program" --digest
}

# images N [LINES]: p1.png and so on, a page of text each, with its number (pdf.bash).
images()
{
	local i j line

	pdf_begin a.pdf
	for ((i = 1; i <= $1; i++)); do
		line="BT /F 12 Tf 14 TL 40 380 Td (Page $i of the book) '"
		for ((j = 0; j < ${2:-5}; j++)); do
			line+=" (Seventy loose sheets of paper lay on the table) '"
		done
		pdf_page 360 400 "$line ET"
	done
	pdf_end
	pdftoppm -gray -png -r 100 a.pdf p
	for i in p-*.png; do
		mv "$i" "p$((10#${i//[^0-9]/})).png"
	done
}

# pages FILE...: a record each.
pages()
{
	local i=0 f

	for f; do
		jq -nc --argjson page "$((++i))" --arg image "$PWD/$f" --argjson pages $# \
		    '{v: 1, kind: "page", id: "a", $page, $pages, $image, dpi: 100}'
	done
}
