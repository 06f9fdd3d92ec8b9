// SPDX-License-Identifier: GPL-2.0
/*
 * POSIX ACLs are read as the tar has them, and grant and deny access as on any
 * file system, with cold caches too.
 *
 *	acl_test
 *
 * Needs the disk features.2; make_tars.py has the ACLs of the files in acls/.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "acl.h"
#include "guest.h"

#define ACLS		"/mnt/acls"
#define ACCESS		"system.posix_acl_access"
#define DEFAULT		"system.posix_acl_default"
#define FRIEND		1000		/* in the ACLs, as user or group */
#define STRANGER	1001
#define NONE		((__le32)ACL_UNDEFINED_ID)

/* who may open which path */
static const struct gate {
	const char *path;
	int flags;
	int friend;			/* 0 or an errno */
	int stranger;
} gates[] = {
	{ "file",	0,		0,	EACCES },
	{ "user",	0,		0,	EACCES },
	{ "group",	0,		0,	EACCES },
	{ "not-user",	0,		EACCES,	0 },
	{ "not-group",	0,		EACCES,	0 },
	{ "masked",	0,		EACCES,	0 },
	{ "search/file", 0,		0,	EACCES },
	{ "search",	O_DIRECTORY,	EACCES,	EACCES },
	{ "list",	O_DIRECTORY,	0,	EACCES },
	{ "list/file",	0,		EACCES,	EACCES },
	{ ".",		O_DIRECTORY,	0,	0 },
};

static void test_gates(const char *when)
{
	const struct gate *g;
	char path[64];
	size_t i;

	for (i = 0; i < sizeof(gates) / sizeof(*gates); i++) {
		g = &gates[i];
		snprintf(path, sizeof(path), ACLS "/%s", g->path);
		ok(open_as(FRIEND, path, g->flags) == g->friend,
		   "%s: who is in the ACL is %s%s", g->path,
		   g->friend ? "kept out" : "let in", when);
		ok(open_as(STRANGER, path, g->flags) == g->stranger,
		   "%s: another is %s%s", g->path,
		   g->stranger ? "kept out" : "let in", when);
		ok(!open_as(0, path, g->flags), "%s: root is let in%s",
		   g->path, when);
	}
}

static void test_program(void)
{
	char *const argv[] = { ACLS "/program", NULL };

	ok(run_program(ACLS "/program", argv, FRIEND) == (FRIEND & 0xff),
	   "who is in the ACL may start a program");
	ok(run_program(ACLS "/program", argv, STRANGER) == 127,
	   "another may not");
}

static bool acl_is(const char *path, const char *name,
		   const struct posix_acl_xattr_entry *entries, size_t count)
{
	struct acl acl;
	ssize_t len = getxattr(path, name, &acl, sizeof(acl));

	return len == (ssize_t)ACL_SIZE(count) &&
	       acl.head.a_version == POSIX_ACL_XATTR_VERSION &&
	       !memcmp(acl.entries, entries, count * sizeof(*entries));
}

static void test_values(void)
{
	static const struct posix_acl_xattr_entry user[] = {
		{ ACL_USER_OBJ, 7, NONE },	{ ACL_USER, 4, FRIEND },
		{ ACL_GROUP_OBJ, 0, NONE },	{ ACL_MASK, 7, NONE },
		{ ACL_OTHER, 0, NONE },
	};
	static const struct posix_acl_xattr_entry inherited[] = {
		{ ACL_USER_OBJ, 7, NONE },	{ ACL_USER, 5, FRIEND },
		{ ACL_GROUP_OBJ, 5, NONE },	{ ACL_MASK, 5, NONE },
		{ ACL_OTHER, 0, NONE },
	};
	struct stat st;
	char value[256];

	ok(acl_is(ACLS "/user", ACCESS, user, 5), "an access ACL is read");
	ok(!stat(ACLS "/user", &st) && (st.st_mode & 07777) == 0770,
	   "its mask is in the mode");
	ok(acl_is(ACLS, DEFAULT, inherited, 5), "a default ACL is read");
	ok(getxattr(ACLS, ACCESS, value, sizeof(value)) < 0 &&
	   errno == ENODATA, "it comes without an access ACL");
	ok(getxattr(ACLS "/search/file", ACCESS, value, sizeof(value)) < 0 &&
	   errno == ENODATA, "a file has none of its own");
}

static bool lists_only(const char *path, const char *name)
{
	char list[256];
	ssize_t len = listxattr(path, list, sizeof(list));

	return name ? len == (ssize_t)strlen(name) + 1 && !strcmp(list, name) :
		      !len;
}

static void test_lists(void)
{
	ok(lists_only(ACLS "/user", ACCESS), "an access ACL is listed");
	ok(lists_only(ACLS, DEFAULT), "a default ACL is listed");
	ok(lists_only(ACLS "/search/file", NULL), "where is none, none is");
}

static void test_changes(void)
{
	static const struct posix_acl_xattr_header none = {
		POSIX_ACL_XATTR_VERSION
	};

	ok(setxattr(ACLS "/user", ACCESS, &none, sizeof(none), 0) &&
	   errno == EROFS, "no ACL is changed");
	ok(removexattr(ACLS "/user", ACCESS) && errno == EROFS,
	   "no ACL is removed");
}

int main(void)
{
	setlinebuf(stdout);
	mark_log();
	must_mount(disk("features.2"), "/mnt");
	test_gates("");
	test_program();
	test_values();
	test_lists();
	test_changes();
	drop_caches();
	test_gates(", with cold caches");
	ok(!unmount("/mnt"), "unmounts");
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	return tap_done();
}
