/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the library reports: a negative errno value, and a text for people.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_ERROR_H
#define TARFS_LIB_ERROR_H

/* room for a few names of which every byte is escaped, and what is wrong */
#define ERROR_TEXT_SIZE	4096

/**
 * struct error - what went wrong, in a sentence without a final newline
 * @text: what, where and, if there is something, what to do; "" if nothing
 *
 * The library never prints and never exits.  A function that can fail takes a
 * struct error and returns 0, or a negative errno value with @text set.
 */
struct error {
	char text[ERROR_TEXT_SIZE];
};

/**
 * error_set() - describe a failure
 * @e: where to
 * @err: a negative errno value
 * @fmt: as for printf(3); what is cut is marked by "..."
 *
 * '\' and bytes other than printable ASCII are written as \ooo, so that a name
 * from a tar can neither steer a terminal nor pretend to be another one.
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
 * error_prefix() - say where: put "<text>: " in front of the text that is there
 */
void error_prefix(struct error *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* TARFS_LIB_ERROR_H */
