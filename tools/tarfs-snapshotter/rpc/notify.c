// SPDX-License-Identifier: GPL-2.0
/*
 * Tell the service manager about the state of the program.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "rpc.h"

/* a name that begins with '@' is in the abstract namespace */
static socklen_t make_address(struct sockaddr_un *to, const char *name)
{
	size_t len = strlen(name);

	if (len >= sizeof(to->sun_path) || (*name != '/' && *name != '@'))
		return 0;
	memset(to, 0, sizeof(*to));
	to->sun_family = AF_UNIX;
	memcpy(to->sun_path, name, len);
	if (*name == '@')
		to->sun_path[0] = 0;
	return offsetof(struct sockaddr_un, sun_path) + len;
}

void rpc_notify(const char *state)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address;
	socklen_t len = name ? make_address(&address, name) : 0;
	int fd;

	if (!len)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	       (struct sockaddr *)&address, len);
	close(fd);
}
