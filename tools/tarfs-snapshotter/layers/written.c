// SPDX-License-Identifier: GPL-2.0
/*
 * Make a layer image of the directory that a snapshot's user has written.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * A thread writes a tar to a pipe, which the converter reads.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "image.h"
#include "member.h"
#include "written.h"

#define FORMAT	2

/**
 * struct writer - the thread that writes the tar
 * @root: the directory
 */
struct writer {
	const char *root;
	struct members members;
	pthread_t thread;
	bool joined;
	int err;
	struct error e;
};

static int write_all(struct writer *w)
{
	int err = walk_tree(w->root, member_write, &w->members, &w->e);

	return err ?: tar_out_end(&w->members.out, &w->e);
}

static void *write_tar(void *ctx)
{
	struct writer *w = ctx;

	w->err = write_all(w);
	members_free(&w->members);
	/* the reader sees the end */
	close(w->members.out.fd);
	return NULL;
}

static void join(struct writer *w)
{
	if (!w->joined)
		pthread_join(w->thread, NULL);
	w->joined = true;
}

/* a tar may end early and look complete: the writer knows */
static int confirm(void *ctx, struct error *e)
{
	struct writer *w = ctx;

	join(w);
	if (w->err)
		*e = w->e;
	return w->err ? -EIO : 0;
}

/* the snapshot is committed: who waits for it does not matter */
static bool never(void *ctx)
{
	return false;
}

/* if the reader has failed first, the writer gets EPIPE, which says nothing */
static int read_tar(struct layers *l, struct writer *w, int fd,
		    const char *staged, struct record_image *image,
		    struct error *e)
{
	char path[32];
	const struct conversion c = {
		.store = l->store,
		.tar = path,
		.staged = staged,
		.format = FORMAT,
		.cancelled = never,
		.confirm = confirm,
		.confirm_ctx = w,
	};
	int err;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = image_convert(&c, image, e);
	close(fd);
	join(w);
	if (w->err && w->err != -EPIPE) {
		*e = w->e;
		err = w->err == -ENOMEM ? -ENOMEM : -EIO;
	}
	return err;
}

static int convert(struct layers *l, const char *root, const char *staged,
		   struct record_image *image, struct error *e)
{
	struct writer w = { .root = root };
	int fds[2], err;

	if (pipe2(fds, O_CLOEXEC))
		return error_errno(e, "cannot make a pipe");
	w.members.out.fd = fds[1];
	err = pthread_create(&w.thread, NULL, write_tar, &w);
	if (!err)
		return read_tar(l, &w, fds[0], staged, image, e);
	close(fds[0]);
	close(fds[1]);
	return error_set(e, -EIO, "cannot start a thread");
}

static int convert_and_attach(struct layers *l, struct record *r,
			      const char *staged, struct error *e)
{
	char *root = store_dir(l->store, r->id, "fs");
	int err;

	if (!root)
		return error_set(e, -ENOMEM, "out of memory");
	err = convert(l, root, staged, &r->image, e);
	free(root);
	if (!err)
		err = store_attach(l->store, r->id, staged, &r->image, e);
	if (err)
		error_prefix(e, "cannot make a layer of snapshot %s", r->key);
	return err;
}

/* look again: it may have been converted since the record was read */
static int look(struct layers *l, struct record *r, struct error *e)
{
	struct record now;
	int err = store_get_id(l->store, r->id, &now, e);

	if (err)
		return err;
	r->image = now.image;
	record_free(&now);
	return r->image.format ? 0 : 1;
}

int written_convert(struct layers *l, struct record *r, struct error *e)
{
	char staged[FLIGHT_KEY_SIZE];
	int err, wait;

	snprintf(staged, sizeof(staged), "written-%" PRIu64, r->id);
	do {
		err = look(l, r, e);
		if (err != 1)
			return err;
		wait = flight_begin(l->flights, staged);
	} while (wait > 0);
	if (wait < 0)
		return error_set(e, wait, "out of memory");
	err = look(l, r, e);
	if (err == 1)
		err = convert_and_attach(l, r, staged, e);
	flight_end(l->flights, staged);
	/* an image of the same content that was there already has its own facts */
	return err ?: look(l, r, e);
}
