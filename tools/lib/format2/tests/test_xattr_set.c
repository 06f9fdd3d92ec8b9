// SPDX-License-Identifier: GPL-2.0
/*
 * Equal sets of extended attributes are stored once, and all sets have a limit.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>

#include "format2/xattr_set.h"
#include "tap.h"

/* add a regular file with one attribute; return the number of its set in @id */
static int add(struct xattr_sets *sets, char *value, size_t len, uint32_t *id)
{
	const struct tar_xattr x = {
		.name = { "user.a", strlen("user.a") },
		.value = { value, len },
	};
	const struct tar_member m = {
		.path = { "file", strlen("file") },
		.type = TAR_REGULAR,
		.xattrs = &x,
		.xattr_count = 1,
	};
	struct warnings w = { 0 };
	struct error e = { "" };
	struct xattr_choice choice;
	int err;

	err = xattr_sets_add(sets, &m, &w, &choice, &e);
	*id = choice.set;
	if (!err != !*e.text || w.count)
		err = -EBADE;
	warnings_free(&w);
	return err;
}

static void test_limit(void)
{
	struct xattr_sets sets = { 0 };
	uint32_t first, again, other;
	uint64_t each;

	ok(!add(&sets, "1", 1, &first) && sets.count == 1 && sets.bytes,
	   "a set takes room");
	each = sets.bytes;
	ok(!add(&sets, "1", 1, &again) && again == first &&
	   sets.bytes == each, "the same set takes none");
	sets.bytes = XATTR_SETS_BYTES_MAX - each;
	ok(!add(&sets, "2", 1, &other) && other != first,
	   "the last set that fits");
	ok(add(&sets, "3", 1, &other) == -EFBIG && sets.count == 2,
	   "one more is too much");
	ok(!add(&sets, "2", 1, &other) && other != first,
	   "what is there already is not");
	xattr_sets_free(&sets);
}

int main(void)
{
	test_limit();
	return tap_done();
}
