#!/bin/sh
# shellcheck source=/dev/null disable=SC2154 # here, tmp and missed are of measure
#
# model.sh [PAGES]: what a model's server costs its client, against one in Python
# (package python3-aiohttp): pages of 1 MB, 256 in flight, of a stand-in that takes
# 2 s for each. ocrpage does it twice: as it does, and without the look at each page
# that tells whether the answer can be all of it (--set gate.partly=0), which no
# other client takes.
. "$(dirname -- "$0")/measure"

pages=${1:-1000}
flight=256
latency=2
python=/usr/bin/python3
"$python" -c 'import aiohttp' 2>/dev/null || die 'aiohttp is needed (package python3-aiohttp)'
fake=$(cd "${QUIRE_BIN:-$here/../../.build/bin}/.." && pwd)/fake/vllm
[ -x "$fake" ] || die "$fake is needed (make unit)"

# Pixels that do not compress: 1,000,000 bytes, of 1,000 x 1,000.
"$python" - "$tmp/page.png" <<'P'
import os, struct, sys, zlib

def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))

rows = b''.join(b'\0' + os.urandom(1000) for _ in range(1000))
with open(sys.argv[1], 'wb') as png:
    png.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 1000, 1000, 8, 0, 0, 0, 0)) +
              chunk(b'IDAT', zlib.compress(rows, 1)) + chunk(b'IEND', b''))
P
text=$(seq 1 80 | sed 's/$/ words of the page that are not the same/' | tr '\n' '.')
seq 1 "$pages" | sed 's|.*|{"v":1,"kind":"page","id":"a","page":&,"pages":'"$pages"',"image":"'"$tmp/page.png"'","work":"'"$tmp"'/w/x"}|' >"$tmp/pages"

"$fake" --model deepseek-ai/DeepSeek-OCR --lifetime 3000 --latency "${latency}000" --text "$text" \
	>"$tmp/port" 2>"$tmp/err" &
server=$!
trap 'kill "$server"; rm -rf "$tmp"' EXIT
until [ -s "$tmp/port" ]; do
	kill -0 "$server" || die "$(cat "$tmp/err")"
	sleep 0.1
done
url=http://127.0.0.1:$(head -n 1 "$tmp/port")
export no_proxy=127.0.0.1

# read_by NAME [OPTION...]: ocrpage, and how long it took.
read_by() {
	name=$1
	shift
	began=$(date +%s.%N)
	cost "$name" ocrpage --engine deepseek-ocr --server "$url" -j "$flight" "$@" \
		<"$tmp/pages" >"$tmp/$name" || exit
	compute "$(date +%s.%N) - $began" >"$tmp/$name.took"
	[ "$(grep -c '"markdown"' "$tmp/$name")" -eq "$pages" ] || die 'not all were read'
}

for _ in 1 2; do
	cost aiohttp "$python" "$here/aiohttp_client.py" "$url" "$tmp/page.png" "$pages" "$flight" >"$tmp/said" || exit
	read_by unseen --set gate.partly=0
done
read_by looked

# The server has no more to give: what comes by flights, the last of them not full.
least=$(compute "$latency * int(($pages + $flight - 1) / $flight)")
head_line
note 'aiohttp: ms of CPU a page' "$(compute "$(seconds aiohttp) * 1000 / $pages")"
note 'aiohttp: pages a second' "$(sed -n 's/.*"pages_per_second": \([0-9.]*\).*/\1/p' "$tmp/said")"
note 'ocrpage: pages a second' "$(compute "$pages / $(cat "$tmp/unseen.took")")"
note 'ocrpage, pages looked at: ms of CPU a page' "$(compute "$(seconds looked) * 1000 / $pages")"
note 'ocrpage, pages looked at: pages a second' "$(compute "$pages / $(cat "$tmp/looked.took")")"
row "share of what the server gives, $flight in flight" "$(compute "$least / $(cat "$tmp/unseen.took")")" '>=' 0.85
row 'ocrpage: ms of CPU a page' "$(compute "$(seconds unseen) * 1000 / $pages")" '<=' 1.2
row 'ocrpage / aiohttp' "$(compute "$(seconds unseen) / $(seconds aiohttp)")" '<=' 0.40
row 'ocrpage: MiB' "$(compute "$(kib unseen) / 1024")" '<=' 450
exit "$missed"
