/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the reader of a tarball and its decompressors share.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_INPUT_CODEC_H
#define TARFS_LIB_INPUT_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

#define INPUT_RAW_SIZE	(128 * 1024)

/**
 * struct input_raw - bytes as they are in the file
 * @part: it ends @left bytes from here, and not where the file does
 * @taken: bytes read from the file
 * @pos: the first byte in @buf that is not used yet
 * @end: after the last one
 * @ended: where in the file the compressed stream ended, if bytes followed that
 *	are no part of it; else 0
 * @ignored: not all of them are zero
 */
struct input_raw {
	int fd;
	const char *name;
	bool eof;
	bool ignored;
	bool part;
	uint64_t left;
	uint64_t taken;
	uint64_t ended;
	size_t pos;
	size_t end;
	uint8_t buf[INPUT_RAW_SIZE];
};

/**
 * input_raw_want() - have at least @len unused bytes in the buffer
 * Return: how many there are, less than @len only at the end of the file; or a
 * negative errno value.
 */
ssize_t input_raw_want(struct input_raw *raw, size_t len, struct error *e);

/* how many bytes of the file have been used */
static inline uint64_t input_raw_offset(const struct input_raw *raw)
{
	return raw->taken - (raw->end - raw->pos);
}

/* refuse bytes at @offset of the file, where @codec data could go on */
int input_raw_junk(const struct input_raw *raw, const char *codec,
		   uint64_t offset, struct error *e);

/* up to @len bytes straight from the file, 0 at its end; for the plain codec */
ssize_t input_raw_read(struct input_raw *raw, void *buf, size_t len,
		       struct error *e);

/**
 * struct input_codec - a way in which a tarball can be stored
 * @name: for messages, NULL if it is not a compression
 * @is_start: do these bytes begin such a stream?
 * @new: begin; *@state is for the other two
 * @read: decode up to @len bytes, at least one unless the stream is at its end
 */
struct input_codec {
	const char *name;
	bool (*is_start)(const uint8_t *buf, size_t len);
	int (*new)(void **state, const struct input_raw *raw, struct error *e);
	ssize_t (*read)(void *state, struct input_raw *raw, void *buf,
			size_t len, struct error *e);
	void (*free)(void *state);
};

extern const struct input_codec input_gzip;
extern const struct input_codec input_zstd;
extern const struct input_codec input_xz;
extern const struct input_codec input_bzip2;

#endif /* TARFS_LIB_INPUT_CODEC_H */
