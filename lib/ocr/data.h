/*
 * ocr/data.h - Tesseract's data of languages: where it is, what of it a jail has to let
 * in, and which it is.
 */
#ifndef OCR_DATA_H
#define OCR_DATA_H

#include "proc/jail.h"

struct buf;
struct err;
struct scripts;

enum { DATA_LINKS = 48 }; /* files of data that lie elsewhere */

/* What a jail lets in: the directory and where its links lead to; NULL ends it. */
struct data {
	struct jail_path path[DATA_LINKS + 2];
};

/*
 * The scripts of all that is there, and their files.  NULL with fatal ocr.lang: there is
 * none of any language, or none of scripts (osd).
 */
struct scripts *data_find(struct data *, struct err *);
void data_release(struct data *); /* also of a zeroed struct */
/*
 * Append which data is in that directory, where that of lang is (tess_dir): the files'
 * names, sizes and times, in order.  -1: it cannot be looked at.
 */
int data_version(struct buf *, const char *dir, const char *lang);

#endif
