// SPDX-License-Identifier: GPL-2.0
/*
 * The listening socket.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "listen.h"

#define BACKLOG	128	/* connections */

static int open_socket(struct error *e)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd < 0 ? error_errno(e, "cannot make a socket") : fd;
}

static int set_path(struct sockaddr_un *address, const char *path,
		    struct error *e)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (!*path || strlen(path) >= sizeof(address->sun_path))
		return error_set(e, -ENAMETOOLONG,
				 "the path of the socket must have 1 to %zu bytes: '%s'",
				 sizeof(address->sun_path) - 1, path);
	strcpy(address->sun_path, path);
	return 0;
}

/* remove a socket that refuses connections; leave anything else alone */
static int remove_stale(const struct sockaddr_un *address, struct error *e)
{
	struct stat st;
	int fd, err = 0;

	if (lstat(address->sun_path, &st))
		return 0;
	if (!S_ISSOCK(st.st_mode))
		return error_set(e, -EEXIST, "%s exists and is no socket",
				 address->sun_path);
	fd = open_socket(e);
	if (fd < 0)
		return fd;
	if (!connect(fd, (const struct sockaddr *)address, sizeof(*address)) ||
	    errno == EAGAIN)
		err = error_set(e, -EADDRINUSE,
				"another program listens on %s",
				address->sun_path);
	else if (errno == ECONNREFUSED && unlink(address->sun_path))
		err = error_errno(e, "cannot remove %s", address->sun_path);
	close(fd);
	return err;
}

/* nobody can connect before listen(), so the mode is in time */
static int start(int fd, const struct sockaddr_un *address, struct error *e)
{
	const char *path = address->sun_path;

	if (bind(fd, (const struct sockaddr *)address, sizeof(*address)))
		return error_errno(e, "cannot bind a socket to %s", path);
	if (!chmod(path, 0600) && !listen(fd, BACKLOG))
		return 0;
	error_errno(e, "cannot listen on %s", path);
	unlink(path);
	return -EIO;
}

int listen_open(const char *path, struct error *e)
{
	struct sockaddr_un address;
	int fd, err;

	err = set_path(&address, path, e);
	if (!err)
		err = remove_stale(&address, e);
	if (err)
		return err;
	fd = open_socket(e);
	if (fd < 0)
		return fd;
	err = start(fd, &address, e);
	if (!err)
		return fd;
	close(fd);
	return err;
}
