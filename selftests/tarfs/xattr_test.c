// SPDX-License-Identifier: GPL-2.0
/*
 * Extended attributes up to their limits are listed and read, by those who may
 * see them only.
 *
 *	xattr_test
 *
 * Needs the disks attrs.2 and features.2; make_tars.py has the attributes.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "guest.h"
#include "layout.h"
#include "tarfs_fs.h"

static char list[XATTR_LIST_MAX];
static unsigned char value[TARFS2_XATTR_VALUE_MAX + 1];

static bool fails(ssize_t ret, int err)
{
	return ret < 0 && errno == err;
}

static bool has(const char *path, const char *name, const char *text)
{
	ssize_t len = lgetxattr(path, name, value, sizeof(value));

	return len == (ssize_t)strlen(text) && !memcmp(value, text, len);
}

static void test_large(void)
{
	const char *path = "/mnt/large", *name = "user.large";
	ssize_t len, i = 0;

	ok(getxattr(path, name, NULL, 0) == TARFS2_XATTR_VALUE_MAX,
	   "a value of 65536 bytes has its size");
	len = getxattr(path, name, value, sizeof(value));
	while (i < len && value[i] == 'L')
		i++;
	ok(len == TARFS2_XATTR_VALUE_MAX && i == len, "it is read");
	ok(getxattr(path, name, value, len) == len, "with just enough room");
	ok(fails(getxattr(path, name, value, len - 1), ERANGE),
	   "not with less");
}

/*
 * Attributes user.0000 and following, whose values are their numbers; check
 * every @step-th.
 */
static void test_many(const char *path, int count, int step)
{
	ssize_t len = listxattr(path, list, sizeof(list));
	int i, wrong = 0;
	char name[16], text[16];

	/* "user.", four digits and a NUL */
	ok(len == 10 * count && listxattr(path, NULL, 0) == len,
	   "%d attributes are listed", count);
	for (i = 0; i < count; i += step) {
		snprintf(name, sizeof(name), "user.%04d", i);
		snprintf(text, sizeof(text), "%d", i);
		wrong += !!strcmp(list + 10 * i, name) ||
			 !has(path, name, text);
	}
	ok(!wrong, "%d attributes are read", count);
	ok(fails(listxattr(path, list, len - 1), ERANGE),
	   "a list needs its room");
}

static void test_long_list(void)
{
	char name[300], text[16];
	int i, wrong = 0;

	ok(fails(listxattr("/mnt/names", list, sizeof(list)), E2BIG),
	   "a list of more than 65536 bytes is not to be had");
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "user.%0250d", i);
		snprintf(text, sizeof(text), "%d", i);
		wrong += !has("/mnt/names", name, text);
	}
	ok(!wrong, "but all that would be in it");
}

static void test_values(void)
{
	char name[32];
	int i, j, wrong = 0;
	ssize_t len;

	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "trusted.%d", i);
		len = getxattr("/mnt/values", name, value, sizeof(value));
		for (j = 0; j < len && value[j] == pattern(j); j++)
			;
		wrong += len != i * i || j != len;
	}
	ok(!wrong, "values of 0 to 9801 bytes are read");
}

static void test_others(void)
{
	const char *path = "/mnt/large";

	ok(fails(getxattr(path, "user.none", value, 1), ENODATA) &&
	   fails(getxattr(path, "user.lar", value, 1), ENODATA) &&
	   fails(getxattr(path, "user.large1", value, 1), ENODATA) &&
	   fails(getxattr(path, "trusted.large", value, 1), ENODATA),
	   "what is not there is not there");
	ok(fails(getxattr(path, "system.none", value, 1), EOPNOTSUPP) &&
	   fails(getxattr(path, "none", value, 1), EOPNOTSUPP),
	   "what cannot be there is not supported");
	ok(fails(setxattr(path, "user.new", "x", 1, 0), EROFS) &&
	   fails(setxattr(path, "user.large", "x", 1, 0), EROFS) &&
	   fails(removexattr(path, "user.large"), EROFS),
	   "nothing is set or removed");
}

static void test_special(void)
{
	ok(has("/mnt/attributes-dir", "trusted.of", "dir"),
	   "a directory has an attribute");
	ok(has("/mnt/attributes-link", "trusted.of", "link"),
	   "a symbolic link has one");
	ok(has("/mnt/attributes-fifo", "trusted.of", "fifo"),
	   "a fifo has one");
	ok(has("/mnt/attributes-null", "trusted.of", "null"),
	   "a device has one");
	ok(has("/mnt/attributes", "user.empty", ""), "one can be empty");
	ok(listxattr("/mnt/links-1", list, sizeof(list)) == 0,
	   "a file without attributes lists none");
}

static bool lists(const char *path, const char *name)
{
	ssize_t len = listxattr(path, list, sizeof(list));
	const char *at;

	for (at = list; at < list + len; at += strlen(at) + 1)
		if (!strcmp(at, name))
			return true;
	return false;
}

static int look_as_user(void)
{
	const char *path = "/mnt/attributes";

	return has(path, "user.plain", "value") && lists(path, "user.plain") &&
	       fails(getxattr(path, "trusted.binary", value, 100), ENODATA) &&
	       !lists(path, "trusted.binary") &&
	       fails(getxattr("/mnt/locked", "user.none", value, 1), EACCES);
}

static void test_user(void)
{
	ok(lists("/mnt/attributes", "trusted.binary") &&
	   getxattr("/mnt/attributes", "trusted.binary", value,
		    sizeof(value)) == 4,
	   "root has the attributes that are trusted");
	ok(do_as(1000, look_as_user) == 1,
	   "a user has only those of users, of files that may be read");
}

int main(void)
{
	setlinebuf(stdout);
	mark_log();
	must_mount(disk("attrs.2"), "/mnt");
	test_large();
	test_many("/mnt/many", 1000, 1);
	test_many("/mnt/most", TARFS2_XATTR_COUNT_MAX, 13);
	test_long_list();
	test_values();
	test_others();
	ok(!unmount("/mnt"), "unmounts");
	must_mount(disk("features.2"), "/mnt");
	test_special();
	test_user();
	ok(!unmount("/mnt"), "unmounts");
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	return tap_done();
}
