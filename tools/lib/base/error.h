/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Errors of the library: a negative errno value and a text for users.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_ERROR_H
#define TARFS_LIB_ERROR_H

/* room for a few names with every byte escaped, and a description */
#define ERROR_TEXT_SIZE	4096

/**
 * struct error - description of a failure, a sentence without a final newline
 * @text: what failed, where and, if known, how to fix it; "" without a failure
 *
 * The library never prints and never exits.  A function that can fail takes a
 * struct error and returns 0, or a negative errno value with @text set.
 */
struct error {
	char text[ERROR_TEXT_SIZE];
};

/**
 * error_set() - describe a failure
 * @e: receives the text
 * @err: a negative errno value
 * @fmt: as for printf(3); a text that is too long is cut and ends in "..."
 *
 * '\' and bytes other than printable ASCII are written as \ooo, so that a name
 * from a tar can neither control a terminal nor look like another name.
 *
 * Return: @err, so that a caller can write "return error_set(...)".
 */
int error_set(struct error *e, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * error_errno() - describe a failed system call
 * As error_set() with -errno, and ": " strerror(errno) added to the text.
 *
 * Return: -errno.
 */
int error_errno(struct error *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * error_prefix() - add context: put "<text>: " in front of the existing text
 */
void error_prefix(struct error *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* TARFS_LIB_ERROR_H */
