/*
 * proc/usage.h - what a child has on the disk.
 */
#ifndef PROC_USAGE_H
#define PROC_USAGE_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Bytes on the disk of the files in dir, and of those that have no name any more
 * and that pid, or a child of its, has open; pid 0: no one.  What cannot be
 * looked at is not counted.
 */
int64_t usage_bytes(const char *dir, pid_t pid);

#endif
