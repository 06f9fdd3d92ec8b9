// SPDX-License-Identifier: GPL-2.0
/*
 * Making the index anew from the tar that is in the image.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * The tar goes through a pipe, so that it ends where the superblock says.  The
 * new index goes to memory, and not further than the old one.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "file.h"
#include "fsck.h"
#include "index.h"
#include "sha256.h"

#define FEED_BUFFER	(64 * 1024)

/* the thread that reads the image */
struct feed {
	struct fsck *f;
	int fd;
	int err;
	struct error e;
	pthread_t thread;
};

/* where the new index goes */
struct sink {
	int fd;
	uint64_t size;
	uint64_t room;
};

static bool write_all(int fd, const uint8_t *buf, size_t len)
{
	ssize_t n;

	for (; len; buf += n, len -= n) {
		n = write(fd, buf, len);
		if (n < 0 && errno != EINTR)
			return false;
		if (n < 0)
			n = 0;
	}
	return true;
}

/* until the end of the tar, or until nobody reads any more */
static void *feed_tar(void *ctx)
{
	struct feed *feed = ctx;
	uint64_t size = feed->f->d.layout.tar_size, pos;
	uint8_t buf[FEED_BUFFER];
	size_t part;

	for (pos = 0; pos < size; pos += part) {
		part = size - pos < sizeof(buf) ? size - pos : sizeof(buf);
		feed->err = file_read_at(feed->f->d.fd, feed->f->d.name, buf,
					 part, pos, &feed->e);
		if (feed->err || !write_all(feed->fd, buf, part))
			break;
	}
	close(feed->fd);
	return NULL;
}

static int tee_digest(void *ctx, const void *buf, size_t len, struct error *e)
{
	return sha256_update(ctx, buf, len, e);
}

static int write_sink(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct sink *sink = ctx;
	size_t part = len < sink->room ? len : sink->room;
	int err;

	err = file_write_at(sink->fd, "memory", buf, part, sink->size, e);
	sink->size += len;
	sink->room -= part;
	return err;
}

static void check_digest(struct fsck *f, const uint8_t digest[SHA256_SIZE])
{
	char found[SHA256_HEX_SIZE], said[SHA256_HEX_SIZE];

	if (f->d.format == 1 || !memcmp(digest, f->d.diff_id, SHA256_SIZE))
		return;
	sha256_to_hex(digest, found);
	sha256_to_hex(f->d.diff_id, said);
	problem(f, "this is not the tar that was indexed: its SHA-256 is %s, not %s",
		found, said);
}

static int scan(struct fsck *f, int fd, struct sha256 *sha,
		struct index_tree **tree, struct error *e)
{
	const struct index_format *format =
		f->d.format == 1 ? &index1_format : &index2_format;
	uint8_t digest[SHA256_SIZE];
	struct warnings w = { 0 };
	struct input *in;
	int err;

	err = input_open_plain(&in, fd, f->d.name, tee_digest, sha, e);
	if (err)
		return err;
	err = format->scan(tree, in, &w, e);
	if (err && err != -ENOMEM && !input_failure(in)) {
		error_prefix(e, "mktarfs would refuse this tar");
		err = -EUCLEAN;
	}
	if (!err)
		err = sha256_final(sha, digest, e);
	if (!err)
		check_digest(f, digest);
	warnings_free(&w);
	input_close(in);
	return err;
}

/* what is left when the reader gives up must not stop the thread */
static int scan_image(struct fsck *f, struct index_tree **tree,
		      struct error *e)
{
	struct feed feed = { .f = f };
	struct sha256 *sha;
	int fds[2], err;

	if (pipe(fds))
		return error_errno(e, "cannot make a pipe");
	feed.fd = fds[1];
	err = sha256_new(&sha, e);
	if (err)
		goto close_pipe;
	signal(SIGPIPE, SIG_IGN);
	err = -pthread_create(&feed.thread, NULL, feed_tar, &feed);
	if (err) {
		error_set(e, err, "cannot start a thread");
		goto free_sha;
	}
	err = scan(f, fds[0], sha, tree, e);
	close(fds[0]);
	pthread_join(feed.thread, NULL);
	sha256_free(sha);
	if (feed.err)
		*e = feed.e;
	return feed.err ? feed.err : err;

free_sha:
	sha256_free(sha);
close_pipe:
	close(fds[0]);
	close(fds[1]);
	return err;
}

/* with the digest that the superblock has, which has been judged */
static int emit(struct fsck *f, struct index_tree *tree, struct sink *sink,
		struct error *e)
{
	const struct index_format *format =
		f->d.format == 1 ? &index1_format : &index2_format;
	const struct index_sink out = { .write = write_sink, .ctx = sink };
	uint64_t inodes;

	return format->emit(tree, f->d.layout.tar_size, f->d.diff_id, &out,
			    &inodes, e);
}

int check_against_tar(struct fsck *f, struct error *e)
{
	struct index_tree *tree = NULL;
	struct sink sink = {
		.room = f->d.layout.data_size - f->d.layout.tar_size,
	};
	int err;

	verbose(f, "making the index anew from the tar");
	err = scan_image(f, &tree, e);
	if (!tree)
		return blame_image(f, err, e);
	sink.fd = memfd_create("index", MFD_CLOEXEC);
	if (sink.fd < 0) {
		err = error_errno(e, "no memory for an index");
		goto free_tree;
	}
	if (!err)
		err = emit(f, tree, &sink, e);
	if (!err)
		err = compare_index(f, sink.fd, sink.size, e);
	close(sink.fd);
free_tree:
	if (f->d.format == 1)
		index1_format.free(tree);
	else
		index2_format.free(tree);
	return err;
}
