// SPDX-License-Identifier: GPL-2.0
/*
 * The tar reader: where archives end, how headers combine, what is refused.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <inttypes.h>

#include "make_tar.h"
#include "tap.h"
#include "tar.h"

#define GNU_MAGIC	"ustar  "

static void file(struct make_tar *t, const char *name, const char *data)
{
	make_header(t, &(struct make_member){
		.type = TAR_REGULAR, .name = name, .size = strlen(data) });
	make_data(t, data, strlen(data));
}

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

/* of four bytes of data and 508 of padding */
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

/* the sum of signed bytes: as old tars wrote it */
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

/* not quite GNU's magic: "ustar  " and no NUL */
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
		.name = "b", .uid_field = "root" });
	make_end(t);
}

/* pieces at 0+512 and 1024+512 of 2000 bytes; the second in a block more */
static void old_sparse(struct make_tar *t)
{
	struct tar_sparse_block *more;
	struct tar_header *h;

	make_header(t, &(struct make_member){
		.type = TAR_GNU_SPARSE,
		.name = "a", .size = 1024, .magic = GNU_MAGIC });
	h = (struct tar_header *)t->bytes;
	make_octal(h->gnu.sparse[0].offset, 12, 0);
	make_octal(h->gnu.sparse[0].bytes, 12, 512);
	make_octal(h->gnu.sparse[1].offset, 12, 600);
	make_octal(h->gnu.sparse[1].bytes, 12, 0);
	make_octal(h->gnu.sparse[2].offset, 12, 700);
	make_octal(h->gnu.sparse[2].bytes, 12, 0);
	make_octal(h->gnu.sparse[3].offset, 12, 800);
	make_octal(h->gnu.sparse[3].bytes, 12, 0);
	make_octal(h->gnu.real_size, 12, 2000);
	h->gnu.is_extended = 1;
	make_sum(h);
	more = (struct tar_sparse_block *)make_room(t, 512);
	make_octal(more->sparse[0].offset, 12, 1024);
	make_octal(more->sparse[0].bytes, 12, 512);
	make_room(t, 1024);
	file(t, "b", "");
	make_end(t);
}

static void old_sparse_too_long(struct make_tar *t)
{
	struct tar_header *h;

	make_header(t, &(struct make_member){
		.type = TAR_GNU_SPARSE,
		.name = "a", .size = 512, .magic = GNU_MAGIC });
	h = (struct tar_header *)t->bytes;
	make_octal(h->gnu.sparse[0].offset, 12, 0);
	make_octal(h->gnu.sparse[0].bytes, 12, 512);
	make_octal(h->gnu.real_size, 12, 511);
	make_sum(h);
	make_room(t, 512);
	make_end(t);
}

static void sparse_1_0(struct make_tar *t, const char *map, size_t stored)
{
	char records[256];
	size_t len = 0, i;
	static const char *const lines[] = {
		"GNU.sparse.major=1", "GNU.sparse.minor=0",
		"GNU.sparse.name=real", "GNU.sparse.realsize=3000",
	};

	for (i = 0; i < 4; i++)
		len += make_record(records + len, lines[i], strlen(lines[i]));
	make_extended(t, 'x', records, len);
	make_header(t, &(struct make_member){
		.type = TAR_REGULAR,
		.name = "fake", .size = 512 + stored });
	make_data(t, map, strlen(map));
	make_room(t, stored + tar_padding(stored));
	file(t, "b", "");
	make_end(t);
}

static void new_sparse(struct make_tar *t)
{
	sparse_1_0(t, "2\n0\n100\n1000\n50\n", 150);
}

static void new_sparse_full(struct make_tar *t)
{
	sparse_1_0(t, "3\n0\n1000\n1000\n2000\n3000\n0\n", 3000);
}

static void new_sparse_empty(struct make_tar *t)
{
	sparse_1_0(t, "0\n", 0);
}

static void new_sparse_wrong_sum(struct make_tar *t)
{
	sparse_1_0(t, "1\n0\n100\n", 101);
}

static void new_sparse_no_number(struct make_tar *t)
{
	sparse_1_0(t, "1\n0\nx\n", 100);
}

static void new_sparse_no_end(struct make_tar *t)
{
	sparse_1_0(t, "9\n0\n1\n", 1);
}

/* expected: members "HEADER NAME SIZE DATA", or a part of the refusal */
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
	  "extended header at offset 0: its size is not from 0 to 1048576" },
	{ "a name that is too long", long_path,
	  "a name of 4096 bytes, more than 4095" },
	{ "a directory with a size", directory_with_size,
	  "member \"a\" at offset 0: it is no regular file, but has a size of 5" },
	{ "a hard link's size says nothing", link_with_size,
	  "0 a -> b\n512 c 0 1024\nend\n" },
	{ "a negative size", negative_size, "its size is not from 0" },
	{ "a size beyond 63 bits", huge_size, "its size is not from 0" },
	{ "a uid that is no number", bad_uid,
	  "member \"b\" at offset 512: its uid is not a number" },
	{ "a uid that PAX overrides", overridden_uid,
	  "1024 b 0 1536 uid 5\nend\n" },
	{ "old GNU sparse file", old_sparse,
	  "0 a 2000 1024 [0+512 1024+512]\n2048 b 0 2560\nend\n" },
	{ "old GNU sparse file, map beyond its end", old_sparse_too_long,
	  "the sparse map goes to 512, beyond the file's 511 bytes" },
	{ "PAX 1.0 sparse file", new_sparse,
	  "1024 real 3000 2048 [0+100 1000+50]\n2560 b 0 3072\nend\n" },
	{ "a sparse file without holes is none", new_sparse_full,
	  "1024 real 3000 2048\n5120 b 0 5632\nend\n" },
	{ "a sparse file that is one hole", new_sparse_empty,
	  "1024 real 3000 2048 []\n2048 b 0 2560\nend\n" },
	{ "a map that does not fit the data", new_sparse_wrong_sum,
	  "the sparse map has 100 bytes, the tar 101" },
	{ "a map that is not numbers", new_sparse_no_number,
	  "the sparse map has a bad number" },
	{ "a map that does not end", new_sparse_no_end,
	  "the sparse map has a bad number" },
};

static void put_regular(FILE *f, const struct tar_member *m)
{
	size_t i;

	fprintf(f, " %" PRIu64 " %" PRIu64, m->size, m->data);
	if (!m->sparse)
		return;
	fprintf(f, " [");
	for (i = 0; i < m->extent_count; i++)
		fprintf(f, "%s%" PRIu64 "+%" PRIu64, i ? " " : "",
			m->extents[i].logical, m->extents[i].bytes);
	fprintf(f, "]");
}

static void put_member(FILE *f, const struct tar_member *m)
{
	size_t i;

	fprintf(f, "%" PRIu64 " %.*s", m->header, (int)m->path.len,
		m->path.bytes);
	if (m->type == TAR_REGULAR)
		put_regular(f, m);
	else if (m->type == TAR_DIRECTORY)
		fprintf(f, " directory");
	else if (m->type == TAR_CHAR)
		fprintf(f, " device %" PRIu32 ",%" PRIu32, m->major, m->minor);
	else
		fprintf(f, " -> %.*s", (int)m->target.len, m->target.bytes);
	if (m->uid)
		fprintf(f, " uid %" PRIu32, m->uid);
	for (i = 0; i < m->xattr_count; i++)
		fprintf(f, " %.*s=%.*s", (int)m->xattrs[i].name.len,
			m->xattrs[i].name.bytes,
			(int)m->xattrs[i].value.len, m->xattrs[i].value.bytes);
	putc('\n', f);
}

static int read_all(struct tar_reader *r, FILE *f, struct warnings *w,
		    struct error *e)
{
	const struct tar_member *m;
	size_t i;
	int got;

	while ((got = tar_reader_next(r, &m, e)) > 0)
		put_member(f, m);
	if (tar_reader_saw_end(r))
		fputs("end\n", f);
	for (i = 0; i < w->count; i++)
		fprintf(f, "! %s\n", w->list[i].kind->name);
	return got;
}

static void check(const char *claim, void (*make)(struct make_tar *t),
		  const char *expected)
{
	struct warnings warnings = { };
	struct make_tar tar = { };
	struct error e = { "" };
	struct make_input mi;
	struct tar_reader *r;
	char result[2048];
	FILE *f = fmemopen(result, sizeof(result), "w");
	bool holds, read_whole;

	make(&tar);
	if (!f || make_input_open(&mi, &tar, &e) ||
	    tar_reader_open(&r, mi.in, &warnings, &e))
		abort();
	if (read_all(r, f, &warnings, &e)) {
		holds = !!strstr(e.text, expected);
		read_whole = true;
	} else {
		fflush(f);
		holds = !strcmp(result, expected);
		read_whole = input_offset(mi.in) == tar.len;
	}
	fclose(f);
	if (!ok(holds && read_whole, "%s", claim))
		printf("# got: %s%s\n# not: %s\n", result, e.text, expected);
	tar_reader_close(r);
	make_input_close(&mi);
	warnings_free(&warnings);
	make_free(&tar);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(rows[i].claim, rows[i].make, rows[i].expected);
	return tap_done();
}
