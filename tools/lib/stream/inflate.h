/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decode the data of gzip members, one after the other: the interface of the
 * backends, of which the program links one.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_INFLATE_H
#define TARFS_LIB_INFLATE_H

#include <stddef.h>
#include <stdint.h>

struct inflate;

/* allocate a decoder, positioned after a header; NULL if out of memory */
struct inflate *inflate_new(void);
void inflate_free(struct inflate *i);

/* reset the decoder for the next member, positioned after its header */
void inflate_restart(struct inflate *i);

/* update the CRC-32 @crc, initially 0, by @len bytes */
uint32_t inflate_crc(uint32_t crc, const void *buf, size_t len);

/**
 * inflate_some() - decode as much as input and room allow
 * @in_len, @out_len: bytes of input and of room; set to what is left of each
 * @fault: set with -EIO: what is wrong with the data
 *
 * Return: 1 at the end of a member whose checksum and length are right, 0
 * before it, -EIO, or -ENOMEM.
 */
int inflate_some(struct inflate *i, const uint8_t *in, size_t *in_len,
		 uint8_t *out, size_t *out_len, const char **fault);

#endif /* TARFS_LIB_INFLATE_H */
