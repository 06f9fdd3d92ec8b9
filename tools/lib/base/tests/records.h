/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of edits to a valid on-disk record, each with the fault that results,
 * for tests of tarfs_check.h.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_TESTS_RECORDS_H
#define TARFS_TESTS_RECORDS_H

#include <string.h>

#include "base/tarfs_host.h"
#include "tap.h"

#define EDITS_MAX	5

/* replace @width bytes of a record, little-endian */
struct edit {
	size_t offset;
	size_t width;
	uint64_t value;
};

/* @fault: the expected one, or NULL */
struct row {
	const char *claim;
	const char *fault;
	struct edit edits[EDITS_MAX];
};

#define AT(type, member, v) \
	{ offsetof(struct type, member), sizeof(((struct type *)0)->member), v }
#define BYTE(i, v)	{ i, 1, v }

static inline void edit(void *record, const struct edit *e)
{
	uint64_t value = htole64(e->value);

	memcpy((char *)record + e->offset, &value, e->width);
}

static inline int same_fault(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* check each row: @valid, up to 4096 bytes, with the row's edits */
static inline void check_rows(const char *what, const struct row *rows,
			      size_t count, const void *valid, size_t size,
			      const char *(*check)(const void *record))
{
	_Alignas(8) char record[4096];
	const char *fault;
	size_t i, j;

	for (i = 0; i < count; i++) {
		memcpy(record, valid, size);
		for (j = 0; j < EDITS_MAX && rows[i].edits[j].width; j++)
			edit(record, &rows[i].edits[j]);
		fault = check(record);
		ok(same_fault(fault, rows[i].fault), "%s: %s: %s", what,
		   rows[i].claim, fault ? fault : "valid");
	}
}

#define CHECK(what, rows, valid, check) \
	check_rows(what, rows, COUNT(rows), valid, sizeof(*(valid)), check)

#endif /* TARFS_TESTS_RECORDS_H */
