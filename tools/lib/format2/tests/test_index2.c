// SPDX-License-Identifier: GPL-2.0
/*
 * Indexes of format 2: the layout, lookups by hash, link targets, maps, and the
 * same bytes for the same tar.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>

#include "base/siphash.h"
#include "index2_device.h"
#include "tap.h"

static uint64_t name_hash(const struct device *d, uint32_t seed,
			  const char *name)
{
	struct siphash_key key;

	memcpy(&key, d->super->diff_id, sizeof(key));
	key.k0 = le64toh(key.k0) ^ seed;
	key.k1 = le64toh(key.k1);
	return siphash(name, strlen(name), &key);
}

/* the inode number of a name in a chunk, or 0 */
static uint32_t find_in_chunk(const char *block, const char *name, uint8_t tag)
{
	const struct tarfs2_chunk *chunk = (void *)block;
	const struct tarfs2_dirent *entries = (void *)(chunk + 1);
	uint32_t count = le16toh(chunk->count), i;

	for (i = 0; i < count; i++) {
		uint32_t at = le16toh(entries[i].name);
		uint32_t end = i + 1 < count ? le16toh(entries[i + 1].name) :
			       le16toh(chunk->bytes);

		if (entries[i].tag == tag && end - at == strlen(name) &&
		    !memcmp(block + at, name, end - at))
			return le32toh(entries[i].ino);
	}
	return 0;
}

/* look a name up as the driver does, by its bucket if there are buckets */
static uint32_t lookup(const struct device *d, uint32_t dir, const char *name)
{
	const struct tarfs2_inode *di = inode(d, dir);
	uint64_t hash = name_hash(d, le32toh(di->dir.seed), name);
	uint32_t buckets = le32toh(di->dir.buckets), i, ino;
	const struct tarfs2_bucket *bucket;

	if (!di->size)
		return 0;
	if (!buckets)
		return find_in_chunk(d->bytes + le64toh(di->start), name, hash);
	bucket = (void *)(d->bytes + TARFS_BLOCK_SIZE *
			  (uint64_t)le32toh(di->dir.bucket_block));
	bucket += (hash >> 32) * buckets >> 32;
	for (i = 0; i < le16toh(bucket->count); i++) {
		if (le32toh(bucket->slots[i].hash) != (uint32_t)hash)
			continue;
		ino = find_in_chunk(d->bytes + le64toh(di->start) +
				    (uint64_t)TARFS_BLOCK_SIZE *
				    le32toh(bucket->slots[i].chunk),
				    name, hash);
		if (ino)
			return ino;
	}
	return 0;
}

static void test_super(void)
{
	const struct siphash_key zero = { 0, 0 };
	uint8_t digest[SHA256_SIZE];
	struct tarfs2_super copy;
	struct make_tar tar = { };
	struct device d;
	struct error e;

	make_end(&tar);
	make_device(&d, &tar);
	copy = *d.super;
	copy.checksum = 0;
	sha256_buffer(d.bytes, d.tar_size, digest, &e);
	ok(d.len == TARFS_BLOCK_SIZE, "an empty tar makes one block");
	ok(le64toh(copy.magic) == TARFS2_MAGIC &&
	   le32toh(copy.version) == TARFS2_VERSION, "magic and version");
	ok(le64toh(d.super->checksum) == siphash(&copy, sizeof(copy), &zero),
	   "the checksum is of the superblock without it");
	ok(le64toh(copy.tar_size) == 1024 && le64toh(copy.data_size) == d.len,
	   "sizes of tar and device");
	ok(!memcmp(copy.diff_id, digest, sizeof(digest)), "diff_id");
	ok((copy.uuid[6] & 0xf0) == 0x80 && (copy.uuid[8] & 0xc0) == 0x80,
	   "the uuid is of version 8");
	ok(le32toh(copy.inodes) == 1 && d.inodes == 1 &&
	   section(&d, TARFS2_INODES) == 1024 &&
	   !section(&d, TARFS2_DIRS) && !section(&d, TARFS2_BUCKETS),
	   "the root only, behind the tar");
	device_free(&d);
}

static void test_end(void)
{
	struct make_tar tar = { };
	struct device d;

	make_device(&d, &tar);
	ok(section(&d, TARFS2_INODES) == 1024,
	   "an empty input gets an end before the index");
	device_free(&d);

	add_file(&tar, "a");
	make_device(&d, &tar);
	ok(section(&d, TARFS2_INODES) == 512 + 1024,
	   "a tar without an end gets one");
	device_free(&d);

	add_file(&tar, "a");
	make_end(&tar);
	memcpy(make_room(&tar, 5), "\0\0\0\0\0", 5);
	make_device(&d, &tar);
	ok(section(&d, TARFS2_INODES) == 2048,
	   "the index is aligned if the tar is not");
	device_free(&d);

	make_header(&tar, &(struct make_member){
		.type = TAR_REGULAR, .name = "a", .size = 5 });
	memcpy(make_room(&tar, 5), "12345", 5);
	make_device(&d, &tar);
	ok(le64toh(inode(&d, 2)->start) == 512 &&
	   le64toh(d.super->tar_size) == 512 + 5,
	   "data whose padding is cut off end with the tar");
	ok(section(&d, TARFS2_INODES) == 1024 + 1024,
	   "and padding and an end come before the index");
	device_free(&d);
}

/* the superblock is at the end of the device for any length of the index */
static void test_sizes(void)
{
	bool holds = true;
	char name[16];
	int files, i;

	for (files = 0; files < 100; files++) {
		struct make_tar tar = { };
		struct device d;
		uint64_t end = 0;

		for (i = 0; i < files; i++) {
			snprintf(name, sizeof(name), "%04d", i);
			add_file(&tar, name);
		}
		make_end(&tar);
		make_device(&d, &tar);
		for (i = 0; i < TARFS2_SECTIONS; i++) {
			uint64_t stop = section(&d, i) +
				le64toh(d.super->sections[i].length);

			end = stop > end ? stop : end;
		}
		holds &= d.len == (end + 512 + 4095) / 4096 * 4096;
		device_free(&d);
	}
	ok(holds, "the device is as long as it must be, and whole blocks");
}

static void test_large_directory(void)
{
	enum { FILES = 5000 };
	struct make_tar tar = { };
	uint32_t i, found = 0, missed = 0;
	char name[64];
	struct device d;

	for (i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "dir/%u-%0*u", i, (int)(i % 50), i);
		add_file(&tar, name);
	}
	make_end(&tar);
	make_device(&d, &tar);
	for (i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "%u-%0*u", i, (int)(i % 50), i);
		found += lookup(&d, 2, name) == i + 3;
		name[0] = 'x';
		missed += !lookup(&d, 2, name);
	}
	ok(lookup(&d, TARFS_ROOT_INO, "dir") == 2, "a small directory");
	ok(!lookup(&d, TARFS_ROOT_INO, "dis"), "a name it does not have");
	ok(found == FILES, "a large directory: %u of %u names", found, FILES);
	ok(missed == FILES, "and none of %u that it does not have", FILES);
	ok(le32toh(inode(&d, 2)->dir.buckets) == (FILES + 383) / 384,
	   "384 names a bucket");
	ok(le64toh(inode(&d, 2)->start) % TARFS_BLOCK_SIZE == 0 &&
	   le64toh(inode(&d, 2)->size) % TARFS_BLOCK_SIZE == 0,
	   "a large directory is whole blocks");
	device_free(&d);
}

static void test_targets(void)
{
	struct make_tar tar = { };
	char target[TARFS_TARGET_MAX], name[16];
	struct device d;
	bool holds = true, fits = true;
	int i;

	for (i = 0; i < 9; i++) {
		memset(target, 'a' + i, sizeof(target));
		make_extended(&tar, 'K', target,
			      i % 2 ? sizeof(target) : 100 + i);
		snprintf(name, sizeof(name), "%d", i);
		make_header(&tar, &(struct make_member){
			.type = TAR_SYMLINK, .name = name });
	}
	make_end(&tar);
	make_device(&d, &tar);
	for (i = 0; i < 9; i++) {
		uint64_t at = le64toh(inode(&d, i + 2)->start);
		uint64_t len = le64toh(inode(&d, i + 2)->size);

		memset(target, 'a' + i, sizeof(target));
		holds &= len == (i % 2 ? sizeof(target) : 100 + i) &&
			 !memcmp(d.bytes + at, target, len);
		fits &= at % TARFS_BLOCK_SIZE + len <= TARFS_BLOCK_SIZE;
	}
	ok(holds, "link targets of any length");
	ok(fits, "no target straddles a block");
	device_free(&d);
}

static void test_sparse(void)
{
	const struct tarfs2_extent *extents;
	struct make_tar tar = { };
	struct device d;
	char records[200];
	size_t len;

	len = make_record(records, "GNU.sparse.size=9000", 20);
	len += make_record(records + len, "GNU.sparse.numblocks=3", 22);
	len += make_record(records + len, "GNU.sparse.map=10,512,5000,412,9000,0",
			   37);
	make_extended(&tar, 'x', records, len);
	make_header(&tar, &(struct make_member){
		.type = TAR_REGULAR, .name = "a", .size = 924 });
	make_room(&tar, 1024);
	make_end(&tar);
	make_device(&d, &tar);
	extents = (void *)(d.bytes + le64toh(inode(&d, 2)->file.map) +
			   sizeof(struct tarfs2_map));
	ok(le64toh(inode(&d, 2)->size) == 9000 &&
	   le64toh(inode(&d, 2)->file.stored) == 924 &&
	   le64toh(inode(&d, 2)->start) == 1536, "a sparse file");
	ok(le64toh(extents[0].logical) == 10 && !extents[0].stored &&
	   le64toh(extents[1].logical) == 5000 &&
	   le64toh(extents[1].stored) == 512 &&
	   le64toh(extents[2].logical) == 9000 &&
	   le64toh(extents[2].stored) == 924, "its map");
	device_free(&d);
}

/* hash tables in memory have random keys, which must not affect the device */
static void test_same_bytes(void)
{
	struct make_tar tar = { };
	struct device one, two;
	struct error e = { "" };
	char name[16];
	int i;

	for (i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "%d/%d", i % 7, i);
		if (i % 5 == 0)
			make_pax(&tar, 'x', i % 10 ? "SCHILY.xattr.user.a=b" :
				 "SCHILY.xattr.user.c=d");
		add_file(&tar, name);
	}
	make_end(&tar);
	if (build(&one, &tar, SIZE_MAX, &e) || build(&two, &tar, SIZE_MAX, &e))
		abort();
	ok(one.len == two.len && !memcmp(one.bytes, two.bytes, one.len),
	   "the same tar makes the same bytes");
	device_free(&one);
	device_free(&two);
	ok(build(&one, &tar, 200000, &e) == -ENOSPC &&
	   !strcmp(e.text, "the sink is full"), "a full sink ends it");
	device_free(&one);
	make_free(&tar);
}

int main(void)
{
	test_super();
	test_end();
	test_sizes();
	test_large_directory();
	test_targets();
	test_sparse();
	test_same_bytes();
	return tap_done();
}
