// SPDX-License-Identifier: GPL-2.0
/*
 * Choose how to mount layer images, and unmount them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "mounter.h"

#define COUNT	(sizeof(mounters) / sizeof(mounters[0]))

/* in the order of preference; the last one can be used everywhere */
static const struct mounter *const mounters[] = { &mounter_dm, &mounter_fuse };

int mounter_parse(void *to, const char *name, struct error *e)
{
	const struct mounter **mounter = to;
	size_t i;

	*mounter = NULL;
	for (i = 0; i < COUNT && !*mounter; i++)
		if (!strcmp(name, mounters[i]->name))
			*mounter = mounters[i];
	return *mounter || !strcmp(name, "auto") ? 0 :
	       error_set(e, -EINVAL, "'%s' is not auto, dm or fuse", name);
}

static void say(const struct mounter *mounter, const char *why,
		void (*note)(const char *text))
{
	char text[ERROR_TEXT_SIZE + 128];

	snprintf(text, sizeof(text), "layers are mounted %s%s%s", mounter->how,
		 *why ? ", because " : "", why);
	note(text);
}

static int check_wanted(const struct mounter *mounter, struct error *e)
{
	int err = mounter->check(e);

	if (err)
		error_prefix(e, "layers cannot be mounted %s", mounter->how);
	return err;
}

/* @e: why a better one cannot be used */
static const struct mounter *find_best(struct error *e)
{
	size_t i = 0;

	while (i < COUNT - 1 && mounters[i]->check(e))
		i++;
	return mounters[i];
}

int mounter_choose(const struct mounter **mounter,
		   void (*note)(const char *text), struct error *e)
{
	int err = 0;

	e->text[0] = 0;
	if (*mounter)
		err = check_wanted(*mounter, e);
	else
		*mounter = find_best(e);
	if (!err)
		say(*mounter, e->text, note);
	return err;
}

int mounter_unmount(const char *target, struct error *e)
{
	if (umount2(target, MNT_DETACH | UMOUNT_NOFOLLOW) && errno != EINVAL &&
	    errno != ENOENT) {
		error_errno(e, "cannot unmount %s", target);
		return -EIO;
	}
	return 0;
}

void mounter_clean(const char *dir)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		if (mounters[i]->clean)
			mounters[i]->clean(dir);
}
