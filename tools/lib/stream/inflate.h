/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The data of one gzip member after the other, by whichever library is linked.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_INFLATE_H
#define TARFS_LIB_INFLATE_H

#include <stddef.h>
#include <stdint.h>

struct inflate;

/* a decoder behind the header of a member; NULL if there is no memory */
struct inflate *inflate_new(void);
void inflate_free(struct inflate *i);

/* begin with the next member, behind its header */
void inflate_restart(struct inflate *i);

/* the CRC-32 of what had @crc, 0 in the beginning, and of @len more bytes */
uint32_t inflate_crc(uint32_t crc, const void *buf, size_t len);

/**
 * inflate_some() - decode as much as there are bytes and room for
 * @in_len, @out_len: bytes and room there are; set to what is left of them
 * @fault: set if it fails: what is wrong with the data
 *
 * Return: 1 when the member has ended and its checksum and length are right, 0 if
 * it goes on, -EIO, or -ENOMEM without a fault.
 */
int inflate_some(struct inflate *i, const uint8_t *in, size_t *in_len,
		 uint8_t *out, size_t *out_len, const char **fault);

#endif /* TARFS_LIB_INFLATE_H */
