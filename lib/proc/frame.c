#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proc/frame.h"

union control {
	char space[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

long
frame_recv(int sock, void *data, size_t n, int *fd)
{
	union control control;
	struct iovec iov = { data, n };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space) };
	const ssize_t got = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	const struct cmsghdr *c = got > 0 ? CMSG_FIRSTHDR(&msg) : NULL;

	if (c && c->cmsg_type == SCM_RIGHTS && *fd < 0)
		memcpy(fd, CMSG_DATA(c), sizeof(int));
	return got;
}

/* Exactly n bytes, and the file that comes with them, if one does. */
static int
receive(int sock, void *data, size_t n, int *fd)
{
	long got;

	for (size_t have = 0; have < n;) {
		got = frame_recv(sock, (char *)data + have, n - have, fd);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		have += (size_t)got;
	}
	return 0;
}

long
frame_read(int sock, void *data, size_t max, int *fd)
{
	uint64_t len = 0;

	*fd = -1;
	if (receive(sock, &len, sizeof(len), fd) == 0 && len <= max &&
	    receive(sock, data, (size_t)len, fd) == 0)
		return (long)len;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return -1;
}

int
frame_write(int sock, const void *data, size_t len)
{
	uint64_t head = len;
	struct iovec iov[2] = { { &head, sizeof(head) }, { (void *)(uintptr_t)data, len } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t n;

	while (iov[0].iov_len + iov[1].iov_len > 0) {
		n = sendmsg(sock, &msg, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		for (int i = 0; i < 2; i++) {
			size_t used = (size_t)n < iov[i].iov_len ? (size_t)n : iov[i].iov_len;

			iov[i].iov_base = (char *)iov[i].iov_base + used;
			iov[i].iov_len -= used;
			n -= (ssize_t)used;
		}
	}
	return 0;
}

int
frame_write_file(int sock, int fd)
{
	uint64_t head = 0;
	struct iovec iov = { &head, sizeof(head) };
	union control control = { { 0 } };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	return sendmsg(sock, &msg, MSG_NOSIGNAL) == (ssize_t)sizeof(head) ? 0 : -1;
}
