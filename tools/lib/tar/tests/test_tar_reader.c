// SPDX-License-Identifier: GPL-2.0
/*
 * The tar reader: ends of archives, combinations of headers, and refusals.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "read_members.h"

static void two_files(struct make_tar *t)
{
	file(t, "a", "data");
	file(t, "b", "");
	make_end(t);
}

static void no_end(struct make_tar *t)
{
	file(t, "a", "data");
}

static void lone_block_at_end(struct make_tar *t)
{
	file(t, "a", "");
	make_room(t, 512);
}

static void lone_block_between(struct make_tar *t)
{
	lone_block_at_end(t);
	two_files(t);
}

static void zeros_after_end(struct make_tar *t)
{
	two_files(t);
	make_room(t, 10000);
}

static void junk_after_end(struct make_tar *t)
{
	zeros_after_end(t);
	memcpy(make_room(t, 1), "x", 1);
}

static void cut_in_header(struct make_tar *t)
{
	file(t, "a", "");
	file(t, "b", "");
	t->len -= 1;
}

static void cut_in_data(struct make_tar *t)
{
	file(t, "a", "data");
	t->len -= 510;
}

/* cut the 508 bytes of padding behind four bytes of data */
static void cut_before_padding(struct make_tar *t)
{
	file(t, "a", "data");
	t->len -= 508;
}

static void cut_in_padding(struct make_tar *t)
{
	file(t, "a", "");
	file(t, "b", "data");
	t->len -= 1;
}

static void cut_before_last_byte(struct make_tar *t)
{
	file(t, "a", "data");
	t->len -= 509;
}

static void cut_in_extended(struct make_tar *t)
{
	make_pax(t, 'x', "path=b");
	t->len -= 510;
}

static void cut_in_extended_padding(struct make_tar *t)
{
	make_pax(t, 'x', "path=b");
	t->len -= 1;
}

static void bad_checksum(struct make_tar *t)
{
	file(t, "a", "");
	file(t, "b", "");
	t->bytes[512]++;
	make_end(t);
}

/* the sum of signed bytes, as old tars have it */
static void signed_checksum(struct make_tar *t)
{
	struct tar_header *h;
	char text[9];

	file(t, "\xff\xfe", "");
	h = (struct tar_header *)t->bytes;
	snprintf(text, sizeof(text), "%06o", tar_header_signed_sum(h));
	memcpy(h->checksum, text, 7);
	make_end(t);
}

static void v7(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = TAR_OLD_REGULAR,
		.name = "d/", .magic = "\0\0\0\0\0\0\0" });
	make_header(t, &(struct make_member){
		.type = TAR_OLD_REGULAR,
		.name = "d/f", .magic = "\0\0\0\0\0\0\0" });
	make_end(t);
}

static void v7_device(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = TAR_CHAR, .name = "null", .major = 1, .minor = 3,
		.magic = "\0\0\0\0\0\0\0" });
	make_end(t);
}

/* not GNU's magic: "ustar  " without a NUL */
static void v7_block_device(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = TAR_BLOCK, .name = "disk", .major = 8,
		.magic = "ustar   " });
	make_end(t);
}

static void gnu_device(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = TAR_CHAR, .name = "null", .major = 1, .minor = 3,
		.magic = GNU_MAGIC });
	make_end(t);
}

static void prefix(struct make_tar *t)
{
	struct tar_header *h;

	file(t, "name", "");
	h = (struct tar_header *)t->bytes;
	strcpy(h->ustar.prefix, "pre/fix");
	make_sum(h);
	make_end(t);
}

/* GNU keeps times where POSIX has the prefix */
static void gnu_no_prefix(struct make_tar *t)
{
	struct tar_header *h;

	file(t, "name", "");
	h = (struct tar_header *)t->bytes;
	memcpy(h->magic, GNU_MAGIC, 8);
	strcpy(h->gnu.atime, "00000000000");
	make_sum(h);
	make_end(t);
}

static void gnu_long_names(struct make_tar *t)
{
	make_extended(t, 'L', "long name", 10);
	make_extended(t, 'K', "long target", 12);
	make_header(t, &(struct make_member){
		.type = TAR_SYMLINK,
		.name = "short", .target = "short", .magic = GNU_MAGIC });
	file(t, "b", "");
	make_end(t);
}

static void names_disagree(struct make_tar *t)
{
	make_extended(t, 'L', "a", 2);
	make_pax(t, 'x', "path=b");
	file(t, "c", "");
	make_end(t);
}

static void names_agree(struct make_tar *t)
{
	make_extended(t, 'L', "a", 2);
	make_pax(t, 'x', "path=a");
	file(t, "c", "");
	make_end(t);
}

static void two_pax(struct make_tar *t)
{
	make_pax(t, 'x', "path=a");
	make_pax(t, 'x', "path=b");
	file(t, "c", "");
	make_end(t);
}

static void pax_of_nothing(struct make_tar *t)
{
	file(t, "a", "");
	make_pax(t, 'x', "path=b");
	make_end(t);
}

static void pax_global(struct make_tar *t)
{
	make_pax(t, 'g', "uid=7");
	file(t, "a", "");
	make_pax(t, 'x', "uid=8");
	file(t, "b", "");
	make_pax(t, 'x', "uid=");
	file(t, "c", "");
	make_pax(t, 'g', "uid=9");
	file(t, "d", "");
	make_pax(t, 'g', "uid=");
	file(t, "e", "");
	make_end(t);
}

static void pax_global_xattr(struct make_tar *t)
{
	make_pax(t, 'g', "SCHILY.xattr.user.a=global");
	file(t, "a", "");
	make_pax(t, 'x', "SCHILY.xattr.user.a=own");
	file(t, "b", "");
	make_end(t);
}

static void pax_global_sparse(struct make_tar *t)
{
	make_pax(t, 'g', "GNU.sparse.map=0,1");
	make_end(t);
}

static void pax_size(struct make_tar *t)
{
	make_pax(t, 'x', "size=600");
	make_header(t, &(struct make_member){
		.type = TAR_REGULAR,
		.name = "a" });
	make_room(t, 1024);
	file(t, "b", "");
	make_end(t);
}

static void long_payload(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = TAR_PAX,
		.name = "x", .size = TAR_EXTENDED_MAX + 1 });
	make_end(t);
}

static void long_path(struct make_tar *t)
{
	char name[TAR_PATH_MAX + 1];

	memset(name, 'x', sizeof(name));
	make_extended(t, 'L', name, sizeof(name));
	file(t, "a", "");
	make_end(t);
}

static void directory_with_size(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = TAR_DIRECTORY,
		.name = "a", .size = 5 });
	make_end(t);
}

static void link_with_size(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = TAR_HARD_LINK,
		.name = "a", .target = "b", .size = 5 });
	file(t, "c", "");
	make_end(t);
}

static void negative_size(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = TAR_REGULAR,
		.name = "a", .size_field =
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" });
	make_end(t);
}

static void huge_size(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = TAR_REGULAR,
		.name = "a", .size_field =
		"\x80\x80\x80\x80\x7f\xff\xff\xff\xff\xff\xff\xff" });
	make_end(t);
}

static void bad_uid(struct make_tar *t)
{
	file(t, "a", "");
	make_header(t, &(struct make_member){
		.type = TAR_REGULAR,
		.name = "b", .uid_field = "root" });
	make_end(t);
}

static void overridden_uid(struct make_tar *t)
{
	make_pax(t, 'x', "uid=5");
	make_header(t, &(struct make_member){
		.type = TAR_REGULAR,
		.name = "b", .uid_field = "7777777" });
	make_end(t);
}

static void overridden_bad_uid(struct make_tar *t)
{
	make_pax(t, 'x', "uid=5");
	make_header(t, &(struct make_member){
		.type = TAR_REGULAR,
		.name = "b", .uid_field = "root" });
	make_end(t);
}

static void device_records(struct make_tar *t, const char *record)
{
	make_pax(t, 'x', record);
	make_header(t, &(struct make_member){
		.type = TAR_CHAR, .name = "a", .major = 8, .minor = 1 });
	make_end(t);
}

static void same_major(struct make_tar *t)
{
	device_records(t, "SCHILY.devmajor=8");
}

static void other_major(struct make_tar *t)
{
	device_records(t, "SCHILY.devmajor=9");
}

static void other_minor(struct make_tar *t)
{
	device_records(t, "SCHILY.devminor=0");
}

/* @expected: members "HEADER NAME SIZE DATA", or a part of the error */
static const struct {
	const char *claim;
	void (*make)(struct make_tar *t);
	const char *expected;
} rows[] = {
	{ "two members", two_files, "0 a 4 512\n1024 b 0 1536\nend\n" },
	{ "the input may end instead of the archive", no_end,
	  "0 a 4 512\n! no-end-of-archive\n" },
	{ "one zero block at the end will do", lone_block_at_end,
	  "0 a 0 512\n! lone-zero-block\n" },
	{ "one zero block between members", lone_block_between,
	  "a lone zero block at offset 512" },
	{ "zeros after the end", zeros_after_end,
	  "0 a 4 512\n1024 b 0 1536\nend\n" },
	{ "anything else after the end", junk_after_end,
	  "0 a 4 512\n1024 b 0 1536\nend\n! junk-after-end\n" },
	{ "cut in a header", cut_in_header,
	  "the tar is truncated: it ends at offset 1023 in a header" },
	{ "cut in data", cut_in_data,
	  "the tar is truncated: it ends at offset 514 in a member's data" },
	{ "cut one byte before the padding", cut_before_last_byte,
	  "the tar is truncated: it ends at offset 515 in a member's data" },
	{ "cut where padding begins", cut_before_padding,
	  "0 a 4 512\n! cut-padding\n! no-end-of-archive\n" },
	{ "cut in padding", cut_in_padding,
	  "0 a 0 512\n512 b 4 1024\n! cut-padding\n! no-end-of-archive\n" },
	{ "cut in an extended header's padding", cut_in_extended_padding,
	  "extended header at offset 0: the tar is truncated: it ends at offset 1023" },
	{ "cut in an extended header", cut_in_extended,
	  "extended header at offset 0: the tar is truncated: it ends at offset 514" },
	{ "a wrong checksum", bad_checksum,
	  "offset 512: this is no tar header: the checksum is wrong" },
	{ "a checksum of signed bytes", signed_checksum,
	  "0 \xff\xfe 0 512\nend\n" },
	{ "v7: a directory is a file whose name ends in '/'", v7,
	  "0 d/ directory\n512 d/f 0 1024\nend\n" },
	{ "v7: no device numbers", v7_device,
	  "member \"null\" at offset 0: it is a device in a header of the oldest format" },
	{ "v7: no device numbers either", v7_block_device,
	  "it is a device in a header of the oldest format" },
	{ "a device of GNU", gnu_device, "0 null device 1,3\nend\n" },
	{ "the prefix of POSIX", prefix, "0 pre/fix/name 0 512\nend\n" },
	{ "GNU has no prefix", gnu_no_prefix, "0 name 0 512\nend\n" },
	{ "GNU's long names are for one member", gnu_long_names,
	  "2048 long name -> long target\n2560 b 0 3072\nend\n" },
	{ "GNU and PAX give different names", names_disagree,
	  "its GNU and PAX headers give it different names" },
	{ "GNU and PAX give the same name", names_agree,
	  "2048 a 0 2560\nend\n" },
	{ "two extended headers for one member", two_pax,
	  "extended header at offset 1024: a second header of this kind" },
	{ "an extended header without a member", pax_of_nothing,
	  "the archive ends at offset 1536 with an extended header" },
	{ "global headers count until they are overridden", pax_global,
	  "1024 a 0 1536 uid 7\n2560 b 0 3072 uid 8\n4096 c 0 4608\n"
	  "5632 d 0 6144 uid 9\n7168 e 0 7680\nend\n" },
	{ "global attributes", pax_global_xattr,
	  "1024 a 0 1536 user.a=global\n2560 b 0 3072 user.a=own\nend\n" },
	{ "a global map", pax_global_sparse,
	  "the PAX record \"GNU.sparse.map\": is in a global header" },
	{ "the size of PAX counts", pax_size,
	  "1024 a 600 1536\n2560 b 0 3072\nend\n" },
	{ "an extended header that is too long", long_payload,
	  "extended header at offset 0: its size is 1048577, not from 0 to 1048576" },
	{ "a name that is too long", long_path,
	  "a name of 4096 bytes, more than 4095" },
	{ "a directory with a size", directory_with_size,
	  "member \"a\" at offset 0: it is no regular file, but has a size of 5" },
	{ "a hard link's size says nothing", link_with_size,
	  "0 a -> b\n512 c 0 1024\nend\n" },
	{ "a negative size", negative_size, "its size is -1, not from 0" },
	{ "a size beyond 63 bits", huge_size,
	  "its size field \"%80%80%80%80%7f%ff%ff%ff%ff%ff%ff%ff\" is beyond 64 bits" },
	{ "a uid that is no number", bad_uid,
	  "member \"b\" at offset 512: its uid field \"root%00%00%00%00\" is not a number" },
	{ "a device number that a record says again", same_major,
	  "1024 a device 8,1\nend\n" },
	{ "a major number that a record contradicts", other_major,
	  "its header and its PAX records give it different device numbers" },
	{ "a minor number that a record contradicts", other_minor,
	  "its header and its PAX records give it different device numbers" },
	{ "a uid that PAX overrides", overridden_uid,
	  "1024 b 0 1536 uid 5\nend\n" },
	{ "a uid that is no number, though PAX overrides it", overridden_bad_uid,
	  "member \"b\" at offset 1024: its uid field \"root%00%00%00%00\" is not" },
};

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(rows[i].claim, rows[i].make, rows[i].expected);
	return tap_done();
}
