// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to device-mapper for statically linked programs: Debian has no
 * archive of libdevmapper.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "verity/dmctl.h"
#include "verity/mapper.h"

#define ATTEMPTS	25	/* as libdevmapper */
#define PAUSE		200000	/* microseconds between them, as libdevmapper */
#define NODE_SIZE	(sizeof(MAPPER_DIR) + DM_NAME_LEN)

static int reason(int err, struct error *e)
{
	return err ? error_set(e, err, "%s", strerror(-err)) : 0;
}

/* the kernel reports its version even if it refuses that of the program */
int mapper_begin(struct error *e)
{
	struct dmctl r;
	int err;

	dmctl_init(&r, "", 0);
	err = dmctl_call(&r, DM_VERSION);
	if (r.io.version[0] != DM_VERSION_MAJOR)
		return error_set(e, -EPROTO,
				 "the kernel has version %u of device-mapper, this program knows %u",
				 r.io.version[0], DM_VERSION_MAJOR);
	if (err)
		return error_set(e, err,
				 "cannot use " MAPPER_DIR "/control: %s; is dm-mod loaded?",
				 strerror(-err));
	return 0;
}

void mapper_end(void)
{
}

static void node_path(const char *name, char path[NODE_SIZE])
{
	snprintf(path, NODE_SIZE, MAPPER_DIR "/%s", name);
}

/* create the node; keep udev's link to the right device, replace stale nodes */
static int make_node(const char *name, dev_t dev)
{
	char path[NODE_SIZE];
	struct stat st;

	node_path(name, path);
	if (!stat(path, &st) && S_ISBLK(st.st_mode) && st.st_rdev == dev)
		return 0;
	if (unlink(path) && errno != ENOENT)
		return -errno;
	if (mknod(path, S_IFBLK | 0600, dev) && errno != EEXIST)
		return -errno;
	return 0;
}

/* remove the node; leave a link to udev, which created it */
static void remove_node(const char *name)
{
	char path[NODE_SIZE];
	struct stat st;

	node_path(name, path);
	if (!lstat(path, &st) && S_ISBLK(st.st_mode))
		unlink(path);
}

int mapper_change(enum mapper_change change, const struct mapping *m,
		  struct error *e)
{
	static const unsigned long commands[] = {
		[MAPPER_CREATE]	= DM_DEV_CREATE,
		[MAPPER_LOAD]	= DM_TABLE_LOAD,
		/* resumes unless DM_SUSPEND_FLAG is set */
		[MAPPER_RESUME]	= DM_DEV_SUSPEND,
	};
	struct dmctl r;
	int err = 0;

	dmctl_init(&r, m->name, (m->writable ? 0 : DM_READONLY_FLAG) |
		   (m->secret ? DM_SECURE_DATA_FLAG : 0));
	if (change == MAPPER_LOAD)
		err = dmctl_add(&r, m->sectors, m->type, m->params);
	if (!err)
		err = dmctl_call(&r, commands[change]);
	if (!err && change == MAPPER_RESUME)
		err = make_node(m->name, r.io.dev);
	explicit_bzero(&r, sizeof(r));
	return reason(err, e);
}

int mapper_remove(const char *name, struct error *e)
{
	int attempt, err = -EBUSY;
	struct dmctl r;

	for (attempt = 0; err == -EBUSY && attempt < ATTEMPTS; attempt++) {
		if (attempt)
			usleep(PAUSE);
		dmctl_init(&r, name, 0);
		err = dmctl_call(&r, DM_DEV_REMOVE);
	}
	if (!err)
		remove_node(name);
	return reason(err, e);
}

/* the kernel has terminated both strings, which are within its reply */
static int first_target(const struct dmctl *r, struct mapper_state *state)
{
	const struct dm_target_spec *spec = (const void *)r->data;

	if (!r->io.target_count)
		return 0;
	snprintf(state->type, sizeof(state->type), "%s", spec->target_type);
	if (snprintf(state->status, sizeof(state->status), "%s",
		     (const char *)(spec + 1)) >= sizeof(state->status))
		return -EOVERFLOW;
	return 0;
}

int mapper_query(const char *name, struct mapper_state *state, struct error *e)
{
	struct dmctl r;
	int err;

	dmctl_init(&r, name, 0);
	err = dmctl_call(&r, DM_TABLE_STATUS);
	state->exists = !err;
	if (err == -ENXIO)
		return 0;
	if (err)
		return reason(err, e);
	state->dev = r.io.dev;
	return reason(first_target(&r, state), e);
}
