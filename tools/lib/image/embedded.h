/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Find superblocks and trailers inside a data device, which readers would use
 * if the device were truncated after them.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Readers look for the superblock at the end of the device.  An attacker who
 * controls its size could pick any block that ends in a superblock or trailer.
 */
#ifndef TARFS_LIB_EMBEDDED_H
#define TARFS_LIB_EMBEDDED_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/warnings.h"

struct embedded;

/**
 * embedded_new() - start to scan a data device
 * @fd: descriptor to read bytes back by, once they are written
 * @name: name of the file, for messages
 */
int embedded_new(struct embedded **em, int fd, const char *name,
		 struct error *e);
void embedded_free(struct embedded *em);

/**
 * embedded_scan() - scan the next bytes of the data device
 * The superblock of the device itself, in its last block, is ignored.
 *
 * Return: 0; 1 if embedded_resolve() is due, to limit memory; or -ENOMEM.
 */
int embedded_scan(struct embedded *em, const void *buf, size_t len,
		  struct error *e);

/**
 * embedded_resolve() - decide on candidates that depend on other blocks
 * @written: number of bytes of the device that @fd has
 */
int embedded_resolve(struct embedded *em, uint64_t written, struct error *e);

/* after the whole device: warn with count and first offset, if any are found */
int embedded_warn(const struct embedded *em, struct warnings *w,
		  struct error *e);

#endif /* TARFS_LIB_EMBEDDED_H */
