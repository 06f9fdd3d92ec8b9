/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A tarball as a stream of uncompressed bytes, each read once.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_INPUT_H
#define TARFS_LIB_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

struct input;

/**
 * typedef input_tee - consume every uncompressed byte once, in order
 * @ctx: as given to input_open()
 *
 * Called up to one buffer ahead of the reader; has consumed all bytes when the
 * reader reaches the end.
 *
 * Return: 0 or a negative errno value, which makes reading fail.
 */
typedef int (*input_tee)(void *ctx, const void *buf, size_t len,
			 struct error *e);

/**
 * struct input_part - the range of a file that is a tarball, bytes
 * @size: the file must have all of them
 */
struct input_part {
	uint64_t offset;
	uint64_t size;
};

/**
 * input_open() - begin to read a tarball
 * @fd: a file, pipe or device at its beginning; stays open
 * @name: for messages
 * @tee: called with all bytes, including those skipped; or NULL
 *
 * Detect compression by content: plain if it begins with a valid tar header,
 * whatever else that looks like; gzip (all members), zstd (all frames,
 * including skippable ones), xz and bzip2 (all streams), where their libraries
 * are linked; else plain.  Empty input is plain.
 */
int input_open(struct input **in, int fd, const char *name, input_tee tee,
	       void *ctx, struct error *e);
/* the same for uncompressed bytes, whatever they begin with */
int input_open_plain(struct input **in, int fd, const char *name,
		     input_tee tee, void *ctx, struct error *e);
/* the same for a part of a seekable file */
int input_open_part(struct input **in, int fd, const char *name,
		    const struct input_part *part, input_tee tee, void *ctx,
		    struct error *e);
void input_close(struct input *in);

/**
 * input_read() - read exactly @len bytes unless the input ends
 * Return: the number of bytes read, less than @len at the end only; or a
 * negative errno value (-EIO for a truncated or corrupt compressed stream).
 */
ssize_t input_read(struct input *in, void *buf, size_t len, struct error *e);

/**
 * input_skip() - skip @len bytes
 * Return: the number of bytes skipped, less than @len at the end only; or a
 * negative errno value.
 */
int64_t input_skip(struct input *in, uint64_t len, struct error *e);

/* get the offset in the uncompressed tar: bytes read and skipped so far */
uint64_t input_offset(const struct input *in);

/* get the number of bytes read from the file so far, as stored there */
uint64_t input_taken(const struct input *in);

/**
 * input_failure() - did reading itself fail, rather than parsing what was read?
 * Return: the error, without any prefix added by callers; NULL if not.
 */
const struct error *input_failure(const struct input *in);

/* NULL for plain input, else the name of the compression ("gzip") */
const char *input_compression(const struct input *in);

/* at the end: were non-zero bytes ignored, of which gzip(1) would warn? */
bool input_ignored(const struct input *in);

/*
 * At the end: get the offset in the file at which the compressed data ended, if
 * bytes that follow them, zeros or not, were ignored; else 0.
 */
uint64_t input_ended(const struct input *in);

#endif /* TARFS_LIB_INPUT_H */
