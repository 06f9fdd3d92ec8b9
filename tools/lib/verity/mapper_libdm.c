// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to device-mapper by libdevmapper.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <libdevmapper.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <syslog.h>

#include "mapper.h"

/* libdevmapper's first error message about the current task */
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

int mapper_begin(struct error *e)
{
	dm_log_with_errno_init(keep_complaint);
	dm_udev_set_sync_support(0);
	complaint[0] = '\0';
	return 0;
}

/* create or remove the nodes; close descriptors that a child would inherit */
void mapper_end(void)
{
	dm_task_update_nodes();
	dm_lib_release();
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

/* create a task that changes a mapping; return NULL if that fails */
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

/* report the kernel's error if there is one, or else the library's message */
static int task_error(struct dm_task *task, struct error *e)
{
	int err = task ? dm_task_get_errno(task) : 0;

	if (err)
		return error_set(e, -err, "%s", strerror(err));
	return error_set(e, -EIO, "%s",
			 complaint[0] ? complaint : "libdevmapper failed");
}

/* run a task and free it; @task may be NULL and @prepared 0 */
static int run_task(struct dm_task *task, int prepared, struct error *e)
{
	int err = 0;

	if (!task || !prepared || !dm_task_run(task))
		err = task_error(task, e);
	if (task)
		dm_task_destroy(task);
	return err;
}

int mapper_change(enum mapper_change change, const struct mapping *m,
		  struct error *e)
{
	static const int types[] = {
		[MAPPER_CREATE]	= DM_DEVICE_CREATE,
		[MAPPER_LOAD]	= DM_DEVICE_RELOAD,
		[MAPPER_RESUME]	= DM_DEVICE_RESUME,
	};
	struct dm_task *task = change_task(types[change], m);
	int prepared = !!task, err;

	if (task && change == MAPPER_LOAD)
		prepared = dm_task_add_target(task, 0, m->sectors, m->type,
					      m->params);
	err = run_task(task, prepared, e);
	if (!err && change == MAPPER_RESUME)
		dm_task_update_nodes();
	return err;
}

int mapper_remove(const char *name, struct error *e)
{
	struct dm_task *task = new_task(DM_DEVICE_REMOVE, name);

	return run_task(task, task && dm_task_retry_remove(task), e);
}

static bool copy_text(char *to, size_t size, const char *from)
{
	return snprintf(to, size, "%s", from ? from : "") < size;
}

int mapper_query(const char *name, struct mapper_state *state, struct error *e)
{
	struct dm_task *task = new_task(DM_DEVICE_STATUS, name);
	char *type = NULL, *status = NULL;
	struct dm_info info = {};
	uint64_t start, length;
	int err = 0;

	if (!task || !dm_task_run(task) || !dm_task_get_info(task, &info)) {
		err = task_error(task, e);
		goto destroy_task;
	}
	state->exists = info.exists;
	state->dev = makedev(info.major, info.minor);
	dm_get_next_target(task, NULL, &start, &length, &type, &status);
	if (!copy_text(state->type, sizeof(state->type), type) ||
	    !copy_text(state->status, sizeof(state->status), status))
		err = error_set(e, -EOVERFLOW, "its status is too long");
destroy_task:
	if (task)
		dm_task_destroy(task);
	return err;
}
