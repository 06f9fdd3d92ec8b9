// SPDX-License-Identifier: GPL-2.0
/*
 * Write the content of a file to standard output, or hash it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/sha256.h"
#include "dump.h"

static const char zeros[65536];

/*
 * struct copy - a copy to standard output
 * @holes: holes can be skipped with lseek()
 * @skipped: the last hole was skipped: extend the output to its length
 */
struct copy {
	bool holes;
	bool skipped;
	struct sha256 *sha;
};

static int put_bytes(const void *buf, size_t len, struct error *e)
{
	if (fwrite(buf, 1, len, stdout) == len)
		return 0;
	return error_errno(e, "standard output: cannot write");
}

static int copy_content(void *ctx, const void *buf, uint64_t len,
			struct error *e)
{
	struct copy *copy = ctx;
	size_t part;
	int err = 0;

	copy->skipped = false;
	if (!buf && copy->holes) {
		copy->skipped = true;
		if (fseeko(stdout, len, SEEK_CUR))
			return error_errno(e, "standard output: cannot seek");
		return 0;
	}
	for (; len && !err; len -= part) {
		part = buf || len < sizeof(zeros) ? len : sizeof(zeros);
		err = put_bytes(buf ? buf : zeros, part, e);
	}
	return err;
}

/* Check for a regular file, positioned at its end and without O_APPEND. */
static bool can_skip(void)
{
	off_t at = lseek(STDOUT_FILENO, 0, SEEK_CUR);
	int flags = fcntl(STDOUT_FILENO, F_GETFL);
	struct stat st;

	return at >= 0 && flags >= 0 && !(flags & O_APPEND) &&
	       !fstat(STDOUT_FILENO, &st) && S_ISREG(st.st_mode) &&
	       st.st_size <= at;
}

int dump_cat(struct device *d, const char *path, struct error *e)
{
	struct copy copy = { .holes = can_skip() };
	struct reader_inode inode;
	int err;

	err = reader_path(d, path, &inode, e);
	if (err)
		return err;
	if (!S_ISREG(inode.mode))
		return error_set(e, -EINVAL, "%s: not a regular file", path);
	err = reader_content(d, &inode, copy_content, &copy, e);
	if (err)
		return err;
	if (fflush(stdout) ||
	    (copy.skipped && ftruncate(STDOUT_FILENO, ftello(stdout))))
		return error_errno(e, "standard output: cannot write");
	return 0;
}

static int digest_content(void *ctx, const void *buf, uint64_t len,
			  struct error *e)
{
	struct copy *copy = ctx;
	size_t part;
	int err = 0;

	for (; len && !err; len -= part) {
		part = buf || len < sizeof(zeros) ? len : sizeof(zeros);
		err = sha256_update(copy->sha, buf ? buf : zeros, part, e);
	}
	return err;
}

int content_digest(struct device *d, const struct reader_inode *inode,
		   char *hex, struct error *e)
{
	uint8_t digest[SHA256_SIZE];
	struct copy copy = { };
	int err;

	err = sha256_new(&copy.sha, e);
	if (err)
		return err;
	err = reader_content(d, inode, digest_content, &copy, e);
	if (!err)
		err = sha256_final(copy.sha, digest, e);
	if (!err)
		sha256_to_hex(digest, hex);
	sha256_free(copy.sha);
	return err;
}
