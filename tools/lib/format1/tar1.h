/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading a tar as format 1 demands: by the rules, right or wrong, of the
 * reader whose indexes were published.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * These rules decide which bytes an index has, so none of them may be mended.
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

/* the most that one L, K or x header may carry; ours, the rules have no limit */
#define TAR1_PAYLOAD_MAX	(16u * 1024 * 1024)

/**
 * struct tar1_text - bytes that need not end in a NUL and may contain some
 * @data: NULL if there is no such text; it can be there and be empty
 */
struct tar1_text {
	const char *data;
	size_t len;
};

/**
 * struct tar1_member - a member, good until the next one is read
 * @header_pos: byte offset of its own header, behind L, K and x
 * @data_pos: byte offset of what follows the header
 * @size: bytes of data, after PAX had its say
 * @uid, @gid: 0 if they are no numbers
 * @name: from L, PAX or the header
 * @target: from K, PAX or the header, for links
 * @header_target: the header's alone
 * @pax: all that an x header carried
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

/* let PAX records have a say in uid and gid, as that reader did later on */
void tar1_use_pax_ids(struct tar1 *t);

/* after tar1_next() returned 0: was there a zero block, and not just no more? */
bool tar1_saw_end(const struct tar1 *t);

/**
 * tar1_next() - read up to the data of the next member
 * Return: 1, 0 at the end of the archive, or a negative errno value.
 */
int tar1_next(struct tar1 *t, struct tar1_member *m, struct error *e);

/* tar1_field.c */

/* how much of a name is shown to people, so that the reason is, too */
static inline int tar1_shown(struct tar1_text name)
{
	return name.len < 256 ? name.len : 256;
}

bool tar1_is(struct tar1_text text, const char *what);
bool tar1_begins_with(struct tar1_text text, const char *what);

/* a field of a header up to its first NUL */
struct tar1_text tar1_field(const char *field, size_t size);

/**
 * tar1_octal() - octal digits, perhaps behind a '+', between white space
 * Return: whether the field holds a number.
 */
bool tar1_octal(const char *field, size_t size, uint64_t *value);

/* the same, or base 256 if the first bit is set; the low 64 bits of it */
bool tar1_number(const char *field, size_t size, uint64_t *value);

#define TAR1_FIELD(field) tar1_field(field, sizeof(field))
#define TAR1_OCTAL(field, value) tar1_octal(field, sizeof(field), value)
#define TAR1_NUMBER(field, value) tar1_number(field, sizeof(field), value)

/**
 * tar1_pax_find() - the value of the first valid record with this key
 * Records are lines here: a value with a newline hides what follows in it, and
 * an empty line ends the search.
 */
struct tar1_text tar1_pax_find(struct tar1_text pax, const char *key);

/* the first number with this key, if it and every line before it are valid */
bool tar1_pax_number(struct tar1_text pax, const char *key, uint64_t *value);

#endif /* TARFS_LIB_TAR1_H */
