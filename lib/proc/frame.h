/*
 * proc/frame.h - what children and their parents say to each other: frames,
 * which are a length and so many bytes, over a stream socket.
 *
 * A file may come with a frame (SCM_RIGHTS), so that who reads it needs no
 * file system.  Both functions are the child's side, and block; the parent's
 * is proc/child.h.
 */
#ifndef PROC_FRAME_H
#define PROC_FRAME_H

#include <stddef.h>
#include <stdint.h>

/* The length, in the machine's byte order. */
enum { FRAME_HEAD = sizeof(uint64_t) };

/*
 * The next frame into data, which holds max bytes: its length, and the file in
 * *fd (-1: none; the caller closes it).  -1 when the other side has gone, or
 * says more than max.
 */
long frame_read(int sock, void *data, size_t max, int *fd);
/* -1 when the other side has gone. */
int frame_write(int sock, const void *data, size_t len);
/* An empty one, with a file. */
int frame_write_file(int sock, int fd);
/* The parent's: as recv(2), and the file that comes with it, if one does, where *fd is below 0. */
long frame_recv(int sock, void *data, size_t n, int *fd);

#endif
