// SPDX-License-Identifier: GPL-2.0
/*
 * Parse and validate the tables of OVMF firmware with AMD SEV-SNP support.
 *
 * A table ends 32 bytes before the end of the file and is read backwards:
 * each entry is data, a 16-bit length of the whole entry, and a GUID.  The last
 * one is the table's own, and its length is the table's.  See edk2,
 * OvmfPkg/ResetVector/Ia16/ResetVectorVtf0.asm, and QEMU,
 * hw/i386/pc_sysfw_ovmf.c.
 *
 * Files that QEMU and another reader could parse differently are refused.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "measure.h"

#define MAX_SIZE	(16 << 20)
#define BEHIND_TABLE	32
#define GUID_SIZE	16
#define ENTRY_SIZE	(2 + GUID_SIZE)		/* an entry without data */

#define METADATA_HEADER	16
#define METADATA_ENTRY	12
#define METADATA_VERSION 1

/* on-disk byte order: the first three fields are little-endian */
static const uint8_t table_guid[GUID_SIZE] = {
	/* 96b582de-1fb2-45f7-baea-a366c55a082d */
	0xde, 0x82, 0xb5, 0x96, 0xb2, 0x1f, 0xf7, 0x45,
	0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d,
};

enum wanted { RESET_BLOCK, HASH_TABLE, METADATA, WANTED };

static const struct {
	const char *name;
	uint8_t guid[GUID_SIZE];
	size_t size;
} entries[WANTED] = {
	[RESET_BLOCK] = { "the SEV-ES reset block", {
		/* 00f771de-1a7e-4fcb-890e-68c77e2fb44e */
		0xde, 0x71, 0xf7, 0x00, 0x7e, 0x1a, 0xcb, 0x4f,
		0x89, 0x0e, 0x68, 0xc7, 0x7e, 0x2f, 0xb4, 0x4e }, 4 },
	[HASH_TABLE] = { "the SEV hash table block", {
		/* 7255371f-3a3b-4b04-927b-1da6efa8d454 */
		0x1f, 0x37, 0x55, 0x72, 0x3b, 0x3a, 0x04, 0x4b,
		0x92, 0x7b, 0x1d, 0xa6, 0xef, 0xa8, 0xd4, 0x54 }, 8 },
	[METADATA] = { "the SEV metadata block", {
		/* dc886566-984a-4798-a75e-5585a7bf67cc */
		0x66, 0x65, 0x88, 0xdc, 0x4a, 0x98, 0x98, 0x47,
		0xa7, 0x5e, 0x55, 0x85, 0xa7, 0xbf, 0x67, 0xcc }, 4 },
};

static int load(struct firmware *fw, const char *path, struct error *e)
{
	uint64_t size;
	int fd, err;

	fd = file_open_regular(path, &size, e);
	if (fd < 0)
		return fd;
	if (!size || size % SNP_PAGE_SIZE || size > MAX_SIZE) {
		err = error_set(e, -EINVAL,
				"it has %" PRIu64
				" bytes: firmware is whole pages of %d, at most %d bytes",
				size, SNP_PAGE_SIZE, MAX_SIZE);
		goto close;
	}
	fw->size = size;
	fw->data = malloc(size);
	if (!fw->data)
		err = error_set(e, -ENOMEM, "out of memory");
	else
		err = file_read_at(fd, path, fw->data, size, 0, e);
close:
	close(fd);
	return err;
}

/* Record the data of an entry that ends at @end, if it is wanted. */
static int note_entry(const uint8_t *end, size_t len,
		      const uint8_t *found[WANTED], struct error *e)
{
	int i;

	for (i = 0; i < WANTED; i++) {
		if (memcmp(end - GUID_SIZE, entries[i].guid, GUID_SIZE))
			continue;
		if (found[i])
			return error_set(e, -EINVAL, "it has %s twice",
					 entries[i].name);
		if (len != ENTRY_SIZE + entries[i].size)
			return error_set(e, -EINVAL,
					 "%s has %zu bytes, not %zu",
					 entries[i].name, len - ENTRY_SIZE,
					 entries[i].size);
		found[i] = end - len;
	}
	return 0;
}

/* Walk the table; @found: data of the wanted entries, NULL if missing. */
static int walk_table(const struct firmware *fw, const uint8_t *found[WANTED],
		      struct error *e)
{
	const uint8_t *end = fw->data + fw->size - BEHIND_TABLE;
	size_t left, len;
	int err;

	if (memcmp(end - GUID_SIZE, table_guid, GUID_SIZE))
		return error_set(e, -EINVAL,
				 "it has no table of GUIDs at its end: this is not OVMF, or an old one");
	left = get_le(end - ENTRY_SIZE, 2);
	if (left < ENTRY_SIZE || left > fw->size - BEHIND_TABLE)
		return error_set(e, -EINVAL,
				 "its table of GUIDs has an invalid length of %zu bytes",
				 left);
	left -= ENTRY_SIZE;
	end -= ENTRY_SIZE;
	while (left) {
		len = left < ENTRY_SIZE ? 0 : get_le(end - ENTRY_SIZE, 2);
		if (len < ENTRY_SIZE || len > left)
			return error_set(e, -EINVAL,
					 "its table of GUIDs is corrupt %zu bytes before the end",
					 (size_t)(fw->data + fw->size - end));
		err = note_entry(end, len, found, e);
		if (err)
			return err;
		end -= len;
		left -= len;
	}
	return 0;
}

/* Validate a section; those that the firmware ABI defines as pages are single. */
static int check_section(const struct section *s, struct error *e)
{
	bool single = false;

	switch (s->type) {
	case SECTION_SECRETS:
	case SECTION_CPUID:
	case SECTION_KERNEL_HASHES:
		single = true;
		break;
	case SECTION_MEMORY:
	case SECTION_SVSM_CAA:
		break;
	default:
		return error_set(e, -EINVAL,
				 "its metadata has a section of unknown type %u",
				 s->type);
	}
	if (s->base % SNP_PAGE_SIZE || s->size % SNP_PAGE_SIZE || !s->size ||
	    (uint64_t)s->base + s->size > UINT64_C(1) << 32 ||
	    (single && s->size != SNP_PAGE_SIZE))
		return error_set(e, -EINVAL,
				 "its metadata has an invalid section: type %u at 0x%" PRIx32
				 " with 0x%" PRIx32 " bytes",
				 s->type, s->base, s->size);
	return 0;
}

/*
 * Parse the sections; @offset: of the metadata, from the end of the firmware.
 */
static int read_sections(struct firmware *fw, uint32_t offset, struct error *e)
{
	const uint8_t *header;
	struct section *s;
	uint32_t len, count;
	size_t i;
	int err;

	if (offset < METADATA_HEADER || offset > fw->size)
		return error_set(e, -EINVAL,
				 "its metadata has an invalid offset of %" PRIu32
				 " bytes before the end", offset);
	header = fw->data + fw->size - offset;
	len = get_le(header + 4, 4);
	count = get_le(header + 12, 4);
	if (memcmp(header, "ASEV", 4) ||
	    get_le(header + 8, 4) != METADATA_VERSION)
		return error_set(e, -EINVAL,
				 "its metadata does not begin with ASEV and version %d",
				 METADATA_VERSION);
	if (count > FIRMWARE_MAX_SECTIONS || len > offset ||
	    len != METADATA_HEADER + count * METADATA_ENTRY)
		return error_set(e, -EINVAL,
				 "its metadata is invalid: %" PRIu32 " sections in %"
				 PRIu32 " bytes", count, len);
	for (i = 0; i < count; i++) {
		header += i ? METADATA_ENTRY : METADATA_HEADER;
		s = &fw->sections[i];
		s->base = get_le(header, 4);
		s->size = get_le(header + 4, 4);
		s->type = get_le(header + 8, 4);
		err = check_section(s, e);
		if (err)
			return err;
	}
	fw->section_count = count;
	return 0;
}

static int parse(struct firmware *fw, struct error *e)
{
	const uint8_t *found[WANTED] = {};
	int err;

	err = walk_table(fw, found, e);
	if (err)
		return err;
	if (found[RESET_BLOCK])
		fw->ap_reset = get_le(found[RESET_BLOCK], 4);
	if (!fw->ap_reset)
		return error_set(e, -EINVAL,
				 "it does not say where further processors begin: it was built without SEV-ES");
	if (!found[METADATA])
		return error_set(e, -EINVAL,
				 "it has no SEV metadata: it was built without SEV-SNP");
	if (found[HASH_TABLE])
		fw->hashes = get_le(found[HASH_TABLE], 4);
	return read_sections(fw, get_le(found[METADATA], 4), e);
}

int firmware_read(struct firmware *fw, const char *path, struct error *e)
{
	int err;

	memset(fw, 0, sizeof(*fw));
	err = load(fw, path, e);
	if (!err)
		err = parse(fw, e);
	if (err) {
		error_prefix(e, "%s", path);
		firmware_free(fw);
	}
	return err;
}

void firmware_free(struct firmware *fw)
{
	free(fw->data);
	fw->data = NULL;
}
