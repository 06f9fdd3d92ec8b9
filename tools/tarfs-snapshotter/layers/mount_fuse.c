// SPDX-License-Identifier: GPL-2.0
/*
 * Mount a layer image by mount.tar, whose server verifies what it reads.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mounter.h"

#define TIMEOUT		30000	/* ms for a mount */
#define SAID_SIZE	1024	/* bytes of a message */

/* a child has neither the signals nor the mask of the daemon */
static int set_attributes(posix_spawnattr_t *attr)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(attr);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &all);
	return posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK |
					POSIX_SPAWN_SETSIGDEF);
}

/* standard error goes to @said, a file, as what stays in the background keeps it */
static int spawn(const char *const argv[], int said, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int err;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null",
					 O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null",
					 O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&files, said, STDERR_FILENO);
	set_attributes(&attr);
	err = posix_spawnp(pid, argv[0], &files, &attr, (char *const *)argv,
			   environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return -err;
}

/* return the wait status, or -ETIMEDOUT after killing the child */
static int wait_child(pid_t pid)
{
	struct pollfd ended = { .events = POLLIN };
	int ready, status;

	ended.fd = syscall(SYS_pidfd_open, pid, 0);
	do {
		ready = ended.fd < 0 ? 1 : poll(&ended, 1, TIMEOUT);
	} while (ready < 0 && errno == EINTR);
	if (!ready)
		kill(pid, SIGKILL);
	if (ended.fd >= 0)
		close(ended.fd);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return ready ? status : -ETIMEDOUT;
}

static void read_said(int fd, char said[SAID_SIZE])
{
	ssize_t len = pread(fd, said, SAID_SIZE - 1, 0);

	said[len < 0 ? 0 : len] = 0;
	said[strcspn(said, "\n")] = 0;
}

static int run_with(const char *const argv[], int fd, struct error *e)
{
	char said[SAID_SIZE];
	pid_t pid;
	int err, status;

	err = spawn(argv, fd, &pid);
	if (err)
		return error_set(e, -EIO, "cannot run %s: %s", argv[0],
				 strerror(-err));
	status = wait_child(pid);
	if (!status)
		return 0;
	if (status < 0)
		return error_set(e, -EIO, "%s has not ended in time", argv[0]);
	read_said(fd, said);
	return error_set(e, -EIO, "%s failed: %s", argv[0], said);
}

static int run(const char *const argv[], struct error *e)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	int err;

	if (fd < 0)
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return error_errno(e, "cannot open /dev/null");
	err = run_with(argv, fd, e);
	close(fd);
	return err;
}

/* a server that has ended does not answer this, unlike stat(2) */
static bool is_alive(const char *target)
{
	struct statfs st;

	return !statfs(target, &st) && st.f_type == FUSE_SUPER_MAGIC;
}

static int mount_image(const struct mounting *m, struct error *e)
{
	char options[160];
	const char *const argv[] = { m->mount_tar, m->path, m->target, "-o",
				     options, NULL };
	int err;

	snprintf(options, sizeof(options),
		 "ro,dev,suid,verify=%s,data-blocks=%" PRIu64,
		 m->image->root_hash, m->image->data_blocks);
	err = run(argv, e);
	if (!err && !is_alive(m->target))
		err = error_set(e, -EIO, "%s ended well, but %s is no mount",
				m->mount_tar, m->target);
	return err;
}

/* the program may still be installed: its absence is an error of each mount */
static int check(struct error *e)
{
	return 0;
}

const struct mounter mounter_fuse = {
	.name		= "fuse",
	.how		= "by mount.tar",
	.check		= check,
	.mount		= mount_image,
	.is_alive	= is_alive,
};
