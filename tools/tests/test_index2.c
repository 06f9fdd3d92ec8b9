// SPDX-License-Identifier: GPL-2.0
/*
 * Indexes of format 2: places, names found by their hash, shared attributes.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <sys/stat.h>
#include <tarfs_fs.h>

#include "index.h"
#include "make_tar.h"
#include "sha256.h"
#include "siphash.h"
#include "tap.h"

/**
 * struct device - a data device in memory
 * @warnings: of the tar
 * @full: bytes of index that the sink takes before it fails
 */
struct device {
	char *bytes;
	size_t len;
	size_t tar_size;
	size_t full;
	uint64_t inodes;
	struct warnings warnings;
	const struct tarfs2_super *super;
};

static int take(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct device *d = ctx;

	if (len > d->full)
		return error_set(e, -ENOSPC, "the sink is full");
	d->full -= len;
	d->bytes = realloc(d->bytes, d->len + len);
	if (!d->bytes)
		abort();
	memcpy(d->bytes + d->len, buf, len);
	d->len += len;
	return 0;
}

static int build(struct device *d, const struct make_tar *tar, size_t full,
		 struct error *e)
{
	struct index_sink sink = { .write = take, .ctx = d };
	uint8_t diff_id[SHA256_SIZE];
	struct index_tree *tree;
	struct make_input mi;
	int err;

	memset(d, 0, sizeof(*d));
	d->full = SIZE_MAX;
	take(d, tar->bytes ? tar->bytes : "", tar->len, e);
	d->tar_size = tar->len;
	d->full = full;
	if (sha256_buffer(d->bytes, tar->len, diff_id, e) ||
	    make_input_open(&mi, tar, e) ||
	    index2_format.scan(&tree, mi.in, &d->warnings, e))
		abort();
	make_input_close(&mi);
	err = index2_format.emit(tree, tar->len, diff_id, &sink, &d->inodes, e);
	index2_format.free(tree);
	if (!err)
		d->super = (void *)(d->bytes + d->len - TARFS_SUPER_SIZE);
	return err;
}

/* the device of a tar, which is freed */
static void make_device(struct device *d, struct make_tar *tar)
{
	struct error e = { "" };

	if (build(d, tar, SIZE_MAX, &e)) {
		printf("# %s\n", e.text);
		abort();
	}
	make_free(tar);
}

static void device_free(struct device *d)
{
	warnings_free(&d->warnings);
	free(d->bytes);
}

static uint64_t section(const struct device *d, int id)
{
	return le64toh(d->super->sections[id].offset);
}

static const struct tarfs2_inode *inode(const struct device *d, uint32_t ino)
{
	return (void *)(d->bytes + section(d, TARFS2_INODES) +
			(ino - 1) * sizeof(struct tarfs2_inode));
}

static uint64_t name_hash(const struct device *d, uint32_t seed,
			  const char *name)
{
	struct siphash_key key;

	memcpy(&key, d->super->diff_id, sizeof(key));
	key.k0 = le64toh(key.k0) ^ seed;
	key.k1 = le64toh(key.k1);
	return siphash(name, strlen(name), &key);
}

/* the inode number in one chunk, or 0 */
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

/* as a driver does it: by bucket and chunk, or in the only chunk */
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

static void add_file(struct make_tar *tar, const char *name)
{
	make_header(tar, &(struct make_member){
		.type = TAR_REGULAR, .name = name });
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

/* whatever the length, the superblock has its place */
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

/* an attribute's value in the inode's set, or NULL */
static const char *get_xattr(const struct device *d, uint32_t ino,
			     uint8_t prefix, const char *name, size_t *len)
{
	uint64_t at = section(d, TARFS2_XATTRS) +
		      8ULL * (le32toh(inode(d, ino)->xattrs) - 1);
	const struct tarfs2_xattrs *set = (void *)(d->bytes + at);
	uint32_t i, size;

	at += sizeof(*set);
	for (i = 0; i < le32toh(set->count); i++) {
		const struct tarfs2_xattr *x = (void *)(d->bytes + at);

		if (!x->prefix) {	/* the gap at the end of a block */
			at = (at | (TARFS_BLOCK_SIZE - 1)) + 1;
			x = (void *)(d->bytes + at);
		}
		size = (sizeof(*x) + x->name_len + 7) & ~7U;
		if (at % TARFS_BLOCK_SIZE + size > TARFS_BLOCK_SIZE)
			return NULL;
		if (x->prefix == prefix && x->name_len == strlen(name) &&
		    !memcmp(x + 1, name, x->name_len)) {
			*len = le32toh(x->value_len);
			return d->bytes + le64toh(x->value);
		}
		at += size;
	}
	return NULL;
}

static void test_xattrs(void)
{
	struct make_tar tar = { };
	struct device d;
	const char *value;
	size_t len = 0;

	make_pax(&tar, 'x', "SCHILY.xattr.user.a=same");
	add_file(&tar, "a");
	add_file(&tar, "b");
	make_pax(&tar, 'x', "SCHILY.xattr.user.a=same");
	add_file(&tar, "c");
	make_pax(&tar, 'x', "SCHILY.xattr.trusted.a=other");
	add_file(&tar, "d");
	make_pax(&tar, 'x', "SCHILY.xattr.trusted.overlay.redirect=/etc");
	add_file(&tar, "e");
	make_pax(&tar, 'x', "SCHILY.xattr.com.apple.quarantine=1");
	add_file(&tar, "f");
	make_end(&tar);
	make_device(&d, &tar);
	value = get_xattr(&d, 2, TARFS2_XATTR_USER, "a", &len);
	ok(value && len == 4 && !memcmp(value, "same", 4), "an attribute");
	ok(inode(&d, 2)->xattrs == inode(&d, 4)->xattrs,
	   "two files with the same attributes share a set");
	ok(!inode(&d, 3)->xattrs, "a file without attributes has none");
	value = get_xattr(&d, 5, TARFS2_XATTR_TRUSTED, "a", &len);
	ok(value && len == 5 && !memcmp(value, "other", 5),
	   "another file has another set");
	ok(!inode(&d, 6)->xattrs, "a layer cannot steer overlayfs");
	ok(d.warnings.count == 2 &&
	   !strcmp(d.warnings.list[0].kind->name, "dropped-overlay-xattr") &&
	   !strcmp(d.warnings.list[1].kind->name, "dropped-xattr"),
	   "what is dropped is told");
	device_free(&d);
}

/* Linux has user attributes on files and directories only */
static void test_misplaced_xattrs(void)
{
	static const char types[] = {
		TAR_REGULAR, TAR_DIRECTORY, TAR_SYMLINK, TAR_CHAR, TAR_BLOCK,
		TAR_FIFO,
	};
	struct make_tar tar = { };
	size_t i, len, good = 0;
	struct device d;
	char name[2] = "a";

	for (i = 0; i < sizeof(types); i++) {
		make_extended(&tar, 'x', "27 SCHILY.xattr.user.a=own\n"
			      "30 SCHILY.xattr.trusted.a=own\n", 27 + 30);
		name[0] = 'a' + i;
		make_header(&tar, &(struct make_member){
			.type = types[i], .name = name, .major = 1,
			.target = types[i] == TAR_SYMLINK ? "a" : NULL });
	}
	make_end(&tar);
	make_device(&d, &tar);
	for (i = 0; i < sizeof(types); i++)
		good += !!get_xattr(&d, i + 2, TARFS2_XATTR_USER, "a", &len) ==
			(i < 2);
	ok(good == sizeof(types),
	   "only files and directories keep user attributes");
	for (good = 0, i = 0; i < sizeof(types); i++)
		good += !!get_xattr(&d, i + 2, TARFS2_XATTR_TRUSTED, "a", &len);
	ok(good == sizeof(types), "trusted attributes are for all");
	ok(d.warnings.count == 1 && d.warnings.list[0].count == 4 &&
	   !strcmp(d.warnings.list[0].kind->name, "dropped-misplaced-xattr"),
	   "what is dropped there is told");
	device_free(&d);
}

/* version 2; owner rwx, user 5 r-x, group r-x, mask r-x, others none */
#define ACL_ENTRY(tag, perm, id)	tag "\0" perm "\0" id
#define ACL_NO_ID			"\xff\xff\xff\xff"
static const char binary_acl[] = "\2\0\0\0"
	ACL_ENTRY("\x01", "\7", ACL_NO_ID)
	ACL_ENTRY("\x02", "\5", "\5\0\0\0")
	ACL_ENTRY("\x04", "\5", ACL_NO_ID)
	ACL_ENTRY("\x10", "\5", ACL_NO_ID)
	ACL_ENTRY("\x20", "\0", ACL_NO_ID);

static void add_acl(struct make_tar *tar, const char *kind)
{
	char text[128], record[160];
	size_t len;

	len = snprintf(text, sizeof(text), "SCHILY.xattr.system.posix_acl_%s=",
		       kind);
	memcpy(text + len, binary_acl, sizeof(binary_acl) - 1);
	len += sizeof(binary_acl) - 1;
	make_extended(tar, 'x', record, make_record(record, text, len));
}

static void test_acls(void)
{
	struct make_tar tar = { };
	struct device d;
	const char *value;
	size_t len = 0;

	add_acl(&tar, "access");
	add_file(&tar, "a");
	add_acl(&tar, "default");
	make_header(&tar, &(struct make_member){
		.type = TAR_DIRECTORY, .name = "b", .mode = 0700 });
	make_pax(&tar, 'x', "SCHILY.acl.access=u::rwx,u:lisa:r,g::r,m::rw,o::-");
	make_header(&tar, &(struct make_member){
		.type = TAR_REGULAR, .name = "c", .mode = 04664 });
	make_end(&tar);
	make_device(&d, &tar);
	value = get_xattr(&d, 2, TARFS2_XATTR_ACL_ACCESS, "", &len);
	ok(value && len == sizeof(binary_acl) - 1 &&
	   !memcmp(value, binary_acl, len), "a binary access ACL");
	ok(inode(&d, 2)->flags == htole16(TARFS2_INODE_ACL) &&
	   inode(&d, 2)->mode == htole16(S_IFREG | 0750),
	   "its flag and permissions");
	value = get_xattr(&d, 3, TARFS2_XATTR_ACL_DEFAULT, "", &len);
	ok(value && len == sizeof(binary_acl) - 1 &&
	   !memcmp(value, binary_acl, len), "a binary default ACL");
	ok(inode(&d, 3)->flags == htole16(TARFS2_INODE_DEFAULT) &&
	   inode(&d, 3)->mode == htole16(S_IFDIR | 0700),
	   "its flag; the permissions are the header's");
	ok(!inode(&d, 4)->xattrs && !inode(&d, 4)->flags &&
	   inode(&d, 4)->mode == htole16(S_IFREG | 04640) &&
	   d.warnings.count == 1 &&
	   !strcmp(d.warnings.list[0].kind->name, "dropped-acl"),
	   "an ACL of a name is dropped, nobody gains permissions by that");
	device_free(&d);
}

/* a section ends where its last value does, padding is between values */
static void test_xattrs_length(void)
{
	struct make_tar tar = { };
	struct device d;
	uint64_t end;

	make_pax(&tar, 'x', "SCHILY.xattr.user.a=12345");
	add_file(&tar, "a");
	make_pax(&tar, 'x', "SCHILY.xattr.user.a=123");
	add_file(&tar, "b");
	make_end(&tar);
	make_device(&d, &tar);
	ok(inode(&d, 3)->xattrs == htole32(1 + (8 + 24 + 8) / 8),
	   "a set is aligned to 8");
	ok(d.super->sections[TARFS2_XATTRS].length ==
	   htole64(2 * (8 + 24) + 8 + 3),
	   "no padding behind the last value counts");
	device_free(&d);

	make_extended(&tar, 'x', "29 SCHILY.xattr.user.a=12345\n"
		      "24 SCHILY.xattr.user.b=\n", 29 + 24);
	add_file(&tar, "a");
	make_end(&tar);
	make_device(&d, &tar);
	end = section(&d, TARFS2_XATTRS) +
	      le64toh(d.super->sections[TARFS2_XATTRS].length);
	ok(end == section(&d, TARFS2_XATTRS) + 8 + 2 * 24 + 8,
	   "an empty value is in the section too");
	device_free(&d);
}

/* more records than a block holds: some begin at the next block */
static void test_many_xattrs(void)
{
	enum { COUNT = 300 };
	char records[COUNT * 80], text[80];
	struct make_tar tar = { };
	size_t i, len = 0, good = 0, value_len = 0;
	struct device d;

	for (i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "SCHILY.xattr.user.%0*zu=%zu",
			 (int)(3 + i % 40), i, i * i);
		len += make_record(records + len, text, strlen(text));
	}
	make_extended(&tar, 'x', records, len);
	add_file(&tar, "a");
	make_end(&tar);
	make_device(&d, &tar);
	for (i = 0; i < COUNT; i++) {
		const char *value;

		snprintf(text, sizeof(text), "%0*zu", (int)(3 + i % 40), i);
		value = get_xattr(&d, 2, TARFS2_XATTR_USER, text, &value_len);
		snprintf(text, sizeof(text), "%zu", i * i);
		good += value && value_len == strlen(text) &&
			!memcmp(value, text, value_len);
	}
	ok(good == COUNT, "%zu of %u attributes of one file", good, COUNT);
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
	len += make_record(records + len, "GNU.sparse.map=10,100,5000,412",
			   30);
	make_extended(&tar, 'x', records, len);
	make_header(&tar, &(struct make_member){
		.type = TAR_REGULAR, .name = "a", .size = 512 });
	make_room(&tar, 512);
	make_end(&tar);
	make_device(&d, &tar);
	extents = (void *)(d.bytes + le64toh(inode(&d, 2)->file.map) +
			   sizeof(struct tarfs2_map));
	ok(le64toh(inode(&d, 2)->size) == 9000 &&
	   le64toh(inode(&d, 2)->file.stored) == 512 &&
	   le64toh(inode(&d, 2)->start) == 1536, "a sparse file");
	ok(le64toh(extents[0].logical) == 10 && !extents[0].stored &&
	   le64toh(extents[1].logical) == 5000 &&
	   le64toh(extents[1].stored) == 100 &&
	   le64toh(extents[2].logical) == 9000 &&
	   le64toh(extents[2].stored) == 512, "its map");
	device_free(&d);
}

/* the tables in memory have random keys, the device must not show it */
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
	test_xattrs();
	test_misplaced_xattrs();
	test_acls();
	test_xattrs_length();
	test_many_xattrs();
	test_sparse();
	test_same_bytes();
	return tap_done();
}
