// SPDX-License-Identifier: GPL-2.0
/*
 * Device-mapper devices of one target.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "mapper.h"
#include "mapping.h"

#define NAME_SIZE	128	/* the kernel's DM_NAME_LEN */

/* allow only characters that neither libdevmapper nor udev encodes */
static int check_name(const char *name, struct error *e)
{
	static const char allowed[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#+-.:=@_";
	size_t len = strlen(name);

	if (len && len < NAME_SIZE && strspn(name, allowed) == len &&
	    strcmp(name, ".") && strcmp(name, "..") && strcmp(name, "control"))
		return 0;
	return error_set(e, -EINVAL,
			 "'%s': not a name for a mapping; use 1 to %d letters, digits and #+-.:=@_",
			 name, NAME_SIZE - 1);
}

static int check_device(const char *device, struct error *e)
{
	struct stat st;

	if (stat(device, &st))
		return error_errno(e, "%s: cannot be mapped", device);
	if (!S_ISBLK(st.st_mode))
		return error_set(e, -ENOTBLK,
				 "%s: not a block device; losetup makes one of a file",
				 device);
	return 0;
}

static int create_device(const struct mapping *m, struct error *e)
{
	int err = mapper_change(MAPPER_CREATE, m, e);

	if (err == -EBUSY)
		error_set(e, err, "there is a mapping of this name already");
	else if (err)
		error_prefix(e, "cannot create the mapping");
	return err;
}

static int load_table(const struct mapping *m, struct error *e)
{
	int err = mapper_change(MAPPER_LOAD, m, e);

	if (err)
		error_prefix(e, "cannot load the table (the kernel's log may say why)");
	return err;
}

static int resume_device(const struct mapping *m, struct error *e)
{
	int err = mapper_change(MAPPER_RESUME, m, e);

	if (err)
		error_prefix(e, "cannot resume the mapping");
	return err;
}

static int remove_device(const char *name, struct error *e)
{
	int err = mapper_remove(name, e);

	if (err == -EBUSY)
		error_set(e, err, "still in use; is it mounted?");
	else if (err)
		error_prefix(e, "cannot remove the mapping");
	return err;
}

static int query(const char *name, struct mapper_state *state, struct error *e)
{
	int err = mapper_query(name, state, e);

	if (err)
		error_prefix(e, "cannot query the mapping");
	return err;
}

/* check that the node that the caller will open exists and is this mapping */
static int check_node(const char *name, struct error *e)
{
	struct mapper_state state = {};
	char path[PATH_MAX];
	struct stat st;
	int err;

	err = query(name, &state, e);
	if (err)
		return err;
	snprintf(path, sizeof(path), MAPPER_DIR "/%s", name);
	if (stat(path, &st))
		return error_errno(e, "%s: the node did not appear", path);
	if (!state.exists || !S_ISBLK(st.st_mode) || st.st_rdev != state.dev)
		return error_set(e, -ENODEV, "%s: not the mapping's node",
				 path);
	return 0;
}

static int fill_mapping(const struct mapping *m, struct error *e)
{
	int err;

	err = load_table(m, e);
	if (err)
		return err;
	err = resume_device(m, e);
	if (err)
		return err;
	return check_node(m->name, e);
}

static int create_mapping(const struct mapping *m, struct error *e)
{
	struct error ignored;
	int err;

	err = create_device(m, e);
	if (err)
		return err;
	err = fill_mapping(m, e);
	if (err)
		remove_device(m->name, &ignored);
	return err;
}

int mapping_create(const struct mapping *m, struct error *e)
{
	int err;

	err = check_name(m->name, e);
	if (!err)
		err = check_device(m->device, e);
	if (err)
		return err;
	err = mapper_begin(e);
	if (!err) {
		err = create_mapping(m, e);
		mapper_end();
	}
	if (err)
		error_prefix(e, "%s", m->name);
	return err;
}

/* query a mapping, which must exist and be of @type */
static int query_type(const char *name, const char *type,
		      struct mapper_state *state, struct error *e)
{
	int err;

	err = query(name, state, e);
	if (err)
		return err;
	if (!state->exists)
		return error_set(e, -ENXIO, "there is no such mapping");
	if (strcmp(state->type, type))
		return error_set(e, -EINVAL, "not a dm-%s mapping", type);
	return 0;
}

int mapping_status(const char *name, const char *type, char *buf, size_t size,
		   struct error *e)
{
	struct mapper_state state = {};
	int err;

	err = mapper_begin(e);
	if (!err) {
		err = query_type(name, type, &state, e);
		mapper_end();
	}
	if (!err && snprintf(buf, size, "%s", state.status) >= size)
		err = error_set(e, -EOVERFLOW, "its status is too long");
	if (err)
		error_prefix(e, "%s", name);
	return err;
}

static int remove_mapping(const char *name, const char *type, struct error *e)
{
	struct mapper_state state = {};
	int err;

	err = query_type(name, type, &state, e);
	return err ? err : remove_device(name, e);
}

int mapping_remove(const char *name, const char *type, struct error *e)
{
	int err;

	err = check_name(name, e);
	if (err)
		return err;
	err = mapper_begin(e);
	if (!err) {
		err = remove_mapping(name, type, e);
		mapper_end();
	}
	if (err)
		error_prefix(e, "%s", name);
	return err;
}
