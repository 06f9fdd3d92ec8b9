// SPDX-License-Identifier: GPL-2.0
/*
 * The predicates of inodes of both formats, with each bound from both sides.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "records.h"

#define DATA_SIZE	0x20000ULL
#define TAR_SIZE	0x4000ULL

/* ten inodes; gaps between sections, so that none ends where another begins */
static const struct tarfs_layout layout = {
	.data_size = DATA_SIZE,
	.tar_size = TAR_SIZE,
	.inodes = 10,
	.section = {
		[TARFS2_INODES]	 = { 0x5000, 0x5280 },
		[TARFS2_DIRS]	 = { 0x6000, 0x9000 },
		[TARFS2_MAPS]	 = { 0xa000, 0xa400 },
		[TARFS2_XATTRS]	 = { 0xb000, 0xb400 },
		[TARFS2_TARGETS] = { 0xc000, 0xe000 },
		[TARFS2_BUCKETS] = { 0x10000, 0x13000 },
	},
};

/* ---- format 1 ---- */

#define MODE1(m)	AT(tarfs1_inode, mode, m)
#define SIZE1(s)	AT(tarfs1_inode, size, s)
#define OFFSET1(o)	AT(tarfs1_inode, offset, o)
#define BEYOND1		"data end beyond the end of the device"
#define TARGET1		"link target ends beyond the end of the device"
#define LENGTH		"link target's length out of range"

static const char *check1(const void *inode)
{
	return tarfs1_inode_fault(inode, &layout);
}

static const struct row inodes1[] = {
	{ "as it is", NULL, { } },
	{ "setuid", "mode has bits that format 1 does not",
	  { MODE1(S_IFREG | 04644) } },
	{ "sticky", "mode has bits that format 1 does not",
	  { MODE1(S_IFREG | 01644) } },
	{ "all permissions", NULL, { MODE1(S_IFREG | 0777) } },
	{ "no type", "unknown file type", { MODE1(0644) } },
	{ "a socket", "unknown file type", { MODE1(S_IFSOCK | 0644) } },
	{ "all types", "unknown file type", { MODE1(S_IFMT | 0644) } },
	{ "a fifo with a size and a place of its own", NULL,
	  { MODE1(S_IFIFO | 0644), SIZE1(DATA_SIZE), OFFSET1(-1ULL) } },
	{ "2^63 - 1 bytes of a fifo", NULL,
	  { MODE1(S_IFIFO), SIZE1((1ULL << 63) - 1) } },
	{ "2^63", "size out of range", { MODE1(S_IFIFO), SIZE1(1ULL << 63) } },
	{ "data up to the end", NULL, { OFFSET1(DATA_SIZE - 100) } },
	{ "a byte more", BEYOND1, { OFFSET1(DATA_SIZE - 99) } },
	{ "data at the end", BEYOND1, { OFFSET1(DATA_SIZE) } },
	{ "data far behind it", BEYOND1, { OFFSET1(-1ULL) } },
	{ "all of the device", NULL, { SIZE1(DATA_SIZE), OFFSET1(0) } },
	{ "more than that", BEYOND1, { SIZE1(DATA_SIZE + 1), OFFSET1(0) } },
	{ "no data, anywhere", NULL, { SIZE1(0), OFFSET1(-1ULL) } },
	{ "a directory", NULL, { MODE1(S_IFDIR | 0755), SIZE1(64) } },
	{ "a directory of 65", "directory size is not a multiple of 32",
	  { MODE1(S_IFDIR), SIZE1(65) } },
	{ "a directory of 48", "directory size is not a multiple of 32",
	  { MODE1(S_IFDIR), SIZE1(48) } },
	{ "a directory behind the end", BEYOND1,
	  { MODE1(S_IFDIR), SIZE1(64), OFFSET1(DATA_SIZE - 32) } },
	{ "a link", NULL, { MODE1(S_IFLNK | 0777) } },
	{ "a link to nothing", LENGTH, { MODE1(S_IFLNK), SIZE1(0) } },
	{ "a target of 1", NULL, { MODE1(S_IFLNK), SIZE1(1) } },
	{ "a target of 4095", NULL, { MODE1(S_IFLNK), SIZE1(4095) } },
	{ "a target of 4096", LENGTH, { MODE1(S_IFLNK), SIZE1(4096) } },
	{ "a target up to the end", NULL,
	  { MODE1(S_IFLNK), OFFSET1(DATA_SIZE - 100) } },
	{ "a byte more", TARGET1,
	  { MODE1(S_IFLNK), OFFSET1(DATA_SIZE - 99) } },
	{ "a target at the end", TARGET1,
	  { MODE1(S_IFLNK), OFFSET1(DATA_SIZE) } },
	{ "a target far behind it", TARGET1,
	  { MODE1(S_IFLNK), OFFSET1(-1ULL) } },
	{ "a device", NULL, { MODE1(S_IFCHR), OFFSET1(0xfffffffffffULL) } },
	{ "a major number too large", "major device number out of range",
	  { MODE1(S_IFCHR), OFFSET1(0x100000000000ULL) } },
	{ "a block device", NULL,
	  { MODE1(S_IFBLK), OFFSET1(0xfffffffffffULL) } },
	{ "one with too large a major number",
	  "major device number out of range",
	  { MODE1(S_IFBLK), OFFSET1(0x100000000000ULL) } },
};

static void test_format1(void)
{
	struct tarfs1_inode inode = {
		.mode = htole16(S_IFREG | 0644),
		.size = htole64(100),
		.offset = htole64(512),
	};

	CHECK("inode 1", inodes1, &inode, check1);
}

/* ---- format 2 ---- */

#define MODE(m)		AT(tarfs2_inode, mode, m)
#define FLAGS(f)	AT(tarfs2_inode, flags, f)
#define SIZE(s)		AT(tarfs2_inode, size, s)
#define START(s)	AT(tarfs2_inode, start, s)
#define MAP(m)		AT(tarfs2_inode, file.map, m)
#define STORED(s)	AT(tarfs2_inode, file.stored, s)
#define XATTRS(x)	AT(tarfs2_inode, xattrs, x)
#define PARENT(p)	AT(tarfs2_inode, dir.parent, p)
#define BUCKETS(n, b)	AT(tarfs2_inode, dir.buckets, n), \
			AT(tarfs2_inode, dir.bucket_block, b)
#define OUTSIDE		"attributes are not in their section"
#define BEYOND		"data end beyond the end of the tar"
#define NO_MAP		"map is not in its section"
#define NO_CHUNKS	"chunks are not in their section"
#define NO_BUCKETS	"buckets are not in their section"
#define NO_TARGET	"link target is not in its section"
#define SPECIAL		"special file has data"
#define CHUNK		"chunk is not aligned or straddles a block"

static const char *check2(const void *inode)
{
	return tarfs2_inode_fault(inode, 5, &layout);
}

static const struct row any[] = {
	{ "as it is", NULL, { } },
	{ "setuid, setgid and sticky", NULL, { MODE(S_IFREG | 07777) } },
	{ "no type", "unknown file type", { MODE(0644) } },
	{ "a socket", "unknown file type", { MODE(S_IFSOCK) } },
	{ "a flag that is not known", "unknown flags", { FLAGS(0x10) } },
	{ "the last flag", "unknown flags", { FLAGS(0x8000) } },
	{ "an opaque file", "flag of a directory on something else",
	  { FLAGS(TARFS2_INODE_OPAQUE) } },
	{ "a file with a default ACL", "flag of a directory on something else",
	  { FLAGS(TARFS2_INODE_DEFAULT), XATTRS(1) } },
	{ "an access ACL", NULL, { FLAGS(TARFS2_INODE_ACL), XATTRS(1) } },
	{ "an access ACL without attributes",
	  "the flag of an ACL without attributes", { FLAGS(TARFS2_INODE_ACL) } },
	{ "no names", "no names", { AT(tarfs2_inode, nlink, 0) } },
	{ "999999999 ns", NULL, { AT(tarfs2_inode, mtime_nsec, 999999999) } },
	{ "1000000000 ns", "nanoseconds out of range",
	  { AT(tarfs2_inode, mtime_nsec, 1000000000) } },
	{ "the first set of attributes", NULL, { XATTRS(1) } },
	{ "the last", NULL, { XATTRS(0x400 / 8) } },
	{ "one behind it", OUTSIDE, { XATTRS(0x400 / 8 + 1) } },
	{ "far behind it", OUTSIDE, { XATTRS(0xffffffff) } },
	{ "a fifo", NULL, { MODE(S_IFIFO), SIZE(0), START(0) } },
	{ "a fifo with a size", SPECIAL, { MODE(S_IFIFO), START(0) } },
	{ "a fifo with a place", SPECIAL, { MODE(S_IFIFO), SIZE(0) } },
	{ "a device with a size", SPECIAL, { MODE(S_IFCHR), START(0) } },
	{ "a block device with a size", SPECIAL, { MODE(S_IFBLK), START(0) } },
	{ "a sparse fifo", "flag of a regular file on something else",
	  { MODE(S_IFIFO), FLAGS(TARFS2_INODE_SPARSE), SIZE(0), START(0) } },
};

static const struct row files[] = {
	{ "data up to the tar's end", NULL, { START(TAR_SIZE - 100) } },
	{ "a byte more", BEYOND, { START(TAR_SIZE - 99) } },
	{ "no data, at the tar's end", NULL, { START(TAR_SIZE), SIZE(0) } },
	{ "no data, behind it", BEYOND, { START(TAR_SIZE + 1), SIZE(0) } },
	{ "all of the tar", NULL, { START(0), SIZE(TAR_SIZE) } },
	{ "more than that", BEYOND, { START(0), SIZE(TAR_SIZE + 1) } },
	{ "2^63 - 1 bytes", BEYOND, { SIZE((1ULL << 63) - 1) } },
	{ "2^63", "size out of range", { SIZE(1ULL << 63) } },
	{ "a map", "plain file has a map", { MAP(0xa000) } },
	{ "stored data", "plain file has a map", { STORED(1) } },
};

/* a file of 20000 bytes with 5000 of them in the tar */
#define SPARSE	FLAGS(TARFS2_INODE_SPARSE), SIZE(20000)

static const struct row sparse[] = {
	{ "a map", NULL, { SPARSE, MAP(0xa000), STORED(5000) } },
	{ "the last map", NULL, { SPARSE, MAP(0xa3f0), STORED(5000) } },
	{ "one behind it", NO_MAP, { SPARSE, MAP(0xa400), STORED(5000) } },
	{ "one in front", NO_MAP, { SPARSE, MAP(0x9ff0), STORED(5000) } },
	{ "one at 8", NO_MAP, { SPARSE, MAP(0xa008), STORED(5000) } },
	{ "one at 4", NO_MAP, { SPARSE, MAP(0xa004), STORED(5000) } },
	{ "no holes", BEYOND, { SPARSE, MAP(0xa000), STORED(20000) } },
	{ "more than the file",
	  "more data stored than the file has",
	  { SPARSE, MAP(0xa000), STORED(20001) } },
	{ "2^63 bytes", "size out of range",
	  { FLAGS(TARFS2_INODE_SPARSE), SIZE(1ULL << 63), MAP(0xa000) } },
	{ "2^63 - 1 bytes", NULL,
	  { FLAGS(TARFS2_INODE_SPARSE), SIZE((1ULL << 63) - 1),
	    MAP(0xa000) } },
};

#define DIR	MODE(S_IFDIR | 0755)

static const struct row dirs[] = {
	{ "as it is", NULL, { } },
	{ "opaque, with a default ACL", NULL,
	  { FLAGS(TARFS2_INODE_OPAQUE | TARFS2_INODE_DEFAULT), XATTRS(1) } },
	{ "opaque, without attributes", NULL, { FLAGS(TARFS2_INODE_OPAQUE) } },
	{ "a default ACL without attributes",
	  "the flag of an ACL without attributes",
	  { FLAGS(TARFS2_INODE_DEFAULT) } },
	{ "sparse", "flag of a regular file on something else",
	  { FLAGS(TARFS2_INODE_SPARSE) } },
	{ "no parent", "parent's inode number out of range", { PARENT(0) } },
	{ "an inode that there is not", "parent's inode number out of range",
	  { PARENT(11) } },
	{ "the last inode", "parent's inode number is not lower",
	  { PARENT(10) } },
	{ "itself", "parent's inode number is not lower", { PARENT(5) } },
	{ "the one before it", NULL, { PARENT(4) } },
	{ "empty, anywhere", NULL, { SIZE(0), START(8) } },
	{ "empty, at 4", CHUNK, { SIZE(0), START(4) } },
	{ "in front of the chunks", NO_CHUNKS, { START(0x5ff8) } },
	{ "the first of them", NULL, { START(0x6000) } },
	{ "the last of them", NULL, { START(0x8fe0) } },
	{ "behind them", NO_CHUNKS, { START(0x8fe8) } },
	{ "at 4", CHUNK, { START(0x6804) } },
	{ "of 36 bytes", CHUNK, { SIZE(36) } },
	{ "up to a block's end", NULL, { START(0x6fe0) } },
	{ "across it", CHUNK, { START(0x6fe8) } },
	{ "a block", NULL, { START(0x7000), SIZE(4096) } },
	{ "a block across another's end", CHUNK, { START(0x7008), SIZE(4096) } },
	{ "small, with buckets", "small directory has buckets",
	  { BUCKETS(1, 0x10) } },
	{ "two blocks", NULL,
	  { START(0x7000), SIZE(8192), BUCKETS(1, 0x10) } },
	{ "two blocks within three", "chunks are not whole blocks",
	  { START(0x6800), SIZE(8192), BUCKETS(1, 0x10) } },
	{ "two blocks and a half", "chunks are not whole blocks",
	  { START(0x6000), SIZE(8192 + 2048), BUCKETS(1, 0x10) } },
	{ "two blocks, no buckets", NO_BUCKETS,
	  { START(0x7000), SIZE(8192), BUCKETS(0, 0x10) } },
	{ "all buckets", NULL,
	  { START(0x7000), SIZE(8192), BUCKETS(3, 0x10) } },
	{ "one more", NO_BUCKETS,
	  { START(0x7000), SIZE(8192), BUCKETS(4, 0x10) } },
	{ "buckets in front", NO_BUCKETS,
	  { START(0x7000), SIZE(8192), BUCKETS(1, 0xf) } },
	{ "the last bucket", NULL,
	  { START(0x7000), SIZE(8192), BUCKETS(1, 0x12) } },
	{ "one behind it", NO_BUCKETS,
	  { START(0x7000), SIZE(8192), BUCKETS(1, 0x13) } },
	{ "buckets that overflow 32 bits", NO_BUCKETS,
	  { START(0x7000), SIZE(8192), BUCKETS(0x100001, 0x10) } },
	{ "a place of them that does", NO_BUCKETS,
	  { START(0x7000), SIZE(8192), BUCKETS(1, 0x100010) } },
};

static const struct row links[] = {
	{ "as it is", NULL, { } },
	{ "an access ACL", "flag of an ACL on a symbolic link",
	  { FLAGS(TARFS2_INODE_ACL), XATTRS(1) } },
	{ "no target", LENGTH, { SIZE(0) } },
	{ "a target of 4095", NULL, { SIZE(4095) } },
	{ "a target of 4096", LENGTH, { SIZE(4096) } },
	{ "the first byte", NULL, { SIZE(1) } },
	{ "in front of it", NO_TARGET, { START(0xbfff), SIZE(1) } },
	{ "up to a block's end", NULL, { START(0xcf9c) } },
	{ "across it", NO_TARGET, { START(0xcf9d) } },
	{ "up to the section's end", NULL, { START(0xdf9c) } },
	{ "behind it", NO_TARGET, { START(0xe000), SIZE(1) } },
};

static void test_format2(void)
{
	struct tarfs2_inode inode = {
		.mode = htole16(S_IFREG | 0644),
		.nlink = htole32(1),
		.size = htole64(100),
		.start = htole64(512),
	};

	CHECK("inode 2", any, &inode, check2);
	CHECK("file", files, &inode, check2);
	CHECK("sparse file", sparse, &inode, check2);
	inode.mode = htole16(S_IFLNK | 0777);
	inode.start = htole64(0xc000);
	CHECK("symbolic link", links, &inode, check2);
	inode.mode = htole16(S_IFDIR | 0755);
	inode.size = htole64(32);
	inode.start = htole64(0x6800);
	inode.dir.parent = htole32(1);
	CHECK("directory", dirs, &inode, check2);
	ok(!tarfs2_inode_fault(&inode, 1, &layout),
	   "directory: the root is its own parent");
	inode.dir.parent = htole32(2);
	ok(same_fault(tarfs2_inode_fault(&inode, 1, &layout),
		      "parent's inode number is not lower"),
	   "directory: nothing else is the root's");
}

/* the limit is 2^32 - 1 chunks, which needs a section as large */
static void test_huge_directory(void)
{
	struct tarfs_layout l = layout;
	struct tarfs2_inode inode = {
		.mode = htole16(S_IFDIR),
		.nlink = htole32(2),
		.start = htole64(0x6000),
		.dir = { htole32(1), htole32(1), htole32(0x10) },
	};
	const char *fault;

	l.section[TARFS2_DIRS].end = 1ULL << 60;
	inode.size = htole64(0xffffffffULL * 4096);
	fault = tarfs2_inode_fault(&inode, 5, &l);
	ok(!fault, "directory: 2^32 - 1 chunks: %s", fault ? fault : "valid");
	inode.size = htole64(0x100000000ULL * 4096);
	fault = tarfs2_inode_fault(&inode, 5, &l);
	ok(same_fault(fault, "directory too large"),
	   "directory: 2^32 chunks: %s", fault ? fault : "valid");
}

int main(void)
{
	test_format1();
	test_format2();
	test_huge_directory();
	return tap_done();
}
