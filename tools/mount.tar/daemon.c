// SPDX-License-Identifier: GPL-2.0
/*
 * Go on in the background, once the mount can be used and not before.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mount.h"

static void __attribute__((noreturn)) await_child(pid_t child, int ready,
						  int failed)
{
	int status;
	char byte;

	if (TEMP_FAILURE_RETRY(read(ready, &byte, 1)) == 1)
		_exit(EXIT_SUCCESS);
	if (TEMP_FAILURE_RETRY(waitpid(child, &status, 0)) < 0 ||
	    !WIFEXITED(status) || !WEXITSTATUS(status))
		_exit(failed);
	_exit(WEXITSTATUS(status));
}

/* open all that is behind a path now, as the mount may hide it: it may be on /dev */
static int open_streams(struct daemon *d, struct error *e)
{
	d->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (d->null < 0)
		return error_errno(e, "/dev/null");
	log_open();
	return 0;
}

int daemon_start(struct daemon *d, int failed, struct error *e)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return error_errno(e, "cannot make a pipe");
	child = fork();
	if (child < 0) {
		close(ends[0]);
		close(ends[1]);
		return error_errno(e, "cannot fork");
	}
	if (child) {
		close(ends[1]);
		await_child(child, ends[0], failed);
	}
	close(ends[0]);
	setsid();
	d->ready = ends[1];
	return open_streams(d, e);
}

/* what was printed may be a pipe whose reader waits for its end */
static void leave_streams(struct daemon *d)
{
	int fd;

	for (fd = 0; fd < 3; fd++)
		dup2(d->null, fd);
	if (d->null > 2)
		close(d->null);
	log_to_syslog();
}

int daemon_ready(struct daemon *d, struct error *e)
{
	int err = 0;

	if (chdir("/"))
		err = error_errno(e, "/");
	if (!err) {
		leave_streams(d);
		if (TEMP_FAILURE_RETRY(write(d->ready, "", 1)) != 1)
			err = error_errno(e, "who asked for the mount is gone");
	}
	close(d->ready);
	return err;
}
