/*
 * work/dir.h - the private directory of each document in hand (quire.7, FILES).
 *
 * The root is $QUIRE_WORK, or ${TMPDIR:-/var/tmp}/quire-UID: mode 0700 and
 * ours, or it is refused (fatal work.root); it is made where it is missing,
 * its parents are not. The default one may not be a symbolic link. A
 * document's directory is a direct child of the root, ID.TOKEN, and holds
 * plain files whose names are ours: an object key never becomes one of them.
 * Removing follows no link and goes no deeper.
 */
#ifndef WORK_DIR_H
#define WORK_DIR_H

#include <stdbool.h>

struct err;

/* Make sure of the root; its real path, for the process's life; or NULL. */
const char *work_root(struct err *);
/*
 * Make a directory for the document id, with a fresh token of 16 hexadecimal
 * digits; its path is the caller's to free. Characters of id other than
 * [A-Za-z0-9_-] become "_", and it is cut at 64. NULL with err_class_of,
 * work.make.
 */
char *work_make(const char *id, struct err *);
/* Whether name is one that work_make gives; and whether it gives it for id. */
bool work_is_ours(const char *name);
bool work_is_of(const char *name, const char *id);
/*
 * Open a record's "work" as a directory (the caller closes it), if it is a
 * direct child of the root, named as work_make does, and ours; -1 with
 * validation work.path, or permanent work.gone where it does not exist.
 */
int work_open(const char *path, struct err *);
/*
 * Whether path is a file name directly inside the directory work: the name,
 * which lies within path, or NULL.  Nothing is looked at but the texts.
 */
const char *work_name(const char *work, const char *path);
/*
 * Unlink one file directly inside work; nothing else is touched.  One that is
 * not there is no error. -1 with validation work.path, or work.remove: what
 * is no plain file is left.
 */
int work_remove_file(const char *work, const char *path, struct err *);
/*
 * Remove the files in work, then work.  A work that is not there is no error.
 * What is no plain file is left and said: -1 with work.remove, all else is
 * removed.
 */
int work_remove(const char *work, struct err *);
/*
 * Remove the directory of that name in work and all that is in it, whatever that is:
 * links are removed, not followed.  One that is not there is no error.  -1 with
 * work.remove, where something could not be, or lies more than 32 directories deep.
 */
int work_remove_below(const char *work, const char *name, struct err *);

#endif
