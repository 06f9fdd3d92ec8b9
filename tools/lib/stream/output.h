/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Atomic output: a file is written as a whole or not at all.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_OUTPUT_H
#define TARFS_LIB_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct output;

/**
 * output_create() - begin a file that will become or replace @path
 *
 * It has a temporary name in the same directory until it is published, and mode
 * 0644 less the umask.
 */
int output_create(struct output **out, const char *path, struct error *e);

/**
 * output_append() - begin to append to a file
 * @fd: writable, locked against other programs; remains owned by the caller
 * @size: of the file, to which it is truncated unless the output is published
 */
int output_append(struct output **out, int fd, const char *path, uint64_t size,
		  struct error *e);

/* begin an output that discards what is written */
int output_discard(struct output **out, const char *name, struct error *e);

/* append bytes; call it from one thread at a time */
int output_write(struct output *out, const void *buf, size_t len,
		 struct error *e);

/**
 * output_clone() - let a new file share all extents of @fd, without copying
 * @size: set to the size of @fd, where output_write() continues
 *
 * Return: 1, 0 if the file system does not support it, or a negative errno
 * value.
 */
int output_clone(struct output *out, int fd, uint64_t *size, struct error *e);

/* truncate the new file, and begin again */
int output_restart(struct output *out, struct error *e);

/* borrow the descriptor, for callers that cannot use output_write() */
int output_fd(const struct output *out);

/* flush everything written to the disk */
int output_sync(struct output *out, struct error *e);

/* publish the output atomically; call it after output_sync() */
int output_publish(struct output *out, struct error *e);

/* free an output; roll it back unless it is published */
void output_free(struct output *out);

/**
 * output_catch_signals() - let SIGHUP, SIGINT and SIGTERM roll back all outputs
 *
 * They still end the program; those that are ignored remain so.  SIGPIPE and
 * SIGXFSZ are ignored from now on, so such writes return an error.  One thread
 * receives the three signals, all others must block them.
 */
void output_catch_signals(void);

#endif /* TARFS_LIB_OUTPUT_H */
