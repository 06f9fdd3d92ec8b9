// SPDX-License-Identifier: GPL-2.0
/*
 * The predicates of trailers and superblocks, with each bound from both sides.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "records.h"

#define DATA_SIZE	0x10000ULL
#define TAR_SIZE	0x4000ULL
#define END		(DATA_SIZE - TARFS_SUPER_SIZE)

/* ---- a trailer ---- */

static const char *check_trailer_of(const void *block, uint64_t dev_size)
{
	uint64_t data_size = 0;

	if (!tarfs_is_trailer(block, dev_size, &data_size))
		return data_size ? "no trailer, but a size" : "no trailer";
	return data_size == 16 * 4096 ? NULL : "another size";
}

/* a device of 17 blocks: 16 of data and one more */
static const char *check_trailer(const void *block)
{
	return check_trailer_of(block, 17 * 4096);
}

static const char *check_short(const void *block)
{
	return check_trailer_of(block, 17 * 4096 - 1);
}

static const struct row trailers[] = {
	{ "as it is", NULL, { } },
	{ "data blocks of 4097", "no trailer",
	  { AT(tarfs_trailer, data_block_size, 4097) } },
	{ "data blocks of 512", "no trailer",
	  { AT(tarfs_trailer, data_block_size, 512) } },
	{ "hash blocks of 512", "no trailer",
	  { AT(tarfs_trailer, hash_block_size, 512) } },
	{ "no data", "no trailer", { AT(tarfs_trailer, data_blocks, 0) } },
	{ "all blocks", "no trailer", { AT(tarfs_trailer, data_blocks, 17) } },
	{ "2^64 - 1 blocks", "no trailer",
	  { AT(tarfs_trailer, data_blocks, -1ULL) } },
	{ "fewer blocks", "another size",
	  { AT(tarfs_trailer, data_blocks, 15) } },
	{ "the first byte behind it", "no trailer", { BYTE(16, 1) } },
	{ "the last byte", "no trailer", { BYTE(511, 0x80) } },
	{ "a byte of the next block", NULL, { BYTE(512, 1) } },
};

static void test_trailers(void)
{
	_Alignas(8) char block[520] = { };
	struct tarfs_trailer t = {
		.data_block_size = htole32(4096),
		.hash_block_size = htole32(4096),
		.data_blocks = htole64(16),
	};

	memcpy(block, &t, sizeof(t));
	CHECK("trailer", trailers, &block, check_trailer);
	ok(same_fault(check_short(block), "no trailer"),
	   "trailer: its own block must be whole");
}

/* ---- format 1 ---- */

/* a superblock and the bytes behind its fields, up to one of the next block */
struct super1_block {
	struct tarfs1_super s;
	char rest[TARFS_SUPER_SIZE];
};

static const char *check_super1(const void *block)
{
	struct tarfs_layout l = { .data_size = 1, .section[0].end = 1 };
	const char *fault = tarfs1_read_super(block, DATA_SIZE, &l);

	if (fault)
		return fault;
	if (l.data_size != DATA_SIZE || l.section[0].end ||
	    l.tar_size != le64toh(((struct tarfs1_super *)block)->inode_table) ||
	    l.inodes != le64toh(((struct tarfs1_super *)block)->inodes))
		return "another layout";
	return NULL;
}

/* U32_MAX inodes need a device of 128 GiB */
static const char *check_large1(const void *block)
{
	struct tarfs_layout l;

	return tarfs1_read_super(block, 1ULL << 40, &l);
}

static const struct row supers1[] = {
	{ "as it is", NULL, { } },
	{ "the first byte behind it", "no superblock of either format",
	  { BYTE(16, 1) } },
	{ "the last byte", "no superblock of either format",
	  { BYTE(511, 1) } },
	{ "a byte of the next block", NULL, { BYTE(512, 1) } },
	{ "table at the end",
	  "inode table starts beyond the end of the device",
	  { AT(tarfs1_super, inode_table, DATA_SIZE) } },
	{ "table far behind the end",
	  "inode table starts beyond the end of the device",
	  { AT(tarfs1_super, inode_table, -1ULL) } },
	{ "no inodes", "no inodes", { AT(tarfs1_super, inodes, 0) } },
	{ "inodes up to the end", NULL,
	  { AT(tarfs1_super, inodes, (DATA_SIZE - TAR_SIZE) / 32) } },
	{ "one more inode", "inode table ends beyond the end of the device",
	  { AT(tarfs1_super, inodes, (DATA_SIZE - TAR_SIZE) / 32 + 1) } },
	{ "inodes that overflow",
	  "inode table ends beyond the end of the device",
	  { AT(tarfs1_super, inodes, 1ULL << 59) } },
	{ "the last inode that fits", NULL,
	  { AT(tarfs1_super, inode_table, DATA_SIZE - 32),
	    AT(tarfs1_super, inodes, 1) } },
	{ "an inode that does not fit",
	  "inode table ends beyond the end of the device",
	  { AT(tarfs1_super, inode_table, DATA_SIZE - 31),
	    AT(tarfs1_super, inodes, 1) } },
};

static const struct row large1[] = {
	{ "2^32 - 1 inodes", NULL, { AT(tarfs1_super, inodes, 0xffffffff) } },
	{ "2^32 inodes", "more than 4294967295 inodes",
	  { AT(tarfs1_super, inodes, 0x100000000ULL) } },
};

static void test_format1(void)
{
	struct super1_block b = {
		.s.inode_table = htole64(TAR_SIZE),
		.s.inodes = htole64(5),
	};

	CHECK("superblock 1", supers1, &b, check_super1);
	CHECK("superblock 1", large1, &b, check_large1);
}

/* ---- format 2 ---- */

#define SECTION(id, o, l) \
	AT(tarfs2_super, sections[id].offset, o), \
	AT(tarfs2_super, sections[id].length, l)
#define OUTSIDE	"section is not between tar and superblock"
#define UNALIGNED	"section is not aligned"

static const char *check_super2(const void *block)
{
	const struct tarfs2_super *s = block;
	struct tarfs_layout l = { .section[7].end = 1 };
	const char *fault = tarfs2_read_super(s, DATA_SIZE, &l);
	int i;

	if (fault)
		return fault;
	if (l.data_size != DATA_SIZE || l.tar_size != le64toh(s->tar_size) ||
	    l.inodes != le32toh(s->inodes))
		return "another layout";
	for (i = 0; i < TARFS2_SECTIONS; i++) {
		if (l.section[i].start != le64toh(s->sections[i].offset) ||
		    l.section[i].end - l.section[i].start !=
		    le64toh(s->sections[i].length))
			return "another section";
	}
	return NULL;
}

static const struct row supers2[] = {
	{ "as it is", NULL, { } },
	{ "version 0",
	  "version of format 2 not known; a newer tarfs is needed",
	  { AT(tarfs2_super, version, 0) } },
	{ "version 2",
	  "version of format 2 not known; a newer tarfs is needed",
	  { AT(tarfs2_super, version, 2) } },
	{ "an incompatible feature",
	  "incompatible features not known; a newer tarfs is needed",
	  { AT(tarfs2_super, incompat, 1) } },
	{ "the last incompatible feature",
	  "incompatible features not known; a newer tarfs is needed",
	  { AT(tarfs2_super, incompat, 1ULL << 63) } },
	{ "compatible features", NULL, { AT(tarfs2_super, compat, -1ULL) } },
	{ "the first reserved byte", "reserved fields are not zero",
	  { BYTE(offsetof(struct tarfs2_super, reserved1), 1) } },
	{ "the 24th", "reserved fields are not zero",
	  { BYTE(offsetof(struct tarfs2_super, reserved1) + 23, 1) } },
	{ "the first behind the sections", "reserved fields are not zero",
	  { BYTE(offsetof(struct tarfs2_super, reserved2), 1) } },
	{ "the last", "reserved fields are not zero", { BYTE(511, 1) } },
	{ "a longer device", "device is not as long as the superblock says",
	  { AT(tarfs2_super, data_size, DATA_SIZE - 4096) } },
	{ "a shorter device", "device is not as long as the superblock says",
	  { AT(tarfs2_super, data_size, DATA_SIZE + 4096) } },
	{ "a tar that reaches the superblock", OUTSIDE,
	  { AT(tarfs2_super, tar_size, END) } },
	{ "a tar that reaches into it", "tar ends beyond the superblock",
	  { AT(tarfs2_super, tar_size, END + 1) } },
	{ "no inodes", "no inodes",
	  { AT(tarfs2_super, inodes, 0), SECTION(TARFS2_INODES, 0, 0) } },
	{ "more inodes", "inode table does not have its size",
	  { AT(tarfs2_super, inodes, 11) } },
	{ "fewer inodes", "inode table does not have its size",
	  { AT(tarfs2_super, inodes, 9) } },
	{ "inodes that overflow", "inode table does not have its size",
	  { AT(tarfs2_super, inodes, 0x4000000a) } },
	{ "an empty section with an offset",
	  "empty section has an offset",
	  { SECTION(TARFS2_DIRS, 0x6000, 0) } },
	{ "a section that is not known", "unknown section",
	  { SECTION(6, 0x6000, 8) } },
	{ "the last one", "unknown section", { SECTION(7, 0x6000, 8) } },
	{ "inodes at 32", UNALIGNED, { SECTION(TARFS2_INODES, 0x4020, 640) } },
	{ "chunks at 8", NULL, { SECTION(TARFS2_DIRS, 0x6008, 8) } },
	{ "chunks at 4", UNALIGNED, { SECTION(TARFS2_DIRS, 0x6004, 8) } },
	{ "maps at 16", NULL, { SECTION(TARFS2_MAPS, 0x6010, 8) } },
	{ "maps at 8", UNALIGNED, { SECTION(TARFS2_MAPS, 0x6008, 8) } },
	{ "attributes at 8", NULL, { SECTION(TARFS2_XATTRS, 0x6008, 8) } },
	{ "attributes at 4", UNALIGNED, { SECTION(TARFS2_XATTRS, 0x6004, 8) } },
	{ "targets anywhere", NULL, { SECTION(TARFS2_TARGETS, 0x6001, 8) } },
	{ "buckets at a block", NULL, { SECTION(TARFS2_BUCKETS, 0x6000, 1) } },
	{ "buckets in a block", UNALIGNED,
	  { SECTION(TARFS2_BUCKETS, 0x6800, 1) } },
	{ "the first byte behind the tar", NULL,
	  { SECTION(TARFS2_TARGETS, TAR_SIZE, 1) } },
	{ "the last of the tar", OUTSIDE,
	  { SECTION(TARFS2_TARGETS, TAR_SIZE - 1, 1) } },
	{ "up to the superblock", NULL,
	  { SECTION(TARFS2_TARGETS, END - 8, 8) } },
	{ "into it", OUTSIDE, { SECTION(TARFS2_TARGETS, END - 8, 9) } },
	{ "at it", OUTSIDE, { SECTION(TARFS2_TARGETS, END, 1) } },
	{ "far behind it", OUTSIDE,
	  { SECTION(TARFS2_TARGETS, 0x100000000ULL, 1) } },
	{ "a length that overflows", OUTSIDE,
	  { SECTION(TARFS2_TARGETS, 0x6000, -0x5000ULL) } },
};

static void test_format2(void)
{
	struct tarfs2_super s = {
		.version = htole32(1),
		.inodes = htole32(10),
		.tar_size = htole64(TAR_SIZE),
		.data_size = htole64(DATA_SIZE),
		.sections[TARFS2_INODES] = { htole64(0x5000), htole64(640) },
	};

	CHECK("superblock 2", supers2, &s, check_super2);
}

int main(void)
{
	test_trailers();
	test_format1();
	test_format2();
	return tap_done();
}
