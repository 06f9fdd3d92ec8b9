// SPDX-License-Identifier: GPL-2.0
/*
 * Data that are no tar are recognized, for messages.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <string.h>

#include "stream/content.h"
#include "tap.h"

static void is(const char *bytes, size_t len, const char *name)
{
	const char *found = content_name((const uint8_t *)bytes, len);

	ok(name ? found && !strcmp(found, name) : !found, "%zu bytes: %s", len,
	   found ? found : "unknown");
}

int main(void)
{
	is("\x04\x22\x4d\x18 data", 9, "lz4 data");
	is("PK\x03\x04 data", 9, "a zip archive");
	is("070701 data", 11, "a cpio archive");
	is("\n <!DOCTYPE html>", 17, "an HTML page");
	is("<HTML>", 6, "an HTML page");
	is("{\"errors\":", 10, "a JSON document");
	is("\x1f\x8b\x07", 3, "gzip data");
	is("07070", 5, NULL);
	is("<htm", 4, NULL);
	is("   ", 3, NULL);
	is("", 0, NULL);
	return tap_done();
}
