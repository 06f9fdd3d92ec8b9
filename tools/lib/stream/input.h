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
 * typedef input_tee - sees every uncompressed byte once, in order
 * @ctx: what was given to input_open()
 *
 * It runs ahead of the reader by up to a buffer, and has seen all when the
 * reader has come to the end.
 *
 * Return: 0 or a negative errno value, which ends the reading.
 */
typedef int (*input_tee)(void *ctx, const void *buf, size_t len,
			 struct error *e);

/**
 * struct input_part - where in a file a tarball is
 * @size: all of it must be there
 */
struct input_part {
	uint64_t offset;
	uint64_t size;
};

/**
 * input_open() - begin to read a tarball
 * @fd: a file, pipe or device at its beginning; stays open
 * @name: for messages
 * @tee: called with all bytes as they pass, those skipped too; or NULL
 *
 * The content decides: plain if it begins with a valid tar header, whatever that
 * looks like besides; gzip (all members), zstd (all frames, skippable ones
 * included), xz and bzip2 (all streams) where their libraries are there; else
 * plain.  Empty input is plain.
 */
int input_open(struct input **in, int fd, const char *name, input_tee tee,
	       void *ctx, struct error *e);
/* the same for bytes that are not compressed, whatever they begin with */
int input_open_plain(struct input **in, int fd, const char *name,
		     input_tee tee, void *ctx, struct error *e);
/* the same for a part of a file that can be sought in */
int input_open_part(struct input **in, int fd, const char *name,
		    const struct input_part *part, input_tee tee, void *ctx,
		    struct error *e);
void input_close(struct input *in);

/**
 * input_read() - read exactly @len bytes unless the input ends
 * Return: the number of bytes read, less than @len at the end only; or a
 * negative errno value (a truncated or broken compressed stream is -EIO).
 */
ssize_t input_read(struct input *in, void *buf, size_t len, struct error *e);

/**
 * input_skip() - pass over @len bytes
 * Return: the number of bytes passed, less than @len at the end only; or a
 * negative errno value.
 */
int64_t input_skip(struct input *in, uint64_t len, struct error *e);

/* bytes read and skipped so far: the offset in the uncompressed tar */
uint64_t input_offset(const struct input *in);

/* bytes taken from the file so far, compressed as they are there */
uint64_t input_taken(const struct input *in);

/**
 * input_failure() - did reading fail, rather than whoever judges what was read?
 * Return: why, without what others have put in front of it; NULL if not.
 */
const struct error *input_failure(const struct input *in);

/* NULL for plain input, else the name of the compression ("gzip") */
const char *input_compression(const struct input *in);

/* at the end: was something ignored that is not zero, as gzip(1) warns of? */
bool input_ignored(const struct input *in);

/*
 * At the end: where in the file the compressed data ended, if they do not go on to
 * its end and what follows, zeros or not, was ignored; else 0.
 */
uint64_t input_ended(const struct input *in);

#endif /* TARFS_LIB_INPUT_H */
