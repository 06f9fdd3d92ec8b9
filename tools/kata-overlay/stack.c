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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/ending.h"
#include "overlay.h"

#define NUMBER_SIZE	24	/* of a directory's name */
/* how long to wait for a server to unmount */
#define MOMENT_NSEC	10000000
#define MOMENTS		300

/* the working directory is the temporary one, whose path is @dir */
struct stack {
	char dir[PATH_MAX];
	char target[PATH_MAX];
	size_t dirs;
};

static int enter(struct stack *s, const char *target, struct error *e)
{
	const char *where = getenv("TMPDIR");
	char made[PATH_MAX];

	*s = (struct stack) {};
	if (!realpath(target, s->target))
		return error_errno(e, "%s", target);
	if (snprintf(made, sizeof(made), "%s/kata-overlay.XXXXXX",
		     where && *where ? where : "/tmp") >= sizeof(made))
		return error_set(e, -ENAMETOOLONG, "TMPDIR is too long");
	if (!mkdtemp(made))
		return error_errno(e, "%s", made);
	/* the path must still lead there from within */
	if (realpath(made, s->dir) && !chdir(s->dir))
		return 0;
	error_errno(e, "%s", made);
	rmdir(made);
	return -EIO;
}

static void unmount(const char *path)
{
	if (umount2(path, UMOUNT_NOFOLLOW) && errno == EBUSY)
		umount2(path, UMOUNT_NOFOLLOW | MNT_DETACH);
}

/*
 * Remove a directory, whatever became of its mount: a mount(8) that failed may have
 * mounted before, and a server that unmounts does so when that has ended.
 */
static void remove_dir(const char *name)
{
	const struct timespec moment = { .tv_nsec = MOMENT_NSEC };
	int left = MOMENTS;

	do {
		unmount(name);
		if (!rmdir(name) || errno != EBUSY)
			return;
		nanosleep(&moment, NULL);
	} while (--left);
}

/* remove everything; a mount that is in use goes away with its last user */
static void leave(struct stack *s)
{
	char name[NUMBER_SIZE];

	while (s->dirs) {
		snprintf(name, sizeof(name), "%zu", --s->dirs);
		remove_dir(name);
	}
	if (!chdir("/"))
		rmdir(s->dir);
}

/* somebody wants this to end */
static int check_pending(struct error *e)
{
	sigset_t pending, ending = ending_signals();

	sigpending(&pending);
	sigandset(&pending, &pending, &ending);
	return sigisemptyset(&pending) ? 0 : error_set(e, -EINTR, "interrupted");
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
	return err ? err : check_pending(e);
}

static int mount_target(const struct stack *s, struct error *e)
{
	char data[sizeof("lowerdir=") + LAYERS_MAX * 4] = "lowerdir=";
	size_t i, used = strlen(data);

	if (s->dirs == 1) {
		if (mount("0", s->target, NULL, MS_BIND, NULL))
			return error_errno(e, "cannot bind the layer to %s",
					   s->target);
		return 0;
	}
	for (i = 0; i < s->dirs; i++)
		used += snprintf(data + used, sizeof(data) - used, "%s%zu",
				 i ? ":" : "", i);
	if (mount("overlay", s->target, "overlay", MS_RDONLY, data))
		return error_errno(e, "cannot mount an overlay of %zu layers on %s",
				   s->dirs, s->target);
	return 0;
}

static int mount_all(struct stack *s, const struct layers *l, struct error *e)
{
	int err = 0;
	size_t i;

	for (i = 0; i < l->count && !err; i++)
		err = mount_layer(s, l, i, e);
	if (!err)
		err = mount_target(s, e);
	if (err)
		return err;
	err = check_pending(e);
	if (err)
		unmount(s->target);
	return err;
}

int stack_mount(const struct layers *l, const char *target, struct error *e)
{
	sigset_t ending = ending_signals();
	struct stack s;
	int err;

	err = layers_check(l, e);
	if (err)
		return err;
	/* for good: one that comes when all is done must not make that a failure */
	sigprocmask(SIG_BLOCK, &ending, NULL);
	err = enter(&s, target, e);
	if (err)
		return err;
	err = mount_all(&s, l, e);
	leave(&s);
	return err;
}
