// SPDX-License-Identifier: GPL-2.0
/*
 * Mount each layer in a temporary directory, stack them on the target, and remove
 * the directory with its mounts: overlayfs has its own references.
 *
 * The lower directories are named by their numbers, relative to the temporary
 * directory, so that no name has to be escaped, and all fit into one page.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "overlay.h"

#define NUMBER_SIZE	24	/* of a directory's name */

/* the working directory is the temporary one, whose path is @dir */
struct stack {
	char dir[PATH_MAX];
	char target[PATH_MAX];
	size_t dirs;
	size_t mounts;
};

static int enter(struct stack *s, const char *target, struct error *e)
{
	const char *where = getenv("TMPDIR");

	*s = (struct stack) {};
	if (!realpath(target, s->target))
		return error_errno(e, "%s", target);
	if (snprintf(s->dir, sizeof(s->dir), "%s/kata-overlay.XXXXXX",
		     where && *where ? where : "/tmp") >= sizeof(s->dir))
		return error_set(e, -ENAMETOOLONG, "TMPDIR is too long");
	if (!mkdtemp(s->dir))
		return error_errno(e, "%s", s->dir);
	if (!chdir(s->dir))
		return 0;
	error_errno(e, "%s", s->dir);
	rmdir(s->dir);
	return -EIO;
}

/* remove everything; a mount that is in use goes away with its last user */
static void leave(struct stack *s)
{
	char name[NUMBER_SIZE];

	while (s->mounts) {
		snprintf(name, sizeof(name), "%zu", --s->mounts);
		if (umount2(name, UMOUNT_NOFOLLOW))
			umount2(name, UMOUNT_NOFOLLOW | MNT_DETACH);
	}
	while (s->dirs) {
		snprintf(name, sizeof(name), "%zu", --s->dirs);
		rmdir(name);
	}
	if (!chdir("/"))
		rmdir(s->dir);
}

/* somebody wants this to end */
static bool is_interrupted(void)
{
	sigset_t pending;

	sigpending(&pending);
	return sigismember(&pending, SIGINT) || sigismember(&pending, SIGHUP) ||
	       sigismember(&pending, SIGTERM);
}

static int mount_layer(struct stack *s, const struct layers *l, size_t i,
		       struct error *e)
{
	char path[PATH_MAX + NUMBER_SIZE + 1];
	const char *name;
	int err;

	snprintf(path, sizeof(path), "%s/%zu", s->dir, i);
	name = strrchr(path, '/') + 1;
	if (mkdir(name, 0700))
		return error_errno(e, "%s", path);
	s->dirs++;
	err = run_mount(l, &l->layer[i], path, e);
	if (err)
		return err;
	s->mounts++;
	return is_interrupted() ? error_set(e, -EINTR, "interrupted") : 0;
}

static int mount_target(const struct stack *s, struct error *e)
{
	char data[sizeof("lowerdir=") + LAYERS_MAX * 4] = "lowerdir=";
	size_t i, used = strlen(data);

	if (s->mounts == 1) {
		if (mount("0", s->target, NULL, MS_BIND, NULL))
			return error_errno(e, "cannot bind the layer to %s",
					   s->target);
		return 0;
	}
	for (i = 0; i < s->mounts; i++)
		used += snprintf(data + used, sizeof(data) - used, "%s%zu",
				 i ? ":" : "", i);
	if (mount("overlay", s->target, "overlay", MS_RDONLY, data))
		return error_errno(e, "cannot mount an overlay of %zu layers on %s",
				   s->mounts, s->target);
	return 0;
}

int stack_mount(const struct layers *l, const char *target, struct error *e)
{
	struct stack s;
	sigset_t ending, before;
	int err;
	size_t i;

	err = layers_check(l, e);
	if (err)
		return err;
	sigemptyset(&ending);
	sigaddset(&ending, SIGHUP);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigprocmask(SIG_BLOCK, &ending, &before);
	err = enter(&s, target, e);
	if (!err) {
		for (i = 0; i < l->count && !err; i++)
			err = mount_layer(&s, l, i, e);
		if (!err)
			err = mount_target(&s, e);
		leave(&s);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}
