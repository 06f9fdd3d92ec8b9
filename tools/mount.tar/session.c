// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a mount: mount, answer the kernel, serve, unmount.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "mount.h"

static int make_session(struct fuse_session **se, struct mounted *m,
			const char *source, const struct mount_options *o,
			struct error *e)
{
	struct fuse_args args = FUSE_ARGS_INIT(0, NULL);
	int err;

	err = options_to_fuse(o, source, &args, e);
	if (!err) {
		*se = fuse_session_new(&args, &operations, sizeof(operations),
				       m);
		if (!*se)
			err = error_set(e, -EIO, "libfuse refuses to begin");
		m->se = *se;
	}
	fuse_opt_free_args(&args);
	return err;
}

/* FUSE would mount on a file, too, and take the root for one */
static int find_dir(const char *dir, char path[PATH_MAX], struct error *e)
{
	struct stat st;

	if (!realpath(dir, path) || stat(path, &st))
		return error_errno(e, "%s", dir);
	if (!S_ISDIR(st.st_mode))
		return error_set(e, -ENOTDIR, "%s is not a directory", dir);
	return 0;
}

static int serve(struct fuse_session *se, const struct mount_options *o,
		 struct daemon *d, struct error *e)
{
	int err;

	err = loop_start(se, e);
	if (!err && !o->foreground)
		err = daemon_ready(d, e);
	return err ? err : loop_run(se, o->threads, e);
}

static int mount_and_serve(struct mounted *m, const char *source,
			   const char *dir, const struct mount_options *o,
			   struct daemon *d, struct error *e)
{
	struct fuse_session *se;
	int err;

	err = make_session(&se, m, source, o, e);
	if (err)
		return err;
	if (fuse_session_mount(se, dir)) {
		/* libfuse has said why */
		err = error_set(e, -EIO, "cannot mount on %s", dir);
	} else {
		err = serve(se, o, d, e);
		fuse_session_unmount(se);
	}
	fuse_session_destroy(se);
	return err;
}

int session_run(struct mounted *m, const char *source, const char *dir,
		const struct mount_options *o, int failed, struct error *e)
{
	char path[PATH_MAX];
	struct daemon d;
	int err = 0;

	if (!o->foreground)
		err = daemon_start(&d, failed, e);
	loop_block_signals();
	if (!err)
		err = find_dir(dir, path, e);
	if (!err)
		err = super_open(m, o->threads, e);
	if (err)
		return err;
	err = mount_and_serve(m, source, path, o, &d, e);
	super_close(m);
	return err;
}
