// SPDX-License-Identifier: GPL-2.0
/*
 * The predicates of directory entries and extended attributes, with each bound
 * from both sides.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "records.h"

static const struct tarfs_layout layout = {
	.inodes = 10,
	.section[TARFS2_XATTRS] = { 0xb000, 0xe000 },
};

/* ---- entries of directory 3, by the inode that they name ---- */

#define TWO_NAMES	"directory has two names"
#define ORDER		"entries are not in order"
#define NO_TYPE		"unknown file type in an entry"
#define LOWER		"subdirectory's inode number is not higher"
#define RANGE		"inode out of range"
#define ITSELF		"directory is in itself"
#define ROOT		"the root is in a directory"
#define INO(i)		AT(tarfs2_dirent, ino, i)
#define TYPE(t)		AT(tarfs2_dirent, type, (t) >> 12)

static const char *check_entry(const void *entry)
{
	return tarfs2_dirent_fault(entry, 3, &layout);
}

static const struct row entries[] = {
	{ "a file", NULL, { } },
	{ "a file of a lower number", NULL, { INO(2) } },
	{ "the last inode", NULL, { INO(10) } },
	{ "one behind it", RANGE, { INO(11) } },
	{ "none", RANGE, { INO(0) } },
	{ "the root", ROOT, { INO(1) } },
	{ "the directory", ITSELF, { INO(3) } },
	{ "a subdirectory", NULL, { TYPE(S_IFDIR), INO(4) } },
	{ "one of a lower number", LOWER, { TYPE(S_IFDIR), INO(2) } },
	{ "the directory as its own", ITSELF, { TYPE(S_IFDIR), INO(3) } },
	{ "a link", NULL, { TYPE(S_IFLNK) } },
	{ "a socket", NO_TYPE, { TYPE(S_IFSOCK) } },
	{ "no type", NO_TYPE, { TYPE(0) } },
	{ "all types", NO_TYPE, { TYPE(S_IFMT) } },
	{ "more than a type", NO_TYPE,
	  { AT(tarfs2_dirent, type, (S_IFREG >> 12) | 0x10) } },
	{ "the last value", NO_TYPE,
	  { AT(tarfs2_dirent, type, (S_IFREG >> 12) | 0xf0) } },
};

static const char *check_after_5(const void *entry)
{
	return tarfs2_order_fault(entry, 5);
}

static const struct row order[] = {
	{ "a file with two names", NULL, { INO(5) } },
	{ "the next file", NULL, { INO(6) } },
	{ "the file before it", ORDER, { INO(4) } },
	{ "the next directory", NULL, { TYPE(S_IFDIR), INO(6) } },
	{ "a directory with two names", TWO_NAMES, { TYPE(S_IFDIR), INO(5) } },
	{ "the directory before it", ORDER, { TYPE(S_IFDIR), INO(4) } },
};

/* three entries of a chunk */
struct chunk {
	struct tarfs2_chunk head;
	struct tarfs2_dirent de[4];
};

#define DIR_AT(i, n)	AT(chunk, de[i].ino, n), \
			AT(chunk, de[i].type, S_IFDIR >> 12)

static const char *check_first(const void *chunk)
{
	return tarfs2_twin_fault(chunk, 0);
}

static const char *check_third(const void *chunk)
{
	return tarfs2_twin_fault(chunk, 2);
}

static const struct row first[] = {
	{ "one name each", NULL, { } },
	{ "a file with two names", NULL, { AT(chunk, de[2].ino, 4) } },
	{ "a directory with one", NULL, { DIR_AT(0, 7) } },
	{ "with another next to it", TWO_NAMES,
	  { DIR_AT(0, 7), DIR_AT(1, 7) } },
	{ "with another as the last", TWO_NAMES,
	  { DIR_AT(0, 7), AT(chunk, de[2].ino, 7) } },
	{ "with what follows the last", NULL,
	  { DIR_AT(0, 7), AT(chunk, de[3].ino, 7) } },
};

static const struct row third[] = {
	{ "a directory with one name", NULL, { DIR_AT(2, 7) } },
	{ "with another as the first", TWO_NAMES,
	  { DIR_AT(2, 7), DIR_AT(0, 7) } },
};

static void test_entries(void)
{
	struct tarfs2_dirent file = { htole32(4), 0, S_IFREG >> 12, 0 };
	struct chunk chunk = {
		.head = { htole16(3), 0, 0 },
		.de = { { htole32(4), 0, S_IFREG >> 12, 0 },
			{ htole32(5), 0, S_IFREG >> 12, 0 },
			{ htole32(6), 0, S_IFREG >> 12, 0 },
			{ htole32(9), 0, S_IFDIR >> 12, 0 } },
	};

	CHECK("entry", entries, &file, check_entry);
	CHECK("order", order, &file, check_after_5);
	CHECK("first of three", first, &chunk, check_first);
	CHECK("third of three", third, &chunk, check_third);
	ok(same_fault(tarfs_entry_fault(0x100000002ULL, 3, &layout), RANGE),
	   "entry: a number beyond 32 bits");
}

static void test_children(void)
{
	static const char type[] = "type is not that of its entry";
	static const char place[] = "directory is not in its parent";
	u8 dir = S_IFDIR >> 12, reg = S_IFREG >> 12;

	ok(!tarfs2_child_fault(S_IFREG | 0644, 7, 3, reg),
	   "child: of a file the parent does not count");
	ok(!tarfs2_child_fault(S_IFDIR | 0755, 3, 3, dir),
	   "child: a directory in its parent");
	ok(same_fault(tarfs2_child_fault(S_IFDIR, 4, 3, dir), place),
	   "child: a directory in another one");
	ok(same_fault(tarfs2_child_fault(S_IFREG, 3, 3, dir), type) &&
	   same_fault(tarfs2_child_fault(S_IFDIR, 3, 3, reg), type),
	   "child: of another type");
}

/* ---- attributes ---- */

#define PREFIX(p)	AT(tarfs2_xattr, prefix, p)
#define LENGTH(n)	AT(tarfs2_xattr, name_len, n)
#define VALUE(at, len)	AT(tarfs2_xattr, value, at), \
			AT(tarfs2_xattr, value_len, len)
#define OTHER_TYPE	"attribute on a file that cannot have it"
#define NO_FLAG		"ACL without the flag"
#define NAME		"name outside the section"
#define VALUES		"value outside the section"
#define NAME_LENGTH	"name has an impossible length"

static u64 place;
static u16 mode, flags;

static const char *check_xattr(const void *record)
{
	return tarfs2_xattr_fault(record, place, mode, flags, &layout);
}

/* a record at 0xb008, of a regular file without ACLs */
static const struct row xattrs[] = {
	{ "as it is", NULL, { } },
	{ "prefix 0", "unknown prefix", { PREFIX(0) } },
	{ "prefix 6", "unknown prefix", { PREFIX(6) } },
	{ "prefix 255", "unknown prefix", { PREFIX(255) } },
	{ "trusted", NULL, { PREFIX(TARFS2_XATTR_TRUSTED) } },
	{ "security", NULL, { PREFIX(TARFS2_XATTR_SECURITY) } },
	{ "no name", NAME_LENGTH, { LENGTH(0) } },
	{ "an ACL with a name", NAME_LENGTH,
	  { PREFIX(TARFS2_XATTR_ACL_ACCESS) } },
	{ "an access ACL", NO_FLAG,
	  { PREFIX(TARFS2_XATTR_ACL_ACCESS), LENGTH(0) } },
	{ "a default ACL", OTHER_TYPE,
	  { PREFIX(TARFS2_XATTR_ACL_DEFAULT), LENGTH(0) } },
	{ "a reserved bit", "record's reserved field is not zero",
	  { AT(tarfs2_xattr, reserved, 0x8000) } },
	{ "a value at the section's end", NULL, { VALUE(0xdff8, 8) } },
	{ "a byte more", VALUES, { VALUE(0xdff8, 9) } },
	{ "a value in front of it", VALUES, { VALUE(0xaff8, 8) } },
	{ "a value that is not aligned", "value is not aligned",
	  { VALUE(0xb804, 4) } },
	{ "an empty value", NULL, { VALUE(0xe000, 0) } },
};

static const struct row of_dirs[] = {
	{ "user", NULL, { PREFIX(TARFS2_XATTR_USER) } },
	{ "an access ACL without its flag", NO_FLAG,
	  { PREFIX(TARFS2_XATTR_ACL_ACCESS), LENGTH(0) } },
	{ "a default ACL with its flag", NULL,
	  { PREFIX(TARFS2_XATTR_ACL_DEFAULT), LENGTH(0) } },
	{ "a default ACL with a name", NAME_LENGTH,
	  { PREFIX(TARFS2_XATTR_ACL_DEFAULT), LENGTH(1) } },
};

static const struct row of_links[] = {
	{ "user", OTHER_TYPE, { PREFIX(TARFS2_XATTR_USER) } },
	{ "security", NULL, { PREFIX(TARFS2_XATTR_SECURITY) } },
	{ "an access ACL", OTHER_TYPE,
	  { PREFIX(TARFS2_XATTR_ACL_ACCESS), LENGTH(0) } },
};

static const struct row of_fifos[] = {
	{ "user", OTHER_TYPE, { PREFIX(TARFS2_XATTR_USER) } },
	{ "an access ACL with its flag", NULL,
	  { PREFIX(TARFS2_XATTR_ACL_ACCESS), LENGTH(0) } },
};

static void test_xattrs(void)
{
	struct tarfs2_xattr x = {
		.prefix = TARFS2_XATTR_USER,
		.name_len = 5,
		.value_len = htole32(8),
		.value = htole64(0xb800),
	};

	place = 0xb008;
	mode = S_IFREG | 0644;
	CHECK("attribute of a file", xattrs, &x, check_xattr);
	mode = S_IFDIR | 0755;
	flags = TARFS2_INODE_DEFAULT;
	CHECK("of a directory", of_dirs, &x, check_xattr);
	mode = S_IFLNK | 0777;
	flags = TARFS2_INODE_ACL;
	CHECK("of a link", of_links, &x, check_xattr);
	mode = S_IFIFO | 0644;
	CHECK("of a fifo", of_fifos, &x, check_xattr);
}

static const struct {
	uint64_t place;
	unsigned int name_len;
	const char *fault;
} places[] = {
	{ 0xb000, 1, NULL }, { 0xaff8, 1, NAME }, { 0xafff, 1, NAME },
	{ 0xbff0 - 5, 5, NULL }, { 0xbff0 - 4, 5, NAME },
	{ 0xdff0 - 255, 255, NULL }, { 0xdff0 - 254, 255, NAME },
	{ 0xe000, 1, NAME },
};

static void test_places(void)
{
	struct tarfs2_xattr x = { TARFS2_XATTR_SECURITY, 0, 0, 0,
				  htole64(0xb000) };
	size_t i;

	for (i = 0; i < COUNT(places); i++) {
		x.name_len = places[i].name_len;
		place = places[i].place;
		ok(same_fault(check_xattr(&x), places[i].fault),
		   "attribute at %llx, a name of %u",
		   (unsigned long long)place, x.name_len);
	}
	place = 0xb000;
	x.value_len = htole32(65536);
	ok(same_fault(check_xattr(&x), VALUES), "a value behind the section");
}

/* a section with room for more than the largest value */
static void test_large_value(void)
{
	struct tarfs_layout l = { .section[TARFS2_XATTRS] = { 0, 0x20000 } };
	struct tarfs2_xattr x = { TARFS2_XATTR_SECURITY, 1, 0,
				  htole32(65536), 0 };

	ok(!tarfs2_xattr_fault(&x, 0, S_IFREG, 0, &l), "a value of 65536");
	x.value_len = htole32(65537);
	ok(same_fault(tarfs2_xattr_fault(&x, 0, S_IFREG, 0, &l), VALUES),
	   "a value of 65537");
}

#define OVERLAY	"name is one that overlayfs obeys"

static const struct {
	int prefix;
	const char *name;
	size_t len;
	const char *fault;
} names[] = {
	{ 1, "a", 1, NULL },
	{ 1, "a\0b", 3, "name contains NUL" },
	{ 1, "a\0", 2, "name contains NUL" },
	{ 1, "a\0", 1, NULL },
	{ 1, "overlay.", 8, OVERLAY },
	{ 1, "overlay.opaque", 14, OVERLAY },
	{ 2, "overlay.redirect", 16, OVERLAY },
	{ 2, "overlay.overlay.x", 17, OVERLAY },
	{ 3, "overlay.x", 9, NULL },
	{ 1, "overlay.", 7, NULL },
	{ 2, "overlay-x", 9, NULL },
	{ 2, "Overlay.x", 9, NULL },
};

static void test_names(void)
{
	char name[256];
	size_t i;

	for (i = 0; i < COUNT(names); i++)
		ok(same_fault(tarfs2_xattr_name_fault(names[i].prefix,
						      names[i].name,
						      names[i].len),
			      names[i].fault), "attribute's name, row %zu", i);
	memset(name, 'x', sizeof(name));
	ok(!tarfs2_xattr_name_fault(TARFS2_XATTR_USER, name, 250) &&
	   !tarfs2_xattr_name_fault(TARFS2_XATTR_TRUSTED, name, 247) &&
	   !tarfs2_xattr_name_fault(TARFS2_XATTR_SECURITY, name, 246),
	   "attribute's name: 255 bytes with its prefix");
	ok(tarfs2_xattr_name_fault(TARFS2_XATTR_USER, name, 251) &&
	   tarfs2_xattr_name_fault(TARFS2_XATTR_TRUSTED, name, 248) &&
	   tarfs2_xattr_name_fault(TARFS2_XATTR_SECURITY, name, 247),
	   "attribute's name: 256 bytes");
}

static const char *check_set(const void *set)
{
	return tarfs2_xattr_set_fault(set);
}

static const struct row sets[] = {
	{ "one", NULL, { } },
	{ "none", "impossible count", { AT(tarfs2_xattrs, count, 0) } },
	{ "4096", NULL, { AT(tarfs2_xattrs, count, 4096) } },
	{ "4097", "impossible count", { AT(tarfs2_xattrs, count, 4097) } },
	{ "a reserved bit", "reserved field is not zero",
	  { AT(tarfs2_xattrs, reserved, 1u << 31) } },
};

int main(void)
{
	struct tarfs2_xattrs one = { htole32(1), 0 };

	test_entries();
	test_children();
	test_xattrs();
	test_places();
	test_large_value();
	test_names();
	CHECK("set", sets, &one, check_set);
	return tap_done();
}
