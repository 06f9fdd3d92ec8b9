// SPDX-License-Identifier: GPL-2.0
/*
 * PAX records: the values that a member gets, and which records are refused.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <ctype.h>
#include <inttypes.h>

#include "make_tar.h"
#include "tap.h"
#include "tar/tar_private.h"

#define TEXT(text)	{ text, sizeof(text) - 1 }
#define ACL_HEADER	"\\x02\\x00\\x00\\x00"
#define NO_ID		"\\xff\\xff\\xff\\xff"

/* records "KEYWORD=VALUE", without their lengths */
static const struct {
	const char *claim;
	const char *records[6];
	const char *expected;
} members[] = {
	{ "a path", { "path=a/b" }, "path a/b\n" },
	{ "the last of two counts", { "path=a", "path=b" }, "path b\n" },
	{ "an empty value takes it back", { "path=a", "path=" }, "" },
	{ "a value with '=' and newline", { "path=a=\nb" }, "path a=\\x0ab\n" },
	{ "a value that looks like a record",
	  { "comment=x\n12 path=abc\n", "path=d" }, "path d\n" },
	{ "unknown keywords", { "comment=x", "atime=1", "hdrcharset=BINARY" },
	  "" },
	{ "size", { "size=8589934592" }, "size 8589934592\n" },
	{ "size is negative", { "size=-1" },
	  "the PAX record \"size\": is not a decimal number" },
	{ "size is too large", { "size=9223372036854775808" },
	  "the PAX record \"size\": is more than 9223372036854775807" },
	{ "uid and gid", { "uid=4294967294", "gid=3000000000" },
	  "uid 4294967294\ngid 3000000000\n" },
	{ "uid -1 of 32 bits", { "uid=4294967295" },
	  "the PAX record \"uid\": is more than 4294967294" },
	{ "mtime", { "mtime=-1.5" }, "mtime -2 500000000\n" },
	{ "mtime is no time", { "mtime=now" },
	  "the PAX record \"mtime\": is not a time of 64 bits" },
	{ "attribute", { "SCHILY.xattr.user.a=b" }, "user.a=b\n" },
	{ "attribute with '=' in the value", { "SCHILY.xattr.user.a=b=c" },
	  "user.a=b=c\n" },
	{ "empty attribute", { "SCHILY.xattr.user.a=" }, "user.a=\n" },
	{ "attributes are sorted, the last of a name counts",
	  { "SCHILY.xattr.user.b=1", "SCHILY.xattr.user.a=2",
	    "SCHILY.xattr.user.b=3" }, "user.a=2\nuser.b=3\n" },
	{ "libarchive's attribute",
	  { "LIBARCHIVE.xattr.user.a%3D%20b=AAEC/w" },
	  "user.a= b=\\x00\\x01\\x02\\xff\n" },
	{ "libarchive's attribute, padded", { "LIBARCHIVE.xattr.user.a=YQ==" },
	  "user.a=a\n" },
	{ "libarchive's attribute, not base64", { "LIBARCHIVE.xattr.a=?" },
	  "the PAX record \"LIBARCHIVE.xattr.a\": is not base64" },
	{ "libarchive's attribute, cut", { "LIBARCHIVE.xattr.a=YWJjZ" },
	  "the PAX record \"LIBARCHIVE.xattr.a\": is not base64" },
	{ "libarchive's attribute, a bad escape", { "LIBARCHIVE.xattr.a%4=" },
	  "the PAX record \"LIBARCHIVE.xattr.a%4\": has a bad % escape" },
	{ "libarchive's attribute, a NUL in the name",
	  { "LIBARCHIVE.xattr.user.a%00b=YQ" },
	  "the name of an attribute has a NUL byte" },
	{ "of two encodings the binary one counts",
	  { "SCHILY.xattr.user.a=b", "LIBARCHIVE.xattr.user.a=Yw" },
	  "user.a=b\n" },
	{ "a context gets its NUL", { "RHT.security.selinux=a:b:c" },
	  "security.selinux=a:b:c\\x00\n" },
	{ "an ACL",
	  { "SCHILY.acl.access=u::rwx,user:lisa:r-x:1000,g::r--,mask::r-x,o::---" },
	  "system.posix_acl_access=" ACL_HEADER
	  "\\x01\\x00\\x07\\x00" NO_ID
	  "\\x02\\x00\\x05\\x00\\xe8\\x03\\x00\\x00"
	  "\\x04\\x00\\x04\\x00" NO_ID
	  "\\x10\\x00\\x05\\x00" NO_ID
	  " \\x00\\x00\\x00" NO_ID "\n" },
	{ "an ACL, short and with comments",
	  { "SCHILY.acl.default=other::r\nuser::rw- # effective\ngroup::r\n" },
	  "system.posix_acl_default=" ACL_HEADER
	  "\\x01\\x00\\x06\\x00" NO_ID
	  "\\x04\\x00\\x04\\x00" NO_ID
	  " \\x00\\x04\\x00" NO_ID "\n" },
	{ "an ACL with a comment that ends at a comma for some",
	  { "SCHILY.acl.access=u::rw # a,g::r,o::r" },
	  "\"u::rw # a\" is no entry of an ACL" },
	{ "an ACL with a name only is dropped",
	  { "SCHILY.acl.access=u::rwx,u:lisa:r,g::r,m::r,o::r" },
	  "dropped, mode up to 7744\n" },
	{ "the group has no more than its own entry and the mask",
	  { "SCHILY.acl.access=u::rw,u:lisa:rwx,g::rx,m::rw,o::-" },
	  "dropped, mode up to 7640\n" },
	{ "group and others have no more than a user with a name",
	  { "SCHILY.acl.access=u::rwx,u:lisa:x,u:5:rwx,g::rwx,m::rwx,o::rx" },
	  "dropped, mode up to 7711\n" },
	{ "nor than the mask leaves that user",
	  { "SCHILY.acl.access=u::rwx,u:lisa:rwx,g::rwx,m::r,o::rx" },
	  "dropped, mode up to 7744\n" },
	{ "others have no more than a group with a name",
	  { "SCHILY.acl.access=u::rwx,g::rwx,g:staff:-,m::rwx,o::rx" },
	  "dropped, mode up to 7770\n" },
	{ "a number that is no id",
	  { "SCHILY.acl.access=u::rwx,u:lisa:r:4294967295,g::r,m::r,o::r" },
	  "dropped, mode up to 7744\n" },
	{ "a default ACL with a name only does not limit the mode",
	  { "SCHILY.acl.default=u::rwx,u:lisa:-,g::r,m::r,o::r",
	    "SCHILY.xattr.user.a=b" },
	  "user.a=b\ndropped, mode up to 7777\n" },
	{ "the binary ACL counts, whatever the text",
	  { "SCHILY.acl.access=u::rwx,u:lisa:r,g::r,m::r,o::r",
	    "SCHILY.xattr.system.posix_acl_access=binary" },
	  "system.posix_acl_access=binary\n" },
	{ "an ACL with a name only and without a mask",
	  { "SCHILY.acl.access=u::rwx,u:lisa:r,g::r,o::r" },
	  "an ACL lacks its mask" },
	{ "an ACL without a mask",
	  { "SCHILY.acl.access=u::rwx,u:5:r,g::r,o::r" },
	  "an ACL lacks its mask" },
	{ "an ACL without others", { "SCHILY.acl.access=u::rwx,g::r" },
	  "an ACL lacks its owner, group or others" },
	{ "an ACL with two owners",
	  { "SCHILY.acl.access=u::rwx,u::r,g::r,o::r" },
	  "an ACL has an entry twice" },
	{ "an ACL that is none", { "SCHILY.acl.access=all:rwx" },
	  "\"all:rwx\" is no entry of an ACL" },
	{ "an ACL with an unknown permission", { "SCHILY.acl.access=u::s" },
	  "\"u::s\" is no entry of an ACL" },
	{ "sparse 0.0",
	  { "GNU.sparse.size=5000", "GNU.sparse.offset=0",
	    "GNU.sparse.numbytes=512", "GNU.sparse.offset=4096",
	    "GNU.sparse.numbytes=5" }, "file 5000\n0+512\n4096+5\n" },
	{ "sparse 0.1",
	  { "GNU.sparse.size=5000", "GNU.sparse.name=f",
	    "GNU.sparse.map=0,512,512,1024,4096,5,5000,0" },
	  "name f\nfile 5000\n0+1536\n4096+5\n" },
	{ "sparse, both keywords of the size",
	  { "GNU.sparse.size=5000", "GNU.sparse.realsize=6000" },
	  "file 5000\nreal 6000\n" },
	{ "sparse, how many pieces",
	  { "GNU.sparse.numblocks=2", "GNU.sparse.map=0,512,512,0" },
	  "blocks 2 of 2\n0+512\n" },
	{ "sparse, how many pieces, behind the map",
	  { "GNU.sparse.map=0,512", "GNU.sparse.numblocks=1" },
	  "the PAX record \"GNU.sparse.numblocks\": follows the map" },
	{ "sparse, a version", { "GNU.sparse.major=0", "GNU.sparse.minor=1" },
	  "version 0.1\n" },
	{ "sparse, a version of two digits", { "GNU.sparse.major=01" },
	  "the PAX record \"GNU.sparse.major\": is not a digit" },
	{ "sparse, an empty map", { "GNU.sparse.map=" },
	  "the PAX record \"GNU.sparse.map\": is empty" },
	{ "sparse 0.1, and then 0.0",
	  { "GNU.sparse.map=0,512", "GNU.sparse.offset=1024" },
	  "the PAX record \"GNU.sparse.offset\": follows GNU.sparse.map" },
	{ "device numbers", { "SCHILY.devmajor=8", "SCHILY.devminor=300" },
	  "device 8 300\n" },
	{ "a device number in octal only", { "SCHILY.devmajor=0x8" },
	  "the PAX record \"SCHILY.devmajor\": is not a decimal number" },
	{ "sparse 0.1, a piece behind one that ends within a block",
	  { "GNU.sparse.map=0,513,4096,1" },
	  "piece at 4096 are is ambiguous" },
	{ "sparse 0.1, such a piece that touches",
	  { "GNU.sparse.map=0,1,1,512" },
	  "piece at 1 are is ambiguous" },
	{ "sparse 0.0, such a piece",
	  { "GNU.sparse.offset=0", "GNU.sparse.numbytes=1",
	    "GNU.sparse.offset=512", "GNU.sparse.numbytes=512" },
	  "the PAX record \"GNU.sparse.numbytes\": where the data" },
	{ "sparse 0.1, out of order", { "GNU.sparse.map=50,5,10,5" },
	  "the PAX record \"GNU.sparse.map\": the sparse map is not in order at 10+5" },
	{ "sparse 0.1, overlapping", { "GNU.sparse.map=0,10,9,5" },
	  "the PAX record \"GNU.sparse.map\": the sparse map is not in order at 9+5" },
	{ "sparse 0.1, odd", { "GNU.sparse.map=0,1,5" },
	  "the PAX record \"GNU.sparse.map\": GNU.sparse.map has an odd count of numbers" },
	{ "sparse 0.1, overflowing",
	  { "GNU.sparse.map=9223372036854775807,1" },
	  "the sparse map is not in order at 9223372036854775807+1" },
	{ "sparse 0.0, a length without an offset", { "GNU.sparse.numbytes=1" },
	  "the PAX record \"GNU.sparse.numbytes\": follows no offset" },
	{ "sparse 0.0, a length that is no number",
	  { "GNU.sparse.offset=0", "GNU.sparse.numbytes=x" },
	  "the PAX record \"GNU.sparse.numbytes\": is not a decimal number" },
	{ "sparse 0.0, how many pieces, behind an offset",
	  { "GNU.sparse.offset=0", "GNU.sparse.numblocks=1" },
	  "the PAX record \"GNU.sparse.numblocks\": follows the map" },
	{ "sparse 0.1, two maps", { "GNU.sparse.map=0,1", "GNU.sparse.map=0,1" },
	  "the PAX record \"GNU.sparse.map\": is a second map" },
	{ "sparse 0.1, no number", { "GNU.sparse.map=0,x" },
	  "GNU.sparse.map is not a list of numbers" },
	{ "sparse 0.1, at the end of what a file can have",
	  { "GNU.sparse.map=9223372036854775806,1,9223372036854775807,0" },
	  "9223372036854775806+1\n" },
	{ "sparse, the largest digits",
	  { "GNU.sparse.major=9", "GNU.sparse.minor=9" }, "version 9.9\n" },
	{ "an empty context is none", { "RHT.security.selinux=" }, "" },
	{ "a keyword that begins like one", { "RHT.security.selinuxes=a" }, "" },
	{ "an ACL's keyword is not the beginning of others",
	  { "SCHILY.acl.accessory=u::rwx" }, "" },
	{ "an error shows 64 bytes of a keyword",
	  { "LIBARCHIVE.xattr.0123456789abcdef0123456789abcdef0123456789abcdefg=?" },
	  "\"LIBARCHIVE.xattr.0123456789abcdef0123456789abcdef0123456789abcde\": is" },
	{ "sparse 0.0, two offsets",
	  { "GNU.sparse.offset=0", "GNU.sparse.offset=1" },
	  "the PAX record \"GNU.sparse.offset\": follows another offset" },
};

/* raw payloads */
static const struct {
	const char *claim;
	struct {
		const char *bytes;
		size_t len;
	} payload;
	const char *expected;
} payloads[] = {
	{ "nothing", TEXT(""), "" },
	{ "a record", TEXT("10 path=a\n"), "path a\n" },
	{ "a NUL in a path", TEXT("12 path=a\0b\n"),
	  "the PAX record \"path\": has a NUL byte" },
	{ "a NUL in an attribute", TEXT("25 SCHILY.xattr.user.a=\0\n"),
	  "user.a=\\x00\n" },
	{ "a NUL in a keyword", TEXT("11 pat\0h=a\n"),
	  "a malformed PAX record, byte 0" },
	{ "no newline", TEXT("10 path=ab"), "a malformed PAX record, byte 0" },
	{ "another record", TEXT("9 path=a\n"), "path a\n" },
	{ "length too small", TEXT("8 path=a\n"),
	  "a malformed PAX record, byte 0" },
	{ "length too large", TEXT("11 path=a\n"),
	  "a malformed PAX record, byte 0" },
	{ "length huge", TEXT("99999999999999999999999 path=a\n"),
	  "a malformed PAX record, byte 0" },
	{ "length 0", TEXT("0 path=a\n"), "a malformed PAX record, byte 0" },
	{ "length that ends in itself", TEXT("2 path=a\n"),
	  "a malformed PAX record, byte 0" },
	{ "no length", TEXT(" path=a\n"), "a malformed PAX record, byte 0" },
	{ "no keyword", TEXT("5 =a\n"), "a malformed PAX record, byte 0" },
	{ "no '='", TEXT("8 patha\n"), "a malformed PAX record, byte 0" },
	{ "the second one", TEXT("10 path=a\n\n"),
	  "a malformed PAX record, byte 10" },
	{ "a length with another digit", TEXT("0: path=a\n"),
	  "a malformed PAX record, byte 0" },
	{ "a tab behind the length", TEXT("10\tpath=a\n"),
	  "a malformed PAX record, byte 0" },
	{ "the second one is longer than what is left",
	  TEXT("10 path=a\n11 path=b\n"), "a malformed PAX record, byte 10" },
	{ "length only", TEXT("12"), "a malformed PAX record, byte 0" },
};

static void put_bytes(FILE *f, const struct tar_string *s)
{
	size_t i;

	for (i = 0; i < s->len; i++) {
		if (isprint((unsigned char)s->bytes[i]))
			putc(s->bytes[i], f);
		else
			fprintf(f, "\\x%02x", (uint8_t)s->bytes[i]);
	}
	putc('\n', f);
}

static void put_string(FILE *f, const char *what, const struct tar_string *s)
{
	fprintf(f, "%s ", what);
	put_bytes(f, s);
}

static void describe(FILE *f, const struct tar_pax *pax,
		     const struct tar_xattr_list *list)
{
	size_t i;

	if (pax->set & TAR_PAX_PATH)
		put_string(f, "path", &pax->path);
	if (pax->set & TAR_PAX_LINKPATH)
		put_string(f, "target", &pax->linkpath);
	if (pax->set & TAR_PAX_SIZE)
		fprintf(f, "size %" PRIu64 "\n", pax->size);
	if (pax->set & TAR_PAX_UID)
		fprintf(f, "uid %" PRIu32 "\n", pax->uid);
	if (pax->set & TAR_PAX_GID)
		fprintf(f, "gid %" PRIu32 "\n", pax->gid);
	if (pax->set & TAR_PAX_MTIME)
		fprintf(f, "mtime %" PRId64 " %" PRIu32 "\n", pax->mtime,
			pax->mtime_nsec);
	if (pax->set & TAR_PAX_SPARSE_NAME)
		put_string(f, "name", &pax->sparse_name);
	if (pax->set & TAR_PAX_SPARSE_SIZE)
		fprintf(f, "file %" PRIu64 "\n", pax->sparse_size);
	if (pax->set & TAR_PAX_SPARSE_REALSIZE)
		fprintf(f, "real %" PRIu64 "\n", pax->sparse_realsize);
	if (pax->set & TAR_PAX_SPARSE_BLOCKS)
		fprintf(f, "blocks %" PRIu64 " of %zu\n", pax->sparse_blocks,
			pax->map.entries);
	if (pax->set & TAR_PAX_SPARSE_MAJOR)
		fprintf(f, "version %" PRIu64 ".%" PRIu64 "\n",
			pax->sparse_major, pax->sparse_minor);
	if (pax->set & TAR_PAX_DEVMAJOR)
		fprintf(f, "device %" PRIu64 " %" PRIu64 "\n", pax->major,
			pax->minor);
	for (i = 0; i < pax->map.count; i++)
		fprintf(f, "%" PRIu64 "+%" PRIu64 "\n",
			pax->map.extents[i].logical, pax->map.extents[i].bytes);
	for (i = 0; i < list->count; i++) {
		fprintf(f, "%.*s=", (int)list->attrs[i].name.len,
			list->attrs[i].name.bytes);
		put_bytes(f, &list->attrs[i].value);
	}
	if (list->dropped_acl)
		fprintf(f, "dropped, mode up to %o\n", list->mode_limit);
}

/* print the values of a payload; or the error, and return true */
static bool parse(char *payload, size_t len, char *result, size_t size)
{
	struct tar_xattr_list list = { };
	struct tar_pax pax = { };
	struct error e = { "" };
	FILE *f = fmemopen(result, size, "w");
	int err;

	if (!f)
		abort();
	err = tar_pax_parse(&pax, payload, len, false, &e);
	if (!err)
		err = tar_xattr_resolve(&list, &pax, &e);
	if (err)
		fputs(e.text, f);
	else
		describe(f, &pax, &list);
	putc(0, f);
	fclose(f);
	tar_pax_free(&pax);
	tar_xattr_list_free(&list);
	return err;
}

/* in memory of just its size, so that a sanitizer notices an overrun */
static void check(const char *claim, const char *payload, size_t len,
		  const char *expected)
{
	char result[2048], *copy = malloc(len + 1);
	bool refused;

	if (!copy)
		abort();
	memcpy(copy, payload, len);
	refused = parse(copy, len, result, sizeof(result));
	free(copy);
	if (!ok(refused ? !!strstr(result, expected) :
		!strcmp(result, expected), "%s", claim))
		printf("# got: %s\n# not: %s\n", result, expected);
}

/* the longest path, and one byte more */
static void check_long(const char *keyword)
{
	static char record[TAR_PATH_MAX + 64], payload[TAR_PATH_MAX + 64];
	static char result[2 * TAR_PATH_MAX];
	size_t len;

	for (len = TAR_PATH_MAX; len <= TAR_PATH_MAX + 1; len++) {
		size_t start = sprintf(record, "%s=", keyword);

		memset(record + start, 'x', len);
		start = make_record(payload, record, start + len);
		ok(parse(payload, start, result, sizeof(result)) ?
		   len > TAR_PATH_MAX &&
		   strstr(result, "has 4096 bytes, more than 4095") :
		   len == TAR_PATH_MAX && strlen(result) > len,
		   "%s of %zu bytes: %.60s", keyword, len, result);
	}
}

int main(void)
{
	char payload[2048];
	size_t i, r, len;

	for (i = 0; i < COUNT(members); i++) {
		len = 0;
		for (r = 0; r < 6 && members[i].records[r]; r++)
			len += make_record(payload + len, members[i].records[r],
					   strlen(members[i].records[r]));
		check(members[i].claim, payload, len, members[i].expected);
	}
	for (i = 0; i < COUNT(payloads); i++)
		check(payloads[i].claim, payloads[i].payload.bytes,
		      payloads[i].payload.len, payloads[i].expected);
	check_long("path");
	check_long("linkpath");
	check_long("GNU.sparse.name");
	return tap_done();
}
