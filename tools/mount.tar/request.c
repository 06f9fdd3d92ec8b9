// SPDX-License-Identifier: GPL-2.0
/*
 * Begin and end of each request that reads the image.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>

#include "mount.h"

/* is the answer wanted no more?  A directory of a hostile image can be very long */
static bool is_stopped(void *arg)
{
	const struct request *r = arg;

	return fuse_session_exited(r->m->se) || fuse_req_interrupted(r->req);
}

void request_begin(struct request *r, fuse_req_t req)
{
	r->req = req;
	r->m = fuse_req_userdata(req);
	r->w = pool_take(&r->m->pool);
	r->d = &r->w->d;
	r->d->stop = is_stopped;
	r->d->stop_arg = r;
	r->e.text[0] = '\0';
}

void request_end(struct request *r)
{
	r->d->stop = NULL;
	pool_put(&r->m->pool, r->w);
}

/* -EUCLEAN: corrupt; each other error of the reader is one of reading the image */
static int error_of_reader(int err)
{
	return err == -EUCLEAN || err == -ENOMEM ? err : -EIO;
}

void request_fail(struct request *r, int err)
{
	if (r->e.text[0]) {
		log_fault(&r->e);
		err = error_of_reader(err);
	}
	fuse_reply_err(r->req, -err);
	request_end(r);
}
