#!/usr/bin/env bats
# What a command says of itself, its manual and its completion are one text.
# bats file_tags=brief
load helper
load s3
load model
load converter
load clamd

setup()
{
	quire_setup
}

# The examples name buckets, too.
setup_file()
{
	s3_start
	[[ -n ${S3_SKIP-} ]] || {
		s3 mb scans && s3 mb letters
		s3 sync-up "$BATS_TEST_DIRNAME/../share/quire/samples" scans 2026/
		s3 sync-up "$BATS_TEST_DIRNAME/../share/quire/samples" letters 2026/
	}
}

teardown_file()
{
	s3_stop
}

teardown()
{
	stop_models
	stop_converter
	stop_clamd
}

# usage_of COMMAND... -h: its usage lines, each on one line.
usage_of()
{
	"$@" | sed '/^$/,$d' | awk -v indent="       $1 " '
		/^usage: / || index($0, indent) == 1 { if (NR > 1) print line; line = $0; next }
		{ sub(/^ */, " "); line = line $0 }
		END { print line }' | sed 's/^usage: //; s/^ *//'
}

# helps: COMMAND [VERB], a line each, for all that answer to -h with options.
helps()
{
	local page cmd verb
	for page in "$QUIRE_TOP"/man/*.1; do
		cmd=$(basename "$page" .1)
		"$cmd" --completion | grep -v '^-' >verbs || echo "$cmd"
		while read -r verb; do
			echo "$cmd $verb"
		done <verbs
	done
}

@test "-h agrees with the manual's SYNOPSIS" {
	for page in "$QUIRE_TOP"/man/*.1; do
		cmd=$(basename "$page" .1)
		want=$(mandoc -Tutf8 -O width=800 "$page" | sed 's/.\x08//g' |
		    sed -n '/^SYNOPSIS/,/^DESCRIPTION/{/^ /p;}' | tr -s ' ' | sed 's/^ //')
		got=$(usage_of "$cmd" -h)
		echo "$cmd: -h says <$got>, the manual says <$want>" >&2
		[ -n "$got" ] && [ "$got" = "$want" ] || return 1
	done
}

@test "-V says the Makefile's version" {
	version=$(sed -n 's/^VERSION = //p' "$QUIRE_TOP/Makefile")
	for page in "$QUIRE_TOP"/man/*.1; do
		cmd=$(basename "$page" .1)
		run -0 "$cmd" -V
		[ "$output" = "$cmd (quire) $version" ]
	done
}

@test "manuals pass mandoc's lint" {
	run -0 make -s -C "$QUIRE_TOP" lint-man
	[ -z "$output" ]
}

@test "manuals refer to manuals that there are" {
	local other=' jq.1 tee.1 grep.1 pdftoppm.1 tesseract.1 fnmatch.3 '
	while read -r name section; do
		[[ -f $QUIRE_TOP/man/$name.$section || $other == *" $name.$section "* ]] || {
			echo "$name($section) is not ours and not in the list" >&2
			return 1
		}
	done < <(sed -n 's/^\.\(It \)\?Xr \([^ ]*\) \([0-9]\).*/\2 \3/p' "$QUIRE_TOP"/man/*)
}

@test "a manual's options are those of --completion" {
	for page in "$QUIRE_TOP"/man/*.1; do
		cmd=$(basename "$page" .1)
		"$cmd" --completion | tr ' ' '\n' | grep -o '^--[a-z-]*' |
		    grep -vxE -e '--(help|version)' | sort -u >got
		sed -n 's/^\.It //p' "$page" | grep -oE 'Fl (. , )?-[a-z-]+|, -[a-z-]+' |
		    grep -oE -e '-[a-z-]+' | sed 's/^/-/' | sort -u >want
		echo "$cmd" >&2
		diff want got || return 1
	done
}

@test "quire-records(7) lists the error codes of lib/base/code.h, each with its class" {
	"${QUIRE_UNIT:-$QUIRE_TOP/.build/unit}/base/code" list | sort >source
	[ -s source ]
	awk '/^\.Ss / { stops = /What stops a command/ }
	    /^\.It Sy [a-z0-9]*\.[A-Za-z0-9]/ {
		rule = $0
		if (!sub(/^[^ ]* [^ ]* [^ ]* Pq /, "", rule))
			rule = stops ? "3" : "?"
		print $3, rule
	    }' "$QUIRE_TOP/man/quire-records.7" | sort >manual
	diff manual source
}

@test "-h says of every option, in every command and verb, what it is for, in 80 columns" {
	local seen=0
	while read -r -a words; do
		seen=$((seen + 1))
		echo "${words[*]}" >&2
		run -0 --separate-stderr "${words[@]}" -h
		[ -z "$stderr" ]
		none_longer <<<"$output"
		# Its name, and its text beside or below it.
		sed '1,/^$/d' <<<"$output" >below
		usage_of "${words[@]}" -h | grep -oE -e '[[ ]--?[a-zA-Z][a-z-]*' | tr -d '[ ' | sort -u >options
		while read -r option; do
			grep -A1 -E "^  (    |-., )?$option( |,|$)" below >said
			grep -qE '^  +-.*[a-z]  +[a-z]|^ {28}[a-z]|[|A-Z]  +[a-z]' said
		done <options
	done < <(helps)
	[ "$seen" -ge 18 ]
}

none_longer()
{
	! grep -E '.{81}' >&2
}

@test "a manual's options are those that -h helps with" {
	for page in "$QUIRE_TOP"/man/*.1; do
		cmd=$(basename "$page" .1)
		echo "$cmd" >&2
		helps | grep "^$cmd\>" | while read -r -a words; do
			"${words[@]}" -h | sed '1,/^$/d' |
			    grep -oE -e '^  (    |-., )--[a-z-]+' | grep -oE -e '--[a-z-]+'
		done | grep -vxE -e '--(help|version)' | sort -u >got
		sed -n 's/^\.It //p' "$page" | grep -oE 'Fl (. , )?-[a-z-]+|, -[a-z-]+' |
		    grep -oE -e '-[a-z-]+' | sed 's/^/-/' | sort -u >want
		diff want got || return 1
	done
}

@test "-h says what a command does as its manual does, and all verbs with what they do" {
	for page in "$QUIRE_TOP"/man/*.1; do
		cmd=$(basename "$page" .1)
		run -0 "$cmd" -h
		[[ $'\n'$output$'\n' == *$'\n'"$cmd - $(sed -n 's/^\.Nd //p' "$page")"$'\n'* ]]
		[[ ${lines[-1]} == "Read on: man $cmd;"* ]]
		none_longer <<<"$output"
		for verb in $("$cmd" --completion | grep -v '^-'); do
			[[ $output =~ $'\n  '$verb\ +[a-z] ]]
		done
	done
}

@test "errors are made with the constants of lib/base/code.h, and with each of them" {
	sed -n 's/^[[:space:]]*ROW(\([A-Z0-9_]*\),.*/CODE_\1/p' "$QUIRE_TOP/lib/base/code.h" | sort >rows
	[ -s rows ]
	grep -ohE '\<CODE_[A-Z0-9_]+\>' "$QUIRE_TOP"/cmd/*.c "$QUIRE_TOP"/lib/*/*.c | sort -u |
	    grep -xF -f rows >used
	# What a store says is looked up in the table.
	diff <(grep -v '^CODE_S3_' rows) <(grep -v '^CODE_S3_' used)
	# No code as text beside them.
	run -1 grep -nE '"(record|stage|page|store|document|pdf|job|ocr|io|disk|mem|work|dest|s3|http|sign|ledger|select|jail|proc|digest|worker|scan)\.[A-Za-z0-9]+"' \
	    "$QUIRE_TOP"/cmd/*.c "$QUIRE_TOP"/lib/*/*.c
}

# prepare: what the examples name.
prepare()
{
	mkdir -p in/drafts .build
	cp "$QUIRE_TOP/share/quire/samples/two-columns.pdf" letter.pdf
	cp letter.pdf in/a.pdf
	cp letter.pdf in/b.pdf
	cp "$QUIRE_TOP/share/quire/samples/broken.pdf" in/drafts/broken.pdf
	cp "$QUIRE_TOP/share/quire/samples/scan.pdf" in/scan.pdf
	cp -R in FOLDER
	ln -s "$QUIRE_BIN" .build/bin
	s3ls letter.pdf | s3get | doc2png --text=never --dpi 100 |
	    jq -r .image | head -n 1 | xargs -I{} cp {} page.png
	rm -rf "$QUIRE_WORK"
}

# example TEXT: it runs, and something comes of it.
example()
{
	local rc=0
	rm -rf out RESULTS got
	bash -o pipefail -c "$1" >got 2>err || rc=$?
	printf '%s\nstatus %d\n' "$1" "$rc" >&2
	cat err >&2
	# 1: one document is broken.
	[[ $rc -le 1 ]] && ! grep -q '^usage:' err || return 1
	[[ -s got || -n $(ls out RESULTS 2>/dev/null) ]]
}

# fake_batch: a vllm run-batch that says the same of each page.
fake_batch()
{
	mkdir -p bin
	cat >bin/vllm <<-'END'
		#!/bin/bash
		[[ $* == 'run-batch -i asked.jsonl -o answers.jsonl --model '* ]] || exit 2
		jq -c '{custom_id, error: null, response: {status_code: 200, request_id: "r", body:
		    {choices: [{message: {content: ("Many words " * 20)}, finish_reason: "stop"}]}}}' \
		    asked.jsonl >answers.jsonl
	END
	chmod +x bin/vllm
	PATH=$PWD/bin:$PATH
}

# examples PAGE: run the literal blocks of its EXAMPLES.
examples()
{
	local block seen=0
	prepare
	while IFS= read -r -d '' block; do
		[[ $block != *s3://* ]] || s3_need
		if [[ $block == *http://gpu* ]]; then
			start_model --model deepseek-ai/DeepSeek-OCR
			block=${block//http:\/\/gpu[0-9]:8000/$model_url}
		fi
		if [[ $block == *http://localhost:8012/convert* ]]; then
			start_converter
			block=${block//http:\/\/localhost:8012\/convert/$converter_url}
		fi
		[[ $block != *'vllm run-batch'* ]] || fake_batch
		seen=$((seen + 1))
		example "$block" || return
	done < <(awk '
		/^\.Sh/ { examples = $2 == "EXAMPLES" }
		!examples { next }
		/^\.Ed/ { block = 0; printf "%c", 0 }
		block { gsub(/\\&/, ""); gsub(/\\e/, "\\"); print }
		/^\.Bd/ { block = 1 }' "$QUIRE_TOP/man/$1")
	[[ $seen -gt 0 ]]
}

@test "the examples of s3ls(1) run" {
	examples s3ls.1
}

@test "the examples of s3get(1) run" {
	examples s3get.1
}

@test "the examples of avscan(1) run" {
	start_fake_clamd
	examples avscan.1
}

@test "the examples of doc2png(1) run" {
	examples doc2png.1
}

@test "the examples of ocrpage(1) run" {
	examples ocrpage.1
}

@test "the examples of mdjoin(1) run" {
	examples mdjoin.1
}

@test "the examples of s3put(1) run" {
	examples s3put.1
}

@test "the examples of quire(1) run" {
	examples quire.1
}

@test "the examples of quire(7) run" {
	examples quire.7
}

@test "the README's pipelines run" {
	local line seen=0
	prepare
	# Where a line leaves the rest out, the README's own pipeline is the rest.
	while IFS= read -r line; do
		line=${line/#.../s3ls FOLDER | s3get | doc2png | ocrpage --rm | mdjoin}
		line=${line%| ...}
		seen=$((seen + 1))
		example "$line"
	done < <(sed -nE 's/^    ((s3ls|\.\.\.|quire)( .*\|| run).*)/\1/p' "$QUIRE_TOP/README")
	[ "$seen" -ge 4 ]
}

@test "the examples of runlog(1) run" {
	examples runlog.1
}
