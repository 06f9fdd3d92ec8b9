/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TAP for unit tests: ok() for each claim, then return tap_done().
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_TESTS_TAP_H
#define TARFS_TESTS_TAP_H

#include <stdarg.h>
#include <stdio.h>

/* the rows of a table */
#define COUNT(rows)	(sizeof(rows) / sizeof((rows)[0]))

static int tap_count, tap_failed;

/* report a claim; return whether it holds */
__attribute__((format(printf, 2, 3)))
static inline int ok(int holds, const char *fmt, ...)
{
	va_list args;

	printf("%sok %d - ", holds ? "" : "not ", ++tap_count);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	if (!holds)
		tap_failed++;
	return holds;
}

__attribute__((format(printf, 1, 2)))
static inline void skip(const char *fmt, ...)
{
	va_list args;

	printf("ok %d # SKIP ", ++tap_count);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

static inline int tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed ? 1 : 0;
}

#endif /* TARFS_TESTS_TAP_H */
