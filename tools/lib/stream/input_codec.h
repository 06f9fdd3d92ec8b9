/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The interface between the reader of a tarball and its decompressors.
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
 * struct input_raw - bytes as stored in the file
 * @part: the input ends after @left more bytes, not at the end of the file
 * @taken: bytes read from the file
 * @pos: offset in @buf of the first unused byte
 * @end: offset in @buf of the end of the unused bytes
 * @ended: offset in the file at which the compressed stream ended, if bytes
 *	that are not part of it followed; else 0
 * @ignored: not all of these are zero
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
 * input_raw_want() - fill the buffer to at least @len unused bytes
 * Return: the number of unused bytes, less than @len only at the end of the
 * file; or a negative errno value.
 */
ssize_t input_raw_want(struct input_raw *raw, size_t len, struct error *e);

/* get the number of bytes of the file that have been used */
static inline uint64_t input_raw_offset(const struct input_raw *raw)
{
	return raw->taken - (raw->end - raw->pos);
}

/* refuse the bytes at @offset of the file, which do not continue @codec data */
int input_raw_junk(const struct input_raw *raw, const char *codec,
		   uint64_t offset, struct error *e);

/*
 * Read up to @len bytes directly from the file, 0 at its end; for the plain
 * codec.
 */
ssize_t input_raw_read(struct input_raw *raw, void *buf, size_t len,
		       struct error *e);

/**
 * struct input_codec - a compression of tarballs, or none
 * @name: for messages, NULL if there is no compression
 * @is_start: do these bytes begin such a stream?
 * @new: begin decoding; set *@state for @read and @free
 * @read: decode up to @len bytes, at least one except at the end of the stream
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
