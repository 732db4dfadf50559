#!/usr/bin/env bats
# Honest files, spoiled by chance: where a tool complains and words are lost, the
# result says that something is wrong. QUIRE_MUTATIONS=N and QUIRE_SEED=SEED say
# how many there are, and which; make long makes 2,000, each time others.
load ../helper
load ../pdf

# The tests' own, whatever a user has put in front of it.
python=/usr/bin/python3
[[ -x $python ]] || python=python3

# text_pages FILE: three pages of text, whose objects stand there as they are.
text_pages()
{
	pdf_begin "$1"
	pdf_page 612 792 "$(pdf_text 'The minutes of the meeting were read and approved.')"
	pdf_page 612 792 "$(pdf_text 'Nobody had anything to say about the harbour wall.')"
	pdf_page 612 792 "$(pdf_text 'The treasurer asked for another hundred crowns.')"
	pdf_end
}

# images: short pages, as PNG, JPEG and TIFF.
images()
{
	pdf_begin words.pdf
	pdf_page 330 90 'BT /F 14 Tf 16 TL 16 60 Td (The old lighthouse stands on the) Tj T* (northern rock since the storm) Tj ET'
	pdf_end
	pdftoppm -singlefile -gray -r 150 -png words.pdf honest/words
	pdftoppm -singlefile -gray -r 150 -jpeg words.pdf honest/words
	pdftoppm -singlefile -gray -r 150 -tiff -tiffcompression lzw words.pdf honest/words
	pdftoppm -singlefile -mono -r 150 -tiff -tiffcompression none words.pdf honest/plain
}

# read_pages FOLDER: the records of their pages.
read_pages()
{
	s3ls "$1" | s3get | doc2png -j 2 | ocrpage --rm || [ $? -eq 1 ]
}

@test "a spoiled file gives its words, or says that something is wrong" {
	local n=${QUIRE_MUTATIONS:-40} seed=${QUIRE_SEED:-1}

	mkdir honest spoiled
	images
	text_pages honest/three.pdf
	cp "$QUIRE_TOP"/share/quire/samples/two-columns.pdf honest
	if [ "$n" -gt 40 ]; then
		cp "$QUIRE_TOP"/share/quire/samples/{fax.tif,photo.jpg,scan.pdf} honest
	fi
	echo "# $n mutations of seed $seed" >&3
	QUIRE_LOG=text read_pages honest >honest.rec 2>log
	"$python" "$BATS_TEST_DIRNAME/mutations.py" spoil "$seed" "$n" spoiled honest/*
	QUIRE_LOG=text read_pages spoiled >spoiled.rec 2>>log
	run "$python" "$BATS_TEST_DIRNAME/mutations.py" judge honest.rec spoiled.rec spoiled
	printf '%s\n' "${lines[@]/#/# }" >&3
	[ -z "${QUIRE_KEEP-}" ] || cp -R . "$QUIRE_KEEP"
	[ "$status" -eq 0 ]
}
