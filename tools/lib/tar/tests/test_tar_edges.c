// SPDX-License-Identifier: GPL-2.0
/*
 * Rare cases of the tar reader: headers that conflict, metadata from records,
 * bounds of ids, names and messages, and reading a member's data.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>

#include "read_members.h"

/* ---- refusals and results, one row each ---- */

static void two_gnu_names(struct make_tar *t)
{
	make_extended(t, 'L', "a", 2);
	make_extended(t, 'L', "a", 2);
	empty(t, '0', "c");
	make_end(t);
}

static void two_gnu_targets(struct make_tar *t)
{
	make_extended(t, 'K', "a", 2);
	make_extended(t, 'K', "b", 2);
	empty(t, '2', "c");
	make_end(t);
}

static void name_and_target(struct make_tar *t)
{
	make_extended(t, 'K', "to", 3);
	make_extended(t, 'L', "from", 5);
	empty(t, '2', "c");
	make_end(t);
}

static void global_between(struct make_tar *t)
{
	make_extended(t, 'L', "a", 2);
	make_pax(t, 'g', "uid=7");
	empty(t, '0', "c");
	make_end(t);
}

static void label(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = 'V', .name = "label", .size = 700 });
	make_room(t, 1024);
	empty(t, '0', "a");
	make_end(t);
}

static void label_between(struct make_tar *t)
{
	make_pax(t, 'x', "uid=7");
	empty(t, 'V', "label");
	empty(t, '0', "a");
	make_end(t);
}

static void label_that_ends(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = 'V', .name = "label", .size = 700 });
	make_room(t, 600);
}

static void label_without_size(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = 'V', .name = "label", .size_field = "x" });
	make_end(t);
}

/* ignored records do not count: more of them than the limit of global ones */
static void many_comments(struct make_tar *t)
{
	static char text[4096] = "comment=";
	int i;

	memset(text + 8, 'c', sizeof(text) - 9);
	for (i = 0; i < 20; i++)
		make_pax(t, 'g', text);
	empty(t, '0', "a");
	make_end(t);
}

/* @last: bytes of the record that, behind 15 of 4096, reaches the limit */
static void globals(struct make_tar *t, size_t last)
{
	char text[4200];
	int i;

	for (i = 0; i < 16; i++) {
		size_t len = (i < 15 ? 4096 : last) - 6;

		memset(text, 'v', len);
		memcpy(text, "SCHILY.xattr.user.a=", 20);
		text[len] = '\0';
		make_pax(t, 'g', text);
	}
	make_pax(t, 'x', "SCHILY.xattr.user.a=own");
	empty(t, '0', "a");
	make_end(t);
}

static void globals_that_fit(struct make_tar *t)
{
	globals(t, 4096);
}

static void globals_too_long(struct make_tar *t)
{
	globals(t, 4097);
}

static void global_xattrs(struct make_tar *t, int count)
{
	char text[64];
	int i;

	for (i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "SCHILY.xattr.user.a%d=", i);
		make_pax(t, 'g', text);
	}
	make_end(t);
}

static void global_xattrs_that_fit(struct make_tar *t)
{
	global_xattrs(t, TAR_GLOBAL_XATTRS_MAX);
}

static void global_xattrs_too_many(struct make_tar *t)
{
	global_xattrs(t, TAR_GLOBAL_XATTRS_MAX + 1);
}

/* a record that an empty one takes back */
static void global_taken_back(struct make_tar *t)
{
	make_pax(t, 'g', "uid=7");
	make_pax(t, 'g', "uid=");
	make_pax(t, 'g', "comment=nothing");
	empty(t, '0', "a");
	make_end(t);
}

static void long_member(struct make_tar *t, size_t len)
{
	char name[300];

	memset(name, 'n', sizeof(name));
	make_extended(t, 'L', name, len);
	make_header(t, &(struct make_member){
		.type = '0', .uid_field = "x" });
	make_end(t);
}

static void name_of_256(struct make_tar *t)
{
	long_member(t, 256);
}

static void name_of_257(struct make_tar *t)
{
	long_member(t, 257);
}

static void field_of_bytes(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = '0', .name = "a", .uid_field = " \"%~\x7f\x1fo" });
	make_end(t);
}

static void link_then_junk(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = '1', .name = "link", .target = "a", .size = 5 });
	make_data(t, "junk", 4);
	make_end(t);
}

static void link_without_size_then_junk(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = '1', .name = "link", .target = "a" });
	make_data(t, "junk", 4);
	make_end(t);
}

/* the size of a link matters for the header directly behind it only */
static void link_file_junk(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = '1', .name = "link", .target = "a", .size = 5 });
	empty(t, '0', "b");
	make_data(t, "junk", 4);
	make_end(t);
}

static struct tar_header *prefixed(struct make_tar *t, const char *prefix)
{
	struct tar_header *h;

	empty(t, '0', "name");
	h = (struct tar_header *)t->bytes;
	memcpy(h->ustar.prefix, prefix, sizeof(h->ustar.prefix));
	return h;
}

static char long_prefix[155];

/* star's magic, with which a prefix has 131 bytes */
static void star_prefix(struct make_tar *t)
{
	struct tar_header *h = prefixed(t, long_prefix);

	memcpy(h->ustar.pad + 8, "tar", 4);
	make_sum(h);
	make_end(t);
}

static void nearly_star_prefix(struct make_tar *t)
{
	struct tar_header *h = prefixed(t, long_prefix);

	memcpy(h->ustar.pad + 8, "tar.", 4);
	make_sum(h);
	make_end(t);
}

static void empty_prefix(struct make_tar *t)
{
	static const char hidden[155] = "\0hidden";

	make_sum(prefixed(t, hidden));
	make_end(t);
}

/* @field: base 256, big-endian: the sign, then 56 bits */
static void uid256(struct make_tar *t, const char *record, const char *field)
{
	struct tar_header *h;

	if (record)
		make_pax(t, 'x', record);
	empty(t, '0', "a");
	h = (struct tar_header *)(t->bytes + t->len - TAR_BLOCK_SIZE);
	memcpy(h->uid, field, sizeof(h->uid));
	make_sum(h);
	make_end(t);
}

static void largest_uid(struct make_tar *t)
{
	uid256(t, NULL, "\x80\0\0\0\xff\xff\xff\xfe");
}

static void uid_of_nobody(struct make_tar *t)
{
	uid256(t, NULL, "\x80\0\0\0\xff\xff\xff\xff");
}

static void replaced_uid_of_nobody(struct make_tar *t)
{
	uid256(t, "uid=5", "\x80\0\0\0\xff\xff\xff\xff");
}

static void replaced_uid_too_large(struct make_tar *t)
{
	uid256(t, "uid=5", "\x80\0\0\1\0\0\0\0");
}

static void negative_uid(struct make_tar *t)
{
	uid256(t, NULL, "\xff\xff\xff\xff\xff\xff\xff\xff");
}

static void bad_time(struct make_tar *t)
{
	struct tar_header *h;

	make_pax(t, 'x', "mtime=5");
	empty(t, '0', "a");
	h = (struct tar_header *)(t->bytes + t->len - TAR_BLOCK_SIZE);
	memcpy(h->mtime, "yesterday   ", 12);
	make_sum(h);
	make_end(t);
}

static void bad_mode(struct make_tar *t)
{
	struct tar_header *h;

	empty(t, '0', "a");
	h = (struct tar_header *)t->bytes;
	memcpy(h->mode, "rw-r--r-", 8);
	make_sum(h);
	make_end(t);
}

static void bad_gid(struct make_tar *t)
{
	struct tar_header *h;

	empty(t, '0', "a");
	h = (struct tar_header *)t->bytes;
	memcpy(h->gid, "staff\0\0", 8);
	make_sum(h);
	make_end(t);
}

static void pax_target(struct make_tar *t)
{
	make_pax(t, 'x', "linkpath=from the record");
	make_header(t, &(struct make_member){
		.type = '2', .name = "a", .target = "from the header" });
	make_end(t);
}

static void same_length_names(struct make_tar *t)
{
	make_extended(t, 'L', "ab", 3);
	make_pax(t, 'x', "path=ac");
	empty(t, '0', "c");
	make_end(t);
}

static void longer_name(struct make_tar *t)
{
	make_extended(t, 'L', "ab", 3);
	make_pax(t, 'x', "path=abc");
	empty(t, '0', "c");
	make_end(t);
}

static void dumpdir(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = 'D', .name = "a/", .size = 5, .magic = GNU_MAGIC });
	make_data(t, "Yb\0\0", 5);
	empty(t, '0', "b");
	make_end(t);
}

static void bad_size(struct make_tar *t)
{
	make_pax(t, 'x', "size=0");
	make_header(t, &(struct make_member){
		.type = '0', .name = "a", .size_field = "many" });
	make_end(t);
}

static void link_to_nothing(struct make_tar *t)
{
	empty(t, '2', "a");
	make_end(t);
}

static void hard_link_to_nothing(struct make_tar *t)
{
	empty(t, '1', "a");
	make_end(t);
}

#define PS	"pppppppppppppppppppppppppppppppp"	/* 32 */
#define NS	"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"

static const struct {
	const char *claim;
	void (*make)(struct make_tar *t);
	const char *expected;
} rows[] = {
	{ "two long names", two_gnu_names,
	  "extended header at offset 1024: a second header of this kind" },
	{ "two long targets", two_gnu_targets,
	  "extended header at offset 1024: a second header of this kind" },
	{ "a long name and a long target", name_and_target,
	  "2048 from -> to\nend\n" },
	{ "a global header behind a long name", global_between,
	  "extended header at offset 1024: a global header between" },
	{ "a label of two blocks", label, "1536 a 0 2048\nend\n" },
	{ "a label behind records", label_between,
	  "extended header at offset 1024: a volume label between" },
	{ "a label that ends too early", label_that_ends,
	  "truncated: it ends at offset 1112 in a member's data" },
	{ "a label with a size that is no number", label_without_size,
	  "its size field \"x%00%00%00%00%00%00%00%00%00%00%00\" is not" },
	{ "global records that say nothing", many_comments,
	  "102400 a 0 102912\nend\n" },
	{ "global records of 65536 bytes", globals_that_fit,
	  "74752 a 0 75264 user.a=own\nend\n" },
	{ "and of 65537", globals_too_long,
	  "global headers of more than 65536 bytes or 64 attributes" },
	{ "64 global attributes", global_xattrs_that_fit, "end\n" },
	{ "and 65", global_xattrs_too_many,
	  "global headers of more than 65536 bytes or 64 attributes" },
	{ "a global record that is taken back", global_taken_back,
	  "3072 a 0 3584\nend\n" },
	{ "an error names 256 bytes of a member",
	  name_of_256, "member \"" NS NS NS NS NS NS NS NS "\" at offset 1024: " },
	{ "and of a longer one as many, and dots",
	  name_of_257, "member \"" NS NS NS NS NS NS NS NS "...\" at offset 1024" },
	{ "an error shows a field's bytes", field_of_bytes,
	  "its uid field \" %22%25~%7f%1fo%00\" is not" },
	{ "junk behind a hard link with a size", link_then_junk,
	  "member \"link\" at offset 0: it is a hard link with a size of 5" },
	{ "and behind one without", link_without_size_then_junk,
	  "this is no tar header: the checksum is wrong" },
	{ "and behind the member that follows", link_file_junk,
	  "this is no tar header: the checksum is wrong" },
	{ "star's prefix ends after 131 bytes", star_prefix,
	  "0 " PS PS PS PS "ppp/name 0 512\nend\n" },
	{ "that of others after 155", nearly_star_prefix,
	  "0 " PS PS PS PS "ppppppppppppppppppppppppppp/name 0 512\nend\n" },
	{ "a prefix that begins with a NUL is none", empty_prefix,
	  "0 name 0 512\nend\n" },
	{ "the largest uid", largest_uid, "0 a 0 512 uid 4294967294\nend\n" },
	{ "the uid after it", uid_of_nobody,
	  "its uid is 4294967295, not from 0 to 4294967294" },
	{ "in place of which a record gives one", replaced_uid_of_nobody,
	  "1024 a 0 1536 uid 5\nend\n" },
	{ "a uid of 33 bits, likewise", replaced_uid_too_large,
	  "its uid is 4294967296, not from 0 to 4294967295" },
	{ "a uid below zero", negative_uid, "its uid is -1, not from 0" },
	{ "a time that is no number, in spite of a record", bad_time,
	  "its mtime field \"yesterday   \" is not a number" },
	{ "a mode that is no number", bad_mode, "its mode field" },
	{ "a gid that is no number", bad_gid, "its gid field" },
	{ "a target from a record", pax_target,
	  "1024 a -> from the record\nend\n" },
	{ "GNU's and PAX's names of one length", same_length_names,
	  "give it different names" },
	{ "one of which begins the other", longer_name,
	  "give it different names" },
	{ "a directory of an incremental archive", dumpdir,
	  "0 a/ directory\n1024 b 0 1536\nend\n" },
	{ "a size that is no number, in spite of a record", bad_size,
	  "its size field \"many%00%00%00%00%00%00%00%00\" is not" },
	{ "a symbolic link to nothing", link_to_nothing, "without a target" },
	{ "a hard link to nothing", hard_link_to_nothing, "without a target" },
};

/* ---- metadata ---- */

static void test_metadata(void)
{
	struct warnings warnings = { };
	const struct tar_member *m;
	struct make_tar tar = { };
	struct tar_reader *r;
	struct make_input mi;
	struct tar_header *h;
	struct error e;

	make_header(&tar, &(struct make_member){
		.type = '0', .name = "header", .mode = 0107644, .uid = 1 });
	h = (struct tar_header *)tar.bytes;
	make_octal(h->gid, 8, 2);
	make_octal(h->mtime, 12, 3);
	make_sum(h);
	make_pax(&tar, 'x', "mtime=-1.25");
	empty(&tar, '0', "record");
	make_header(&tar, &(struct make_member){
		.type = '5', .name = "directory" });
	make_end(&tar);
	if (make_input_open(&mi, &tar, &e) ||
	    tar_reader_open(&r, mi.in, &warnings, &e))
		abort();
	ok(tar_reader_next(r, &m, &e) == 1 && m->mode == 07644 && m->uid == 1 &&
	   m->gid == 2 && m->mtime == 3 && !m->mtime_nsec,
	   "metadata of a header, the mode without a type");
	ok(tar_reader_next(r, &m, &e) == 1 && m->mtime == -2 &&
	   m->mtime_nsec == 750000000, "a time of a record");
	ok(tar_reader_next(r, &m, &e) == 1 && !m->mtime && !m->mtime_nsec,
	   "which is that member's alone");
	ok(!m->size && !m->stored, "a directory has no data");
	ok(!tar_reader_next(r, &m, &e) && !tar_reader_next(r, &m, &e),
	   "the end, and again");
	tar_reader_close(r);
	make_input_close(&mi);
	warnings_free(&warnings);
	make_free(&tar);
}

/* ---- data ---- */

static void test_data(void)
{
	struct warnings warnings = { };
	const struct tar_member *m;
	struct make_tar tar = { };
	struct tar_reader *r;
	struct make_input mi;
	struct error e = { "" };
	char buf[16] = "";

	file(&tar, "a", "0123456789");
	file(&tar, "b", "abc");
	file(&tar, "c", "cut off");
	tar.len -= 508;
	if (make_input_open(&mi, &tar, &e) ||
	    tar_reader_open(&r, mi.in, &warnings, &e))
		abort();
	ok(tar_reader_next(r, &m, &e) == 1 &&
	   !tar_reader_data(r, buf, 4, &e) && !memcmp(buf, "0123", 5),
	   "the first bytes of data");
	ok(tar_reader_data(r, buf, 7, &e) == -EINVAL &&
	   strstr(e.text, "has less data than that"),
	   "a byte more than there are is refused");
	ok(!tar_reader_data(r, buf, 6, &e) && !memcmp(buf, "456789", 6),
	   "and the rest is read");
	ok(tar_reader_next(r, &m, &e) == 1 && m->path.bytes[0] == 'b' &&
	   !tar_reader_data(r, buf, 1, &e) && buf[0] == 'a',
	   "the next member, read in part");
	ok(tar_reader_next(r, &m, &e) == 1 && m->path.bytes[0] == 'c',
	   "the one behind it");
	ok(tar_reader_data(r, buf, 7, &e) == -EINVAL &&
	   strstr(e.text, "truncated"), "data that are not all there");
	tar_reader_close(r);
	make_input_close(&mi);
	warnings_free(&warnings);
	make_free(&tar);
	tar_reader_close(NULL);
}

/* ---- warnings ---- */

static void test_places(void)
{
	struct warnings warnings = { };
	const struct tar_member *m;
	struct make_tar tar = { };
	struct tar_reader *r;
	struct make_input mi;
	struct error e;

	empty(&tar, '?', "odd");
	empty(&tar, '0', "a");
	if (make_input_open(&mi, &tar, &e) ||
	    tar_reader_open(&r, mi.in, &warnings, &e))
		abort();
	while (tar_reader_next(r, &m, &e) == 1)
		;
	ok(warnings.count == 2 && warnings.list[0].count == 1 &&
	   !strcmp(warnings.list[0].first, "odd"),
	   "a warning names the member");
	ok(warnings.count == 2 && warnings.list[1].count == 1 &&
	   strstr(warnings.list[1].first, "1024"),
	   "or the offset, if there is none");
	tar_reader_close(r);
	make_input_close(&mi);
	warnings_free(&warnings);
	make_free(&tar);
}

int main(void)
{
	size_t i;

	memset(long_prefix, 'p', sizeof(long_prefix));
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check(rows[i].claim, rows[i].make, rows[i].expected);
	test_metadata();
	test_data();
	test_places();
	return tap_done();
}
