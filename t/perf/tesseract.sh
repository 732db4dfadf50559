#!/bin/sh
# shellcheck source=/dev/null disable=SC2154 # here, tmp and missed are of measure
#
# What ocrpage costs beside what Tesseract takes to recognize the same images, and what
# a second worker brings.
. "$(dirname -- "$0")/measure"

samples=$here/../../share/quire/samples
pages=${1:-12}
rounds=3

# The tools have their own flags for it where pkg-config knows them.
# shellcheck disable=SC2046 # flags
"${CC:-cc}" -O2 -o "$tmp/recognize" "$here/recognize.c" \
	$(pkg-config --cflags --libs tesseract lept) || exit
export OMP_THREAD_LIMIT=1

for n in $(seq "$pages"); do
	cp "$samples/scan.pdf" "$tmp/$n.pdf"
	# Two copies of one file are one document otherwise.
	printf '%% %d\n' "$n" >>"$tmp/$n.pdf"
	s3ls "$tmp/$n.pdf"
done | s3get | doc2png --text=never >"$tmp/pages" || exit
jq -r .image "$tmp/pages" >"$tmp/images"

wall() {
	date +%s%N
}

for _ in $(seq "$rounds"); do
	# shellcheck disable=SC2046 # paths of ours
	cost alone "$tmp/recognize" eng $(cat "$tmp/images") >"$tmp/alone.txt" || exit
	cost one ocrpage -j 1 <"$tmp/pages" >"$tmp/one" || exit
done
for _ in $(seq "$rounds"); do
	for jobs in 1 2; do
		began=$(wall)
		ocrpage -j "$jobs" <"$tmp/pages" >"$tmp/read" || exit
		echo "$(($(wall) - began))" >>"$tmp/wall.$jobs"
	done
done
one=$(sort -n "$tmp/wall.1" | head -n 1) two=$(sort -n "$tmp/wall.2" | head -n 1)
by_quire=$(jq -r .markdown "$tmp/one" | wc -w) by_itself=$(wc -w <"$tmp/alone.txt")

head_line
note "recognition alone: ms of CPU a page, $pages pages" "$(compute "$(seconds alone) * 1000 / $pages")"
note "ocrpage: ms of CPU a page" "$(compute "$(seconds one) * 1000 / $pages")"
row 'ocrpage / recognition alone' "$(compute "$(seconds one) / $(seconds alone)")" '<=' 1.03
row 'words found, ocrpage / Tesseract' "$(compute "$by_quire / $by_itself")" '>=' 0.98
row 'two workers / one, by the clock' "$(compute "$one / $two")" '>=' 1.9
exit "$missed"
