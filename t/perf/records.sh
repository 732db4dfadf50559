#!/bin/sh
# shellcheck source=/dev/null disable=SC2154 # here, tmp and missed are of measure
#
# What it costs to pass records on: CPU time a record, and memory.
. "$(dirname -- "$0")/measure"

many=${1:-1000000}

# pages N: page records that are done, of documents of nine; errors N: documents that failed
pages() {
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++)
			printf "{\"v\":1,\"kind\":\"page\",\"uri\":\"file:///srv/in/a/b%d.pdf\",\"rel\":\"a/b%d.pdf\",\"size\":48213,\"etag\":\"48213-1767323045000000000\",\"mtime\":\"2026-01-02T03:04:05Z\",\"id\":\"%026d\",\"page\":%d,\"pages\":9,\"markdown\":\"Some text of a page\\n\\nand more\",\"engine\":\"text\"}\n", i, i, (i - 1) / 9, (i - 1) % 9 + 1
	}'
}

errors() {
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++)
			printf "{\"v\":1,\"kind\":\"document\",\"uri\":\"file:///srv/in/a/b%d.pdf\",\"rel\":\"a/b%d.pdf\",\"size\":48213,\"etag\":\"48213-1767323045000000000\",\"mtime\":\"2026-01-02T03:04:05Z\",\"id\":\"%026d\",\"error\":{\"stage\":\"doc2png\",\"class\":\"validation\",\"code\":\"pdf.encrypted\",\"message\":\"it needs a password\"}}\n", i, i, i
	}'
}

# ended STATUS COMMAND...: any other status is a fault
ended() {
	want=$1
	shift
	"$@"
	r=$?
	[ "$r" -eq "$want" ] || die "$1 ended with $r"
}

# Passed on, they are as they were: nothing else would be worth measuring.
pages 1000 >"$tmp/pages"
errors 1000 >"$tmp/errors"
ended 0 ocrpage -j1 <"$tmp/pages" >"$tmp/out"
cmp "$tmp/pages" "$tmp/out" || die 'ocrpage does not pass them'
for filter in s3get doc2png ocrpage mdjoin "s3put $tmp/dest"; do
	# shellcheck disable=SC2086 # its operand is another word
	ended 1 $filter <"$tmp/errors" >"$tmp/out"
	cmp "$tmp/errors" "$tmp/out" || die "$filter does not pass them"
done

# measure NAME STATUS MAKE COMMAND...: between two pipes, as it is used
measure() {
	name=$1 status=$2 make=$3
	shift 3
	for n in 1000 "$many"; do
		"$make" "$n" | ended "$status" cost "$name.$n" "$@" | cat >/dev/null
		[ -e "$tmp/$name.$n.cost" ] || die "$name was not measured"
	done
	row "$name: records a second of CPU" "$(compute "$many / $(seconds "$name.$many")")" '>=' 400000
	row "$name: peak memory, $many / 1000 records" "$(compute "$(kib "$name.$many") / $(kib "$name.1000")")" '<=' 1.10
}

head_line
measure 'ocrpage, read' 0 pages ocrpage -j1
for filter in s3get doc2png ocrpage mdjoin; do
	measure "$filter, failed" 1 errors "$filter"
done
measure 's3put, failed' 1 errors s3put "$tmp/dest"
exit "$missed"
