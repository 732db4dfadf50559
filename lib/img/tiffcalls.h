/*
 * img/tiffcalls.h - libtiff, loaded when the first TIFF is to be read: it brings
 * a dozen libraries, that of C++ among them, which to start with costs 3 ms of
 * CPU, and most documents are no TIFF.
 */
#ifndef IMG_TIFFCALLS_H
#define IMG_TIFFCALLS_H

struct err;

/* All that is called of it, without TIFF in front. */
#define TIFFCALLS(X) \
	X(ClientOpenExt) \
	X(Close) \
	X(ComputeStrip) \
	X(CurrentDirOffset) \
	X(GetField) \
	X(GetFieldDefaulted) \
	X(GetStrileByteCount) \
	X(GetStrileOffset) \
	X(IsTiled) \
	X(LastDirectory) \
	X(OpenOptionsAlloc) \
	X(OpenOptionsFree) \
	X(OpenOptionsSetErrorHandlerExtR) \
	X(OpenOptionsSetMaxSingleMemAlloc) \
	X(OpenOptionsSetWarningHandlerExtR) \
	X(RGBAImageBegin) \
	X(RGBAImageEnd) \
	X(RGBAImageGet) \
	X(ReadDirectory) \
	X(ReadFromUserBuffer) \
	X(ReadScanline) \
	X(ScanlineSize64) \
	X(SetField) \
	X(SetSubDirectory)

/* Into a structure of pointers to them in that order; fatal proc.exec. */
int tiffcalls_load(void *calls, struct err *);

#endif
