// SPDX-License-Identifier: GPL-2.0
/*
 * format: append a hash tree and a trailer to a data device in a file, or
 * leave the file as it was.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "merkle.h"
#include "tarfs_fs.h"
#include "verity-setup.h"

#define CHUNK_SIZE	(1024 * 1024)	/* between two looks at the flag */

static volatile sig_atomic_t interrupted;

static void note_signal(int signal)
{
	interrupted = 1;
}

/* nothing that can be helped may end the program before it has cleaned up */
static void catch_signals(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	struct sigaction action = { .sa_handler = note_signal };
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	signal(SIGXFSZ, SIG_IGN);	/* write(2) says EFBIG then */
}

/*
 * struct formatter - a file on its way to an image
 * @size: of the data, to which the file is cut back if something fails
 * @end: of what is written
 */
struct formatter {
	const char *path;
	int fd;
	uint64_t size;
	uint64_t end;
	struct merkle *merkle;
	uint8_t root[MERKLE_DIGEST_SIZE];
};

static int check_interrupted(const struct formatter *f, struct error *e)
{
	if (!interrupted)
		return 0;
	return error_set(e, -EINTR, "%s: interrupted", f->path);
}

/* the file must be data and nothing else */
static int check_file(struct formatter *f, struct error *e)
{
	struct verity_geometry g;
	struct stat st;
	int err;

	if (fstat(f->fd, &st))
		return error_errno(e, "%s", f->path);
	if (!S_ISREG(st.st_mode))
		return error_set(e, -EINVAL, "%s: not a regular file, it cannot "
				 "grow by a hash tree", f->path);
	f->size = f->end = st.st_size;
	if (!f->size || f->size % TARFS_BLOCK_SIZE)
		return error_set(e, -EINVAL, "%s: %" PRIu64 " bytes are not "
				 "whole blocks of %d; of a tar, mktarfs makes "
				 "an image", f->path, f->size,
				 TARFS_BLOCK_SIZE);
	err = verity_geometry_read(f->fd, f->path, &g, e);
	if (!err)
		return error_set(e, -EEXIST, "%s: has a trailer already; "
				 "'truncate -s %" PRIu64 "' removes it and the "
				 "hash tree", f->path,
				 g.data_blocks * TARFS_BLOCK_SIZE);
	return err == -EINVAL ? 0 : err;
}

static int hash_data(struct formatter *f, uint8_t *buf, struct error *e)
{
	uint64_t pos, len;
	int err;

	for (pos = 0; pos < f->size; pos += len) {
		len = f->size - pos;
		if (len > CHUNK_SIZE)
			len = CHUNK_SIZE;
		err = check_interrupted(f, e);
		if (!err)
			err = file_read_at(f->fd, f->path, buf, len, pos, e);
		if (!err)
			err = merkle_update(f->merkle, buf, len, e);
		if (err)
			return err;
	}
	return merkle_final(f->merkle, f->root, e);
}

static int append(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct formatter *f = ctx;
	const uint8_t *pos = buf;
	size_t n;
	int err;

	for (; len; len -= n, pos += n) {
		n = len < CHUNK_SIZE ? len : CHUNK_SIZE;
		err = check_interrupted(f, e);
		if (!err)
			err = file_write_at(f->fd, f->path, pos, n, f->end, e);
		if (err)
			return err;
		f->end += n;
	}
	return 0;
}

static int append_trailer(struct formatter *f, struct error *e)
{
	uint8_t block[TARFS_BLOCK_SIZE] = {};

	verity_trailer_fill(block + sizeof(block) - TARFS_SUPER_SIZE,
			    f->size / TARFS_BLOCK_SIZE);
	return append(f, block, sizeof(block), e);
}

static int append_all(struct formatter *f, struct error *e)
{
	int err;

	err = merkle_write(f->merkle, append, f, e);
	if (!err)
		err = append_trailer(f, e);
	if (!err && fsync(f->fd))
		err = error_errno(e, "%s: cannot write", f->path);
	if (err && ftruncate(f->fd, f->size))
		error_prefix(e, "cannot be cut back to %" PRIu64 " bytes, do "
			     "that by hand", f->size);
	return err;
}

static int format_file(struct formatter *f, struct error *e)
{
	uint8_t *buf;
	int err;

	err = check_file(f, e);
	if (err)
		return err;
	buf = malloc(CHUNK_SIZE);
	if (!buf)
		return error_set(e, -ENOMEM, "%s: out of memory", f->path);
	err = merkle_new(&f->merkle, e);
	if (err)
		goto free_buf;
	err = hash_data(f, buf, e);
	if (!err)
		err = append_all(f, e);
	merkle_free(f->merkle);
free_buf:
	free(buf);
	return err;
}

int cmd_format(char **args, const uint8_t *root, struct error *e)
{
	struct formatter f = { .path = args[0] };
	struct verity_geometry g;
	int err;

	catch_signals();
	f.fd = open(f.path, O_RDWR | O_CLOEXEC);
	if (f.fd < 0)
		return error_errno(e, "%s: cannot open", f.path);
	err = format_file(&f, e);
	if (!err)
		err = verity_geometry_read(f.fd, f.path, &g, e);
	close(f.fd);
	if (!err)
		image_print(f.path, &g, f.root, "");
	return err;
}
