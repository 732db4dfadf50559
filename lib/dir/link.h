/*
 * dir/link.h - symbolic links in a folder that is listed (dir/list.c).
 */
#ifndef DIR_LINK_H
#define DIR_LINK_H

struct stat;

/*
 * The status of the plain file that a link names, if that lies inside the
 * folder root.  rel is the link's path below root, dir the directory it is
 * in.  -1 with *why, a static text, where the link is to be passed over.
 */
int storelink_stat(int root, int dir, const char *rel, struct stat *, const char **why);

#endif
