/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Superblocks and trailers inside a data device: where a reader would mount
 * something else if the device were shorter.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Readers look for the superblock at the end of the device.  Who decides where
 * that is could choose any block that ends in a superblock or in a trailer.
 */
#ifndef TARFS_LIB_EMBEDDED_H
#define TARFS_LIB_EMBEDDED_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/warnings.h"

struct embedded;

/**
 * embedded_new() - begin to scan a data device
 * @fd: where its bytes can be read again, once they are there
 * @name: of the file, for messages
 */
int embedded_new(struct embedded **em, int fd, const char *name,
		 struct error *e);
void embedded_free(struct embedded *em);

/**
 * embedded_scan() - the next bytes of the data device
 * The superblock of the device itself, in its last block, is left out.
 *
 * Return: 0; 1 if embedded_resolve() is due, or memory would grow; or -ENOMEM.
 */
int embedded_scan(struct embedded *em, const void *buf, size_t len,
		  struct error *e);

/**
 * embedded_resolve() - decide what the bytes of one block do not tell
 * @written: how many bytes of the device @fd has
 */
int embedded_resolve(struct embedded *em, uint64_t written, struct error *e);

/* after the whole device: a warning with count and first offset, if any */
int embedded_warn(const struct embedded *em, struct warnings *w,
		  struct error *e);

#endif /* TARFS_LIB_EMBEDDED_H */
