// SPDX-License-Identifier: GPL-2.0
/*
 * ACLs in text and binary form: each entry, each bound, and the mode.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <linux/posix_acl_xattr.h>
#include <linux/posix_acl.h>
#include <stdlib.h>
#include <string.h>

#include "base/tarfs_host.h"
#include "tap.h"
#include "tar/tar_private.h"

#define NO_ENTRY	"is no entry of an ACL"
#define TWICE		"an ACL has an entry twice"
#define LACKS		"an ACL lacks its owner, group or others"
#define NO_MASK		"an ACL lacks its mask"

/*
 * @expected: entries TAG PERMISSIONS ID, with "-" for none, or the limit of the
 * mode if the ACL is dropped, or a part of the error.
 */
static const struct {
	const char *text;
	const char *expected;
} texts[] = {
	{ "user::rwx,group::r-x,other::--x",
	  "1 7 -, 4 5 -, 32 1 -" },
	{ "u::rwx,g::rw-,o::-w-", "1 7 -, 4 6 -, 32 2 -" },
	{ "o::r\ng::w\nu::x", "1 1 -, 4 2 -, 32 4 -" },
	{ "other:r,g::w,u::x", "1 1 -, 4 2 -, 32 4 -" },
	{ "o:r,m:w,g::w,u::x", "1 1 -, 4 2 -, 16 2 -, 32 4 -" },
	{ "mask::rw,o::r,g::w,u::x", "1 1 -, 4 2 -, 16 6 -, 32 4 -" },
	{ "u::-,g::---,o::-", "1 0 -, 4 0 -, 32 0 -" },
	{ " u::r,\tg::r , o::r\t", "1 4 -, 4 4 -, 32 4 -" },
	{ "u::r # x\n,g::r#\n#\no::r,\n\n", "1 4 -, 4 4 -, 32 4 -" },
	{ "u::r,g::r,o::r,u:5:w,u:4:r,g:7:x,g:1000:r:6,m::r",
	  "1 4 -, 2 4 4, 2 2 5, 4 4 -, 8 4 6, 8 1 7, 16 4 -, 32 4 -" },
	{ "u::r,g::r,o::r,u:4294967294:w,m::r",
	  "1 4 -, 2 2 4294967294, 4 4 -, 16 4 -, 32 4 -" },
	{ "u::r,g::r,o::r,u:0:w:1,m::r", "1 4 -, 2 2 1, 4 4 -, 16 4 -, 32 4 -" },
	{ "u::rwx,u:lisa:rwx,g::rwx,m::rwx,o::rwx", "mode 777" },
	{ "u::rwx,u:lisa:rwx:4294967295,g::rwx,m::rwx,o::rwx", "mode 777" },
	{ "u::rw,u:lisa:r,g::rwx,m::rwx,o::rwx", "mode 644" },
	{ "u::rw,u:9:r,g:staff:x,g::rwx,m::rwx,o::rwx", "mode 640" },
	{ "u::rw,g:staff:x,g::rw,m::rwx,o::rwx", "mode 661" },
	{ "u::rw,g:staff:rwx,g::rw,m::r,o::rwx", "mode 644" },
	{ "", LACKS },
	{ "u::r,g::r", LACKS },
	{ "u::r,o::r", LACKS },
	{ "g::r,o::r", LACKS },
	{ "u::r,g::r,o::r,g:1:r", NO_MASK },
	{ "u::r,g::r,o::r,u:1:r", NO_MASK },
	{ "u::r,u::w,g::r,o::r", TWICE },
	{ "u::r,g::r,g::r,o::r", TWICE },
	{ "u::r,g::r,o::r,o::r", TWICE },
	{ "u::r,g::r,m::r,m::r,o::r", TWICE },
	{ "u", NO_ENTRY },
	{ "u:r", NO_ENTRY },
	{ "g:r", NO_ENTRY },
	{ "u::", NO_ENTRY },
	{ "m:", NO_ENTRY },
	{ "u::q", NO_ENTRY },
	{ "u::rq", NO_ENTRY },
	{ "x::r", NO_ENTRY },
	{ "us::r", NO_ENTRY },
	{ "users::r", NO_ENTRY },
	{ "uuser::r", NO_ENTRY },
	{ "::r", NO_ENTRY },
	{ "u::r:5", NO_ENTRY },
	{ "u:x:r:5:6", NO_ENTRY },
	{ "m:x:r", NO_ENTRY },
	{ "o:5:r", NO_ENTRY },
	{ "u::R", NO_ENTRY },
	{ "u::r # x,g::r,o::r", NO_ENTRY },
};

static void put_acl(FILE *f, const struct buffer *acl)
{
	const struct posix_acl_xattr_entry *entry =
		(const void *)(acl->bytes + sizeof(__u32));
	size_t count = (acl->len - sizeof(__u32)) / sizeof(*entry), i;

	if (le32toh(*(__u32 *)acl->bytes) != 2 ||
	    acl->len != sizeof(__u32) + count * sizeof(*entry))
		fprintf(f, "malformed ");
	for (i = 0; i < count; i++, entry++) {
		fprintf(f, "%s%u %u ", i ? ", " : "", le16toh(entry->e_tag),
			le16toh(entry->e_perm));
		if (entry->e_id == 0xffffffff)
			fprintf(f, "-");
		else
			fprintf(f, "%u", le32toh(entry->e_id));
	}
}

/* print a text of several lines as one */
static void put_text(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			fprintf(f, "\\n");
		else if (*text == '\t')
			fprintf(f, "\\t");
		else
			putc(*text, f);
	}
	putc(0, f);
}

static void check_text(const char *text, const char *expected)
{
	struct tar_string s = { NULL, strlen(text) };
	struct buffer acl = { };
	struct error e = { "" };
	uint16_t mode = 0;
	char result[512], shown[512];
	FILE *f = fmemopen(result, sizeof(result), "w");
	int err;

	/* just its size, so that a sanitizer notices an overrun */
	s.bytes = malloc(s.len ? s.len : 1);
	if (!f || !s.bytes)
		abort();
	memcpy(s.bytes, text, s.len);
	err = tar_acl_binary(&s, &acl, &mode, &e);
	if (err < 0)
		fprintf(f, "%s", err == -EINVAL ? e.text : "another error");
	else if (err)
		fprintf(f, "mode %o", mode);
	else
		put_acl(f, &acl);
	putc(0, f);
	fclose(f);
	f = fmemopen(shown, sizeof(shown), "w");
	if (!f)
		abort();
	put_text(f, text);
	fclose(f);
	if (!ok(err < 0 ? !!strstr(result, expected) :
		!strcmp(result, expected), "ACL \"%s\": %s", shown, expected))
		printf("# have: %s\n", result);
	free(s.bytes);
	free(acl.bytes);
}

/* ---- binary form ---- */

#define OWNER	{ 1, 7, -1 }
#define GROUP	{ 4, 5, -1 }
#define OTHER	{ 32, 1, -1 }

/* entries up to one of tag 0; @mode: of a valid ACL */
static const struct {
	const char *claim;
	struct { unsigned int tag, perm; long id; } entries[7];
	int mode;
	const char *fault;
} binaries[] = {
	{ "three entries", { OWNER, GROUP, OTHER }, 0751, NULL },
	{ "a mask", { OWNER, GROUP, { 16, 2, -1 }, OTHER }, 0721, NULL },
	{ "a user and a group",
	  { OWNER, { 2, 7, 5 }, GROUP, { 8, 7, 0 }, { 16, 6, -1 }, OTHER },
	  0761, NULL },
	{ "two users",
	  { OWNER, { 2, 7, 5 }, { 2, 7, 6 }, GROUP, { 16, 6, -1 }, OTHER },
	  0761, NULL },
	{ "an id where there should be none", { OWNER, { 4, 5, 7 }, OTHER },
	  0751, NULL },
	{ "no owner", { GROUP, OTHER }, 0, LACKS },
	{ "no group", { OWNER, OTHER }, 0, LACKS },
	{ "no others", { OWNER, GROUP }, 0, LACKS },
	{ "no mask", { OWNER, { 2, 7, 5 }, GROUP, OTHER }, 0, NO_MASK },
	{ "no mask for a group", { OWNER, GROUP, { 8, 7, 5 }, OTHER }, 0,
	  NO_MASK },
	{ "two owners", { OWNER, OWNER, GROUP, OTHER }, 0, TWICE },
	{ "out of order", { GROUP, OWNER, OTHER }, 0,
	  "an ACL is not in order" },
	{ "the last out of order", { OWNER, GROUP, OTHER, { 16, 7, -1 } }, 0,
	  "an ACL is not in order" },
	{ "a user of no id", { OWNER, { 2, 7, -1 }, GROUP, { 16, 6, -1 },
	  OTHER }, 0, "malformed" },
	{ "a group of no id", { OWNER, GROUP, { 8, 7, -1 }, { 16, 6, -1 },
	  OTHER }, 0, "malformed" },
	{ "a permission that is none", { { 1, 15, -1 }, GROUP, OTHER }, 0,
	  "malformed" },
	{ "a tag that is none", { OWNER, GROUP, OTHER, { 64, 7, -1 } }, 0,
	  "malformed" },
	{ "two tags in one", { OWNER, { 5, 7, -1 }, OTHER }, 0, "malformed" },
};

static void check_value(const char *claim, const void *bytes, size_t len,
			int mode, const char *fault)
{
	struct tar_string s = { malloc(len ? len : 1), len };
	struct error e = { "" };
	struct tar_acl_summary got = { };
	size_t entries = len > 4 ? (len - 4) / 8 : 0;
	int err;

	if (!s.bytes)
		abort();
	memcpy(s.bytes, bytes, len);
	err = tar_acl_check(&s, &got, &e);
	ok(fault ? err == -EINVAL && strstr(e.text, fault) :
	   !err && got.mode == mode && got.entries == entries &&
	   got.is_mode == (entries == 3), "value: %s: %d, %o: %s", claim, err,
	   got.mode, e.text);
	free(s.bytes);
}

struct value {
	__u32 version;
	struct posix_acl_xattr_entry entries[8];
};

/* make the value of row @i; return its length */
static size_t make_value(struct value *v, size_t i)
{
	size_t n;

	v->version = htole32(2);
	for (n = 0; binaries[i].entries[n].tag; n++) {
		v->entries[n].e_tag = htole16(binaries[i].entries[n].tag);
		v->entries[n].e_perm = htole16(binaries[i].entries[n].perm);
		v->entries[n].e_id = htole32(binaries[i].entries[n].id);
	}
	return sizeof(v->version) + n * sizeof(v->entries[0]);
}

static void test_values(void)
{
	struct value v;
	size_t i, len;

	for (i = 0; i < COUNT(binaries); i++) {
		len = make_value(&v, i);
		check_value(binaries[i].claim, &v, len, binaries[i].mode,
			    binaries[i].fault);
	}
	len = make_value(&v, 0);
	check_value("a byte more", &v, len + 1, 0, "malformed");
	check_value("a byte less", &v, len - 1, 0, "malformed");
	check_value("no entries", &v, 4, 0, NULL);
	check_value("half a header", &v, 3, 0, "malformed");
	v.version = htole32(1);
	check_value("another version", &v, len, 0, "malformed");
}

int main(void)
{
	size_t i;

	for (i = 0; i < COUNT(texts); i++)
		check_text(texts[i].text, texts[i].expected);
	test_values();
	return tap_done();
}
