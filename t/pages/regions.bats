#!/usr/bin/env bats
# Pages whose text layer is good but for a part: that part is read from the
# picture of the page, and stands where it stands on the paper.
load ../helper
load ../pdf
load layers

NOTICE=('Closed on Friday for repairs' 'Ask for the key at the bakery')

# read_pages FILE [OPTION...]: its pages as records, in order.
read_pages()
{
	document "$1" | doc2png | tee drawn | ocrpage "${@:2}" | jq -sc 'sort_by(.page)[]'
}

@test "text in a picture beside text is read, that alone, and stands in its place" {
	picture_of notice.pgm 260 60 "$(text_at 10 38 14 F "${NOTICE[@]}")"
	pdf_begin a.pdf
	pdf_picture notice.pgm
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}") q 260 0 0 60 50 480 cm /Im Do Q
	    $(text_at 50 420 12 F 'Rn0l1 O0ne l1ne more that no reader would read so.')"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page engine why doubt error)" = '["text+tesseract","ink",null,null]' ]
	[ "$(jq -r .markdown <<<"$output" | tr -s ' \n' ' ')" = \
	    "${BODY[*]} ${NOTICE[*]} Rn0l1 O0ne l1ne more that no reader would read so. " ]
	json '.ink_unread == 0 and .confidence > 0.7'
	json 'has("layout") or has("regions") or has("layer") | not'
	# What was asked for: one region, that of the picture, and all lines.
	[ "$(jq -c '[(.regions | length), (.layout.lines | length)]' drawn)" = '[1,6]' ]
	# In pixels: within the picture, half a line of white around it aside.
	jq -e '(.dpi / 72) as $k | .regions[0] | map(. / $k) |
	    .[0] >= 38 and .[1] >= 240 and .[2] <= 322 and .[3] <= 324' drawn
}

@test "a heading whose characters are others is read, and the rest is kept as it is" {
	pdf_begin a.pdf
	pdf_font_lying F2 11
	pdf_page 612 792 "$(text_at 50 730 20 F2 'Notices of the harbour office')
	    $(text_at 50 680 12 F "${BODY[@]}" 'Rn0l1 O0ne l1ne more.')"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page engine why doubt error)" = '["text+tesseract","font",null,null]' ]
	[ "$(jq .font_checks <<<"$output")" -ge 1 ]
	[ "$(jq -r .markdown <<<"$output" | tr -s ' \n' ' ')" = \
	    "Notices of the harbour office ${BODY[*]} Rn0l1 O0ne l1ne more. " ]
}

@test "words that lack letters are read, few or many, and the rest is kept as it is" {
	pdf_begin a.pdf
	pdf_font_losing F2 FFFD o
	pdf_font_losing F3 F0B7 {a..z} {A..Z}
	pdf_page 612 792 "$(text_at 50 700 12 F 'Rn0l1 O0ne l1ne more.')
	    $(text_at 50 680 12 F2 "${BODY[0]}") $(text_at 50 640 12 F "${BODY[@]:1}")"
	pdf_page 612 792 "$(text_at 50 700 12 F 'Rn0l1 O0ne l1ne more.')
	    $(text_at 50 680 12 F3 "${BODY[0]}") $(text_at 50 640 12 F "${BODY[@]:1}")"
	pdf_page 612 792 "$(text_at 50 700 12 F2 "${BODY[@]}")"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(jq -c '[.why, .doubt]' <<<"$output" | sort -u)" = '["font",null]' ]
	[ "$(jq -r 'select(.page < 3).markdown' <<<"$output" | tr -s ' \n' ' ')" = \
	    "Rn0l1 O0ne l1ne more. ${BODY[*]} Rn0l1 O0ne l1ne more. ${BODY[*]} " ]
	[ "$(jq -r 'select(.page == 3).markdown' <<<"$output" | tr -s ' \n' ' ')" = "${BODY[*]} " ]
}

@test "words whose letters the layer has nothing for are read" {
	pdf_begin a.pdf
	pdf_font_losing F2 0020 e m
	pdf_page 612 792 "$(text_at 50 700 12 F 'Rn0l1 O0ne l1ne more.')
	    $(text_at 50 680 12 F2 "${BODY[0]}") $(text_at 50 640 12 F "${BODY[@]:1}")
	    150 500 20 20 re 154 500 4 20 re f $(text_at 128 504 12 F 'one') $(text_at 174 504 12 F 'way')"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page engine why doubt error)" = '["text+tesseract","font",null,null]' ]
	[ "$(jq -r .markdown <<<"$output" | tr -s ' \n' ' ')" = \
	    "Rn0l1 O0ne l1ne more. ${BODY[*]} one way " ]
}

@test "all lines of what a font has wrong are read, short ones and figures, too" {
	pdf_begin a.pdf
	pdf_font_lying F2 13
	pdf_page 612 792 "$(text_at 50 740 12 F 'Rn0l1 O0ne l1ne more.') $(text_at 50 710 12 F2 "${BODY[@]}")
	    $(text_at 50 600 12 F "${BODY[@]}") $(text_at 50 480 12 F2 'Mirror with a brass frame' 'Bell rope' 'Sum' '288.60')
	    $(text_at 50 390 12 F "${BODY[@]}")"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page engine why doubt error)" = '["text+tesseract","font",null,null]' ]
	[ "$(jq -r .markdown <<<"$output" | tr -s ' \n' ' ')" = \
	    "Rn0l1 O0ne l1ne more. ${BODY[*]} ${BODY[*]} Mirror with a brass frame Bell rope Sum 288.60 ${BODY[*]} " ]
}

@test "a line that is odd on the paper, too, stays what the layer says" {
	pdf_begin a.pdf
	pdf_page 612 792 "$(text_at 50 730 20 F 'Yzetnpd zq esp slcmzfc zqqtnp')
	    $(text_at 50 680 12 F "${BODY[@]}")"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page engine why doubt error)" = '["text","font",null,null]' ]
	[ "$(jq -r .markdown <<<"$output" | tr -s ' \n' ' ')" = \
	    "Yzetnpd zq esp slcmzfc zqqtnp ${BODY[*]} " ]
}

@test "what can be read neither here nor there is kept, and doubtful" {
	picture_of notice.pgm 260 60 "$(for x in {10..240..9}; do
		printf '%d 20 6 12 re %d 38 3 14 re f\n' "$x" "$x"
	done)"
	pdf_begin a.pdf
	pdf_picture notice.pgm
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}") q 260 0 0 60 50 480 cm /Im Do Q"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page engine why doubt error)" = '["text","ink",["ink"],null]' ]
	[ "$(jq -r .markdown <<<"$output" | tr -s ' \n' ' ')" = "${BODY[*]} " ]
	json '.ink_unread > 0'
}

@test "the few words over a picture stay, whatever else is seen in it" {
	picture_of poster.pgm 612 792 "$(for y in {120..720..40}; do
		for x in {40..560..9}; do
			printf '%d %d 6 12 re %d %d 3 14 re f\n' "$x" "$y" "$x" $((y + 14))
		done
	done)"
	pdf_begin a.pdf
	pdf_picture poster.pgm
	pdf_page 612 792 "q 612 0 0 792 0 0 cm /Im Do Q
	    1 g 40 20 500 40 re f 0 g $(text_at 50 30 18 F 'How the harbour was built')"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page why doubt markdown)" = '["ink",["ink"],"How the harbour was built"]' ]
	# By one region above the words, where there may be columns.
	[ "$(jq '.regions | length' drawn)" = 1 ]
}

@test "a picture without text adds nothing" {
	pdf_begin a.pdf
	pdf_image 400 300
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}") q 300 0 0 200 50 300 cm /Im Do Q
	    0 0 1 rg 400 300 m 500 300 l 450 400 l f"
	pdf_end
	run -0 --separate-stderr read_pages a.pdf
	[ "$(page engine doubt error)" = '["text",null,null]' ]
	[ "$(jq -r .markdown <<<"$output" | tr -s ' \n' ' ')" = "${BODY[*]} " ]
}

@test "an engine that reads no regions reads the page" {
	picture_of notice.pgm 260 60 "$(text_at 10 38 14 F "${NOTICE[@]}")"
	pdf_begin a.pdf
	pdf_picture notice.pgm
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}") q 260 0 0 60 50 480 cm /Im Do Q"
	pdf_end
	printf '{"page":1,"text":"all of it"}\n' >mock
	QUIRE_MOCK=$PWD/mock run -0 --separate-stderr read_pages a.pdf --engine mock
	[ "$(page engine markdown)" = '["mock","all of it"]' ]
	json 'has("layout") or has("regions") | not'
}

@test "a page whose parts cannot be read keeps its own lines, and is doubtful" {
	picture_of notice.pgm 260 60 "$(text_at 10 38 14 F "${NOTICE[@]}")"
	pdf_begin a.pdf
	pdf_picture notice.pgm
	pdf_page 612 792 "$(text_at 50 700 12 F "${BODY[@]}") q 260 0 0 60 50 480 cm /Im Do Q"
	pdf_end
	printf '{"page":1,"error":{"class":"transient","code":"ocr.died","message":"gone"}}\n' >mock
	QUIRE_MOCK=$PWD/mock run -0 --separate-stderr read_pages a.pdf --engine mock
	[ "$(page engine doubt error)" = '["text",["ink"],null]' ]
	[ "$(jq -r .markdown <<<"$output" | tr -s ' \n' ' ')" = "${BODY[*]} " ]
	json 'has("layout") or has("regions") | not'
	[[ $stderr == *'"ocr.died"'*'page 1: its parts are not read'* ]]
	# What would stop all pages does.
	printf '{"page":1,"error":{"class":"fatal","code":"ocr.failed","message":"no"}}\n' >mock
	QUIRE_MOCK=$PWD/mock run --separate-stderr read_pages a.pdf --engine mock
	json '.error.code == "ocr.failed" and (has("markdown") | not)'
}

@test "an odd line that nobody is to read is a doubt" {
	pdf_begin a.pdf
	pdf_page 612 792 "$(text_at 50 730 20 F 'Yzetnpd zq esp slcmzfc zqqtnp')
	    $(text_at 50 680 12 F "${BODY[@]}")"
	pdf_end
	for text in only layer; do
		run -0 --separate-stderr doc2png --text "$text" <<<"$(document a.pdf)"
		[ "$(page engine doubt error)" = '["text",["font"],null]' ]
	done
}

@test "regions and a layout that are none are an error of the record" {
	local good='{"lines":[{"box":[0,0,9,9],"text":"a"}]}'

	: >a.png
	for parts in "{\"regions\":[],\"layout\":$good}" "{\"regions\":[[0,0,9]],\"layout\":$good}" \
	    "{\"regions\":[[5,0,5,9]],\"layout\":$good}" "{\"regions\":[[0,0,9,9e9]],\"layout\":$good}" \
	    '{"regions":[[0,0,9,9]]}' '{"regions":[[0,0,9,9]],"layout":{"lines":[{"box":[0,0,9,9]}]}}' \
	    '{"regions":[[0,0,9,9]],"layout":{"lines":[{"box":[0,0,9,9],"text":"a","region":2,"check":"a"}]}}' \
	    '{"regions":[[0,0,9,9]],"layout":{"lines":[{"box":[0,0,9,9],"text":"a","region":1}]}}'; do
		run -1 --separate-stderr ocrpage < <(
			jq -nc --arg image "$PWD/a.png" --argjson parts "$parts" \
			    '{v: 1, kind: "page", page: 1, $image} + $parts')
		json '.error.code == "record.member"'
	done
}

@test "words in a picture that covers the page are read under those that are typed over it" {
	picture_of head.pgm 612 792 "$(text_at 50 740 18 F 'Veterans Quartet of Whitby')
	    $(text_at 50 60 11 F 'Registered charity, chapel lane')"
	pdf_begin a.pdf
	pdf_picture head.pgm
	pdf_page 612 792 "q 612 0 0 792 0 0 cm /Im Do Q $(text_at 50 680 12 F "${BODY[@]}")"
	pdf_end
	# One that has all that is on the page, with a word in it that is read wrong.
	picture_of page.pgm 612 792 "$(text_at 50 700 13 F "${BODY[@]}")"
	pdf_begin b.pdf
	pdf_picture page.pgm
	pdf_page 612 792 "q 612 0 0 792 0 0 cm /Im Do Q
	    $(text_at 50 700 13 F "${BODY[@]/harbour/hardoor}")"
	pdf_end
	run -0 --separate-stderr bash -c 'doc2png | ocrpage' < <(document a.pdf b.pdf)
	output=$(jq -sc 'sort_by(.rel)[]' <<<"$output")
	[ "$(page why engine doubt)" = $'["scan","tesseract",null]\n["scan","text",null]' ]
	[ "$(jq -rs '.[0].markdown' <<<"$output" | tr -s ' \n' ' ')" = \
	    "Veterans Quartet of Whitby ${BODY[*]} Registered charity, chapel lane " ]
}
