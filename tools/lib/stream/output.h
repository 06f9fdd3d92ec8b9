/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file that is changed wholly or not at all.
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
 * output_create() - begin a file that is to be, or to replace, @path
 *
 * It is written under a temporary name in the same directory, with mode 0644
 * less the umask.
 */
int output_create(struct output **out, const char *path, struct error *e);

/**
 * output_append() - begin to write behind the end of a file
 * @fd: writable, locked against other programs; stays open
 * @size: of the file, to which it is cut back unless the output is published
 */
int output_append(struct output **out, int fd, const char *path, uint64_t size,
		  struct error *e);

/* begin an output that goes nowhere */
int output_discard(struct output **out, const char *name, struct error *e);

/* the next bytes, by one thread at a time */
int output_write(struct output *out, const void *buf, size_t len,
		 struct error *e);

/**
 * output_clone() - let a new file share all bytes of @fd, nothing copied
 * @size: set to how many there are; output_write() goes on behind them
 *
 * Return: 1, 0 if the file system cannot do that, or a negative errno value.
 */
int output_clone(struct output *out, int fd, uint64_t *size, struct error *e);

/* begin anew with an empty file */
int output_restart(struct output *out, struct error *e);

/* for who cannot write by output_write(): the file, which stays the output's */
int output_fd(const struct output *out);

/* have all that was written on the disk */
int output_sync(struct output *out, struct error *e);

/* make it the file, in one step; after output_sync() */
int output_publish(struct output *out, struct error *e);

/* undo what is not published */
void output_free(struct output *out);

/**
 * output_catch_signals() - let SIGHUP, SIGINT and SIGTERM undo all outputs
 *
 * They still end the program, and those that were ignored stay so.  SIGPIPE
 * and SIGXFSZ are ignored from here on: such writes return an error.  One thread
 * takes the three signals, all others must block them.
 */
void output_catch_signals(void);

#endif /* TARFS_LIB_OUTPUT_H */
