// SPDX-License-Identifier: GPL-2.0
/*
 * Build the table from which the firmware verifies kernel, initramfs and
 * command line.
 *
 * QEMU builds the same with kernel-hashes=on, in target/i386/sev.c: a GUID and
 * a 16-bit length in front of each SHA-256, and of the whole table, which is
 * padded to 16 bytes.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>

#include "measure.h"

#define GUID_SIZE	16
#define HEADER_SIZE	(GUID_SIZE + 2)
#define ENTRY_SIZE	(HEADER_SIZE + SHA256_SIZE)
#define TABLE_SIZE	(HEADER_SIZE + 3 * ENTRY_SIZE)
#define PADDED_SIZE	((TABLE_SIZE + 15) / 16 * 16)

static const uint8_t table_guid[GUID_SIZE] = {
	/* 9438d606-4f22-4cc9-b479-a793d411fd21 */
	0x06, 0xd6, 0x38, 0x94, 0x22, 0x4f, 0xc9, 0x4c,
	0xb4, 0x79, 0xa7, 0x93, 0xd4, 0x11, 0xfd, 0x21,
};

static const uint8_t cmdline_guid[GUID_SIZE] = {
	/* 97d02dd8-bd20-4c94-aa78-e7714d36ab2a */
	0xd8, 0x2d, 0xd0, 0x97, 0x20, 0xbd, 0x94, 0x4c,
	0xaa, 0x78, 0xe7, 0x71, 0x4d, 0x36, 0xab, 0x2a,
};

static const uint8_t initrd_guid[GUID_SIZE] = {
	/* 44baf731-3a2f-4bd7-9af1-41e29169781d */
	0x31, 0xf7, 0xba, 0x44, 0x2f, 0x3a, 0xd7, 0x4b,
	0x9a, 0xf1, 0x41, 0xe2, 0x91, 0x69, 0x78, 0x1d,
};

static const uint8_t kernel_guid[GUID_SIZE] = {
	/* 4de79437-abd2-427f-b835-d5b172d2045b */
	0x37, 0x94, 0xe7, 0x4d, 0xd2, 0xab, 0x7f, 0x42,
	0xb8, 0x35, 0xd5, 0xb1, 0x72, 0xd2, 0x04, 0x5b,
};

static uint8_t *put_header(uint8_t *to, const uint8_t guid[GUID_SIZE],
			   size_t len)
{
	memcpy(to, guid, GUID_SIZE);
	put_le(to + GUID_SIZE, len, 2);
	return to + HEADER_SIZE;
}

static uint8_t *put_entry(uint8_t *to, const uint8_t guid[GUID_SIZE],
			  const struct digests *d)
{
	to = put_header(to, guid, ENTRY_SIZE);
	memcpy(to, d->sha256, SHA256_SIZE);
	return to + SHA256_SIZE;
}

int hashes_page(const struct kernel_hashes *h, size_t offset,
		uint8_t page[SNP_PAGE_SIZE], struct error *e)
{
	uint8_t *to;

	if (offset > SNP_PAGE_SIZE - PADDED_SIZE)
		return error_set(e, -EINVAL,
				 "the table of kernel hashes does not fit into its page at byte %zu",
				 offset);
	memset(page, 0, SNP_PAGE_SIZE);
	to = put_header(page + offset, table_guid, TABLE_SIZE);
	to = put_entry(to, cmdline_guid, &h->cmdline);
	to = put_entry(to, initrd_guid, &h->initrd);
	put_entry(to, kernel_guid, &h->kernel);
	return 0;
}
