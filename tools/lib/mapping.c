// SPDX-License-Identifier: GPL-2.0
/*
 * Device-mapper devices of one target, through libdevmapper.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <libdevmapper.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <syslog.h>

#include "mapping.h"

#define NAME_SIZE	128	/* the kernel's DM_NAME_LEN */

/* libdevmapper's first complaint about the task at hand */
static __thread char complaint[256];

__attribute__((format(printf, 5, 6)))
static void keep_complaint(int level, const char *file, int line,
			   int errno_or_class, const char *fmt, ...)
{
	va_list args;

	if (LOG_PRI(level) > LOG_ERR || complaint[0])
		return;
	va_start(args, fmt);
	vsnprintf(complaint, sizeof(complaint), fmt, args);
	va_end(args);
}

static void library_begin(void)
{
	dm_log_with_errno_init(keep_complaint);
	dm_udev_set_sync_support(0);
	complaint[0] = '\0';
}

/* make or remove the nodes; keep no descriptor that a child could inherit */
static void library_end(void)
{
	dm_task_update_nodes();
	dm_lib_release();
}

/* letters that neither libdevmapper nor udev would encode */
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

static struct dm_task *new_task(int type, const char *name)
{
	struct dm_task *task;

	complaint[0] = '\0';
	task = dm_task_create(type);
	if (task && !dm_task_set_name(task, name)) {
		dm_task_destroy(task);
		task = NULL;
	}
	return task;
}

/* one that changes a mapping; NULL if it cannot be had */
static struct dm_task *change_task(int type, const struct mapping *m)
{
	struct dm_task *task = new_task(type, m->name);

	if (task && (m->writable || dm_task_set_ro(task)) &&
	    (!m->secret || dm_task_secure_data(task)))
		return task;
	if (task)
		dm_task_destroy(task);
	return NULL;
}

/* the kernel's answer if there was one, or else the library's words */
static int task_error(struct dm_task *task, const char *what, struct error *e)
{
	int err = task ? dm_task_get_errno(task) : 0;

	if (err)
		return error_set(e, -err, "cannot %s: %s", what, strerror(err));
	return error_set(e, -EIO, "cannot %s: %s", what,
			 complaint[0] ? complaint : "libdevmapper failed");
}

/* run a task and free it; @task may be NULL and @prepared 0 */
static int run_task(struct dm_task *task, int prepared, const char *what,
		    struct error *e)
{
	int err = 0;

	if (!task || !prepared || !dm_task_run(task))
		err = task_error(task, what, e);
	if (task)
		dm_task_destroy(task);
	return err;
}

static int create_device(const struct mapping *m, struct error *e)
{
	struct dm_task *task = change_task(DM_DEVICE_CREATE, m);
	int err;

	err = run_task(task, !!task, "create the mapping", e);
	if (err == -EBUSY)
		error_set(e, err, "there is a mapping of this name already");
	return err;
}

static int load_table(const struct mapping *m, struct error *e)
{
	struct dm_task *task = change_task(DM_DEVICE_RELOAD, m);

	return run_task(task, task && dm_task_add_target(task, 0, m->sectors,
							 m->type, m->params),
			"load the table (the kernel's log may say why)", e);
}

static int resume_device(const struct mapping *m, struct error *e)
{
	struct dm_task *task = change_task(DM_DEVICE_RESUME, m);

	return run_task(task, !!task, "resume the mapping", e);
}

/* retries for a while if something, say udev, still looks at the device */
static int remove_device(const char *name, struct error *e)
{
	struct dm_task *task = new_task(DM_DEVICE_REMOVE, name);
	int err;

	err = run_task(task, task && dm_task_retry_remove(task),
		       "remove the mapping", e);
	if (err == -EBUSY)
		error_set(e, err, "still in use; is it mounted?");
	return err;
}

/* is what the caller will open there, and is it this mapping? */
static int check_node(const char *name, struct error *e)
{
	struct dm_task *task = new_task(DM_DEVICE_INFO, name);
	struct dm_info info = {};
	char path[PATH_MAX];
	struct stat st;

	if (task && dm_task_run(task))
		dm_task_get_info(task, &info);
	if (task)
		dm_task_destroy(task);
	snprintf(path, sizeof(path), "%s/%s", dm_dir(), name);
	if (stat(path, &st))
		return error_errno(e, "%s: the node did not appear", path);
	if (!info.exists || !S_ISBLK(st.st_mode) ||
	    st.st_rdev != makedev(info.major, info.minor))
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
	dm_task_update_nodes();
	return check_node(m->name, e);
}

int mapping_create(const struct mapping *m, struct error *e)
{
	struct error ignored;
	int err;

	err = check_name(m->name, e);
	if (!err)
		err = check_device(m->device, e);
	if (err)
		return err;
	library_begin();
	err = create_device(m, e);
	if (!err) {
		err = fill_mapping(m, e);
		if (err)
			remove_device(m->name, &ignored);
	}
	library_end();
	if (err)
		error_prefix(e, "%s", m->name);
	return err;
}

/* @buf: NULL if what the target says does not matter */
static int query(const char *name, const char *wanted, char *buf, size_t size,
		 struct error *e)
{
	struct dm_task *task = new_task(DM_DEVICE_STATUS, name);
	char *type = NULL, *status = NULL;
	struct dm_info info = {};
	uint64_t start, length;
	int err = 0;

	if (!task || !dm_task_run(task) || !dm_task_get_info(task, &info)) {
		err = task_error(task, "query the mapping", e);
		goto destroy_task;
	}
	if (!info.exists) {
		err = error_set(e, -ENXIO, "there is no such mapping");
		goto destroy_task;
	}
	dm_get_next_target(task, NULL, &start, &length, &type, &status);
	if (!type || strcmp(type, wanted))
		err = error_set(e, -EINVAL, "not a dm-%s mapping", wanted);
	else if (buf && (!status ||
			 snprintf(buf, size, "%s", status) >= size))
		err = error_set(e, -EIO, "cannot read its status");
destroy_task:
	if (task)
		dm_task_destroy(task);
	return err;
}

int mapping_status(const char *name, const char *type, char *buf, size_t size,
		   struct error *e)
{
	int err;

	library_begin();
	err = query(name, type, buf, size, e);
	library_end();
	if (err)
		error_prefix(e, "%s", name);
	return err;
}

int mapping_remove(const char *name, const char *type, struct error *e)
{
	int err;

	err = check_name(name, e);
	if (err)
		return err;
	library_begin();
	err = query(name, type, NULL, 0, e);
	if (!err)
		err = remove_device(name, e);
	library_end();
	if (err)
		error_prefix(e, "%s", name);
	return err;
}
