#!/bin/sh
# shellcheck source=/dev/null disable=SC2154 # here, tmp and missed are of measure
#
# What it costs to hash documents, against sha256sum(1).
. "$(dirname -- "$0")/measure"

mib=${1:-64}

mkdir "$tmp/in"
for n in 1 2 3 4; do
	head -c "$((mib * 1048576))" /dev/urandom >"$tmp/in/$n.pdf" || exit
done
s3ls "$tmp/in" >"$tmp/listed" || exit

for _ in 1 2 3; do
	cost sha256sum sha256sum "$tmp/in/1.pdf" "$tmp/in/2.pdf" "$tmp/in/3.pdf" "$tmp/in/4.pdf" >"$tmp/sums" || exit
	cost s3get s3get -j1 <"$tmp/listed" >"$tmp/got" || exit
	rm -rf "$QUIRE_WORK"
done
cut -d' ' -f1 "$tmp/sums" >"$tmp/digests"
while read -r sum; do
	grep -q "\"sha256\":\"$sum\"" "$tmp/got" || die 'the digests differ'
done <"$tmp/digests"

head_line
note 'sha256sum: ms of CPU a 100 MiB' "$(compute "$(seconds sha256sum) * 1e5 / (4 * $mib)")"
note 's3get: ms of CPU a 100 MiB' "$(compute "$(seconds s3get) * 1e5 / (4 * $mib)")"
row "s3get / sha256sum, 4 x $mib MiB" "$(compute "$(seconds s3get) / $(seconds sha256sum)")" '<=' 1.05
exit "$missed"
