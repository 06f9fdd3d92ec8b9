// SPDX-License-Identifier: GPL-2.0
/*
 * Extended attributes in indexes of format 2: which are kept and dropped, their
 * layout, and sets that inodes share.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <sys/stat.h>

#include "index2_device.h"
#include "tap.h"

/* the value of an attribute of the inode, or NULL */
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

		if (!x->prefix) {	/* padding up to the next block */
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

/* Linux allows user attributes on files and directories only */
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

/* Linux sets the mode instead, unless the ACL says more or is a default ACL */
static void test_acls_that_are_modes(void)
{
	static const struct {
		const char *record;
		uint16_t mode;
		uint16_t flags;
	} rows[] = {
		{ "SCHILY.acl.access=u::rwx,g::r-x,o::---", 04750, 0 },
		{ "SCHILY.acl.access=o::r,u::x,g::w", 04124, 0 },
		{ "SCHILY.acl.access=u::rwx,g::rwx,m::r,o::x", 04741,
		  TARFS2_INODE_ACL },
		{ "SCHILY.acl.access=u::rwx,g::rwx,g:5:w,m::rx,o::-", 04750,
		  TARFS2_INODE_ACL },
		{ "SCHILY.acl.default=u::rwx,g::r-x,o::---", 04600,
		  TARFS2_INODE_DEFAULT },
	};
	struct make_tar tar = { };
	size_t i, good = 0;
	struct device d;
	char name[2] = "a";

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_pax(&tar, 'x', rows[i].record);
		name[0] = 'a' + i;
		make_header(&tar, &(struct make_member){
			.type = TAR_DIRECTORY, .name = name, .mode = 04600 });
	}
	make_end(&tar);
	make_device(&d, &tar);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		good += inode(&d, i + 2)->mode ==
				htole16(S_IFDIR | rows[i].mode) &&
			inode(&d, i + 2)->flags == htole16(rows[i].flags) &&
			!inode(&d, i + 2)->xattrs == !rows[i].flags;
	ok(good == i && !d.warnings.count,
	   "an access ACL that says no more than a mode is the mode");
	device_free(&d);
}

static void test_empty_acls(void)
{
	static const char access[] =
		"SCHILY.xattr.system.posix_acl_access=\2\0\0";
	static const char empty_default[] =
		"SCHILY.xattr.system.posix_acl_default=\2\0\0";
	struct make_tar tar = { };
	char records[256];
	struct device d;
	size_t len;

	len = make_record(records, access, sizeof(access));
	len += make_record(records + len, empty_default, sizeof(empty_default));
	make_extended(&tar, 'x', records, len);
	make_header(&tar, &(struct make_member){
		.type = TAR_DIRECTORY, .name = "a", .mode = 0701 });
	make_end(&tar);
	make_device(&d, &tar);
	ok(inode(&d, 2)->mode == htole16(S_IFDIR | 0701) &&
	   !inode(&d, 2)->flags && !inode(&d, 2)->xattrs,
	   "an ACL without entries is none");
	device_free(&d);
}

/* a section ends at its last value; padding is between values only */
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

int main(void)
{
	test_xattrs();
	test_misplaced_xattrs();
	test_acls();
	test_acls_that_are_modes();
	test_empty_acls();
	test_xattrs_length();
	test_many_xattrs();
	return tap_done();
}
