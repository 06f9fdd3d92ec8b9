/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tar reader of format 1: follows the rules, right or wrong, of the reader
 * whose indexes were published.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * The bytes of an index depend on these rules, so none of them may be fixed.
 * Documentation/filesystems/tarfs.rst lists them.
 */
#ifndef TARFS_LIB_TAR1_H
#define TARFS_LIB_TAR1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "stream/input.h"
#include "stream/tar_header.h"

/* limit for the payload of an L, K or x header; the rules have none */
#define TAR1_PAYLOAD_MAX	(16u * 1024 * 1024)

/**
 * struct tar1_text - bytes, not NUL-terminated, that may contain NULs
 * @data: NULL if the text is absent, which is not the same as empty
 */
struct tar1_text {
	const char *data;
	size_t len;
};

/**
 * struct tar1_member - a member, valid until the next one is read
 * @header_pos: byte offset of its own header, after L, K and x headers
 * @data_pos: byte offset of the end of that header
 * @size: bytes of data; PAX overrides a size of 0 in the header
 * @uid: 0 if it is not a number
 * @gid: 0 if it is not a number
 * @name: from an L header, else PAX, else the header
 * @target: of a link: from a K header, else PAX, else the header
 * @header_target: target in the header
 * @pax: payload of the x header
 */
struct tar1_member {
	const struct tar_header *header;
	uint64_t header_pos;
	uint64_t data_pos;
	uint64_t size;
	uint64_t uid;
	uint64_t gid;
	struct tar1_text name;
	struct tar1_text target;
	struct tar1_text header_target;
	struct tar1_text pax;
};

struct tar1;

/* tar1.c */
int tar1_new(struct tar1 **t, struct input *in, struct error *e);
void tar1_free(struct tar1 *t);

/* let PAX records override uid and gid, as later versions of that reader did */
void tar1_use_pax_ids(struct tar1 *t);

/* valid after tar1_next() returned 0: was the end marked by a zero block? */
bool tar1_saw_end(const struct tar1 *t);

/**
 * tar1_next() - read up to the data of the next member
 * Return: 1, 0 at the end of the archive, or a negative errno value.
 */
int tar1_next(struct tar1 *t, struct tar1_member *m, struct error *e);

/* tar1_field.c */

/* limit the length of a name in an error, to leave room for the reason */
static inline int tar1_shown(struct tar1_text name)
{
	return name.len < 256 ? name.len : 256;
}

bool tar1_is(struct tar1_text text, const char *what);
bool tar1_begins_with(struct tar1_text text, const char *what);

/* get a field of a header up to its first NUL */
struct tar1_text tar1_field(const char *field, size_t size);

/**
 * tar1_octal() - parse octal digits with an optional '+' and white space around
 * Return: whether the field holds a number.
 */
bool tar1_octal(const char *field, size_t size, uint64_t *value);

/* as tar1_octal(), or the low 64 bits of base 256 if the first bit is set */
bool tar1_number(const char *field, size_t size, uint64_t *value);

#define TAR1_FIELD(field) tar1_field(field, sizeof(field))
#define TAR1_OCTAL(field, value) tar1_octal(field, sizeof(field), value)
#define TAR1_NUMBER(field, value) tar1_number(field, sizeof(field), value)

/**
 * tar1_pax_find() - get the value of the first valid record with this key
 * Records end at newlines, not by their length: one whose value contains a
 * newline is invalid, and an empty line ends the search.
 */
struct tar1_text tar1_pax_find(struct tar1_text pax, const char *key);

/* parse the first number with this key; false after any line that is invalid */
bool tar1_pax_number(struct tar1_text pax, const char *key, uint64_t *value);

#endif /* TARFS_LIB_TAR1_H */
