/*
 * net/curlcalls.h - libcurl, loaded where a store is reached by the network: it
 * brings thirty libraries, and to start with them costs more than all else that a
 * command does with a small file.
 */
#ifndef NET_CURLCALLS_H
#define NET_CURLCALLS_H

struct err;

/* All that is called of it, without curl_ in front. */
#define CURLCALLS(X) \
	X(easy_cleanup) \
	X(easy_getinfo) \
	X(easy_header) \
	X(easy_init) \
	X(easy_setopt) \
	X(easy_strerror) \
	X(global_cleanup) \
	X(global_init) \
	X(multi_add_handle) \
	X(multi_assign) \
	X(multi_cleanup) \
	X(multi_info_read) \
	X(multi_init) \
	X(multi_remove_handle) \
	X(multi_setopt) \
	X(multi_socket_action) \
	X(multi_strerror) \
	X(slist_append) \
	X(slist_free_all)

/* Into a structure of pointers to them in that order; fatal proc.exec. */
int curlcalls_load(void *calls, struct err *);

#endif
