#!/bin/sh
# shellcheck source=/dev/null disable=SC2154 # here, tmp and missed are of measure
#
# What it costs to make a page's image of a photo of 12 megapixels, against
# djpeg(1), which makes a file of its pixels.
#
# photo.sh [JPEG]: a photo of one's own instead
. "$(dirname -- "$0")/measure"

photo=${1:-$tmp/in/photo.jpg}
mkdir "$tmp/in"
[ $# -gt 0 ] || {
	djpeg -scale 16/8 "$here/../../share/quire/samples/photo.jpg" |
		cjpeg -quality 92 >"$tmp/twice.jpg" &&
		djpeg -scale 10/8 "$tmp/twice.jpg" | cjpeg -quality 90 >"$photo"
} || exit
s3ls "$photo" | s3get >"$tmp/got" || exit

for _ in 1 2 3 4 5; do
	cost djpeg djpeg -outfile "$tmp/pixels" "$photo" || exit
	cost doc2png doc2png <"$tmp/got" >"$tmp/made" || exit
done
jq -e '.image and (has("error") | not)' "$tmp/made" >/dev/null || die 'no page was made'

head_line
note 'djpeg: ms of CPU' "$(compute "$(seconds djpeg) * 1000")"
note 'doc2png: ms of CPU' "$(compute "$(seconds doc2png) * 1000")"
row "doc2png / djpeg, $(jq -r '"\(.width) x \(.height)"' "$tmp/made")" \
	"$(compute "$(seconds doc2png) / $(seconds djpeg)")" '<=' 2
exit "$missed"
