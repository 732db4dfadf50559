/*
 * recognize LANG IMAGE...: what recognition alone costs: libtesseract, loaded once, reads
 * the images, one after the other on one thread, and prints their text.
 */
#include <stdio.h>
#include <stdlib.h>

#include <leptonica/allheaders.h>
#include <tesseract/capi.h>

static int
read_image(TessBaseAPI *tess, const char *path)
{
	PIX *pix = pixRead(path);
	char *text;

	if (!pix)
		return -1;
	TessBaseAPISetImage2(tess, pix);
	text = TessBaseAPIRecognize(tess, NULL) == 0 ? TessBaseAPIGetUTF8Text(tess) : NULL;
	if (text)
		fputs(text, stdout);
	TessDeleteText(text);
	pixDestroy(&pix);
	return text ? 0 : -1;
}

int
main(int argc, char *argv[])
{
	TessBaseAPI *tess = TessBaseAPICreate();
	int status = 0;

	if (argc < 3 || TessBaseAPIInit3(tess, NULL, argv[1]) != 0)
		return 2;
	TessBaseAPISetPageSegMode(tess, PSM_AUTO);
	for (int i = 2; i < argc; i++) {
		if (read_image(tess, argv[i]) < 0) {
			fprintf(stderr, "%s: not read\n", argv[i]);
			status = 1;
		}
	}
	TessBaseAPIEnd(tess);
	TessBaseAPIDelete(tess);
	return status;
}
