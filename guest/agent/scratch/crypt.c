// SPDX-License-Identifier: GPL-2.0
/*
 * Map a disk of the host so that the host can neither read nor change it
 * unnoticed: dm-crypt on dm-integrity, with a key that exists only in this
 * boot.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * dm-integrity stores a tag for each block; dm-crypt fills it with a random
 * initialization vector and an HMAC.  The tables are those of cryptsetup's
 * "--integrity hmac-sha256"; see dm-integrity.rst and dm-crypt.rst in the
 * kernel's Documentation/admin-guide/device-mapper/.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hex.h"
#include "base/sha256.h"
#include "scratch/crypt.h"
#include "verity/mapping.h"

#define TAGS_NAME	"tarfs-scratch-tags"

#define MAPPER		"/dev/mapper/"
#define SUPER_SIZE	4096	/* dm-integrity's superblock */
#define TAG_SIZE	48	/* HMAC-SHA256: 32, initialization vector: 16 */
#define KEY_SIZE	96	/* AES-256-XTS: 64, HMAC-SHA256: 32 */

/* dm-integrity formats a disk whose superblock is zeros */
static int clear_super(const char *disk, struct error *e)
{
	static const uint8_t zeros[SUPER_SIZE];
	int fd = open(disk, O_WRONLY | O_EXCL | O_CLOEXEC), err;

	if (fd < 0)
		return error_errno(e, "%s: cannot be written", disk);
	err = file_write_at(fd, disk, zeros, sizeof(zeros), CRYPT_RESERVED, e);
	if (!err && fsync(fd))
		err = error_errno(e, "%s: cannot be written", disk);
	close(fd);
	return err;
}

/*
 * Mode D: write directly, without a journal, which would help only after a
 * crash, when the key is lost.  Its area is reserved nevertheless; make it
 * minimal.
 */
static int map_tags(const char *disk, uint64_t sectors, struct error *e)
{
	char table[256];
	const struct mapping m = {
		.name		= TAGS_NAME,
		.device		= disk,
		.type		= "integrity",
		.params		= table,
		.sectors	= sectors,
		.writable	= true,
	};

	snprintf(table, sizeof(table),
		 "%s %d %d D 3 journal_sectors:1 block_size:%d fix_padding",
		 disk, CRYPT_RESERVED / MAPPING_SECTOR, TAG_SIZE, CRYPT_BLOCK);
	return mapping_create(&m, e);
}

/* format the disk by mapping it; read the size that is left from the status */
static int format_tags(const char *disk, uint64_t *sectors, struct error *e)
{
	struct error ignored;
	char status[128];
	int err;

	err = map_tags(disk, CRYPT_BLOCK / MAPPING_SECTOR, e);
	if (err)
		return err;
	err = mapping_status(TAGS_NAME, "integrity", status, sizeof(status), e);
	if (err) {
		mapping_remove(TAGS_NAME, "integrity", &ignored);
		return err;
	}
	err = mapping_remove(TAGS_NAME, "integrity", e);
	if (!err && sscanf(status, "%*u %" SCNu64, sectors) != 1)
		err = error_set(e, -EPROTO,
				"%s: dm-integrity does not tell its size: %s",
				disk, status);
	return err;
}

static int make_key(char hex[2 * KEY_SIZE + 1], struct error *e)
{
	uint8_t key[KEY_SIZE];
	int err = 0;

	if (getrandom(key, sizeof(key), 0) == sizeof(key))
		bytes_to_hex(key, sizeof(key), hex);
	else
		err = error_errno(e, "cannot make a key");
	explicit_bzero(key, sizeof(key));
	return err;
}

static int map_crypt(uint64_t sectors, struct error *e)
{
	char table[2 * KEY_SIZE + 256], key[2 * KEY_SIZE + 1];
	const struct mapping m = {
		.name		= CRYPT_NAME,
		.device		= MAPPER TAGS_NAME,
		.type		= "crypt",
		.params		= table,
		.sectors	= sectors,
		.writable	= true,
		.secret		= true,
	};
	int err;

	err = make_key(key, e);
	if (!err) {
		snprintf(table, sizeof(table),
			 "capi:authenc(hmac(sha256),xts(aes))-random %s 0 " MAPPER TAGS_NAME
			 " 0 2 integrity:%d:aead sector_size:%d",
			 key, TAG_SIZE, CRYPT_BLOCK);
		err = mapping_create(&m, e);
	}
	explicit_bzero(key, sizeof(key));
	explicit_bzero(table, sizeof(table));
	return err;
}

int crypt_open(const char *disk, uint64_t *size, struct error *e)
{
	struct error ignored;
	uint64_t sectors;
	int err;

	err = clear_super(disk, e);
	if (!err)
		err = format_tags(disk, &sectors, e);
	if (!err)
		err = map_tags(disk, sectors, e);
	if (err)
		return err;
	err = map_crypt(sectors, e);
	if (err)
		mapping_remove(TAGS_NAME, "integrity", &ignored);
	else
		*size = sectors * MAPPING_SECTOR;
	return err;
}

int crypt_close(struct error *e)
{
	int err = mapping_remove(CRYPT_NAME, "crypt", e);

	return err ? err : mapping_remove(TAGS_NAME, "integrity", e);
}
