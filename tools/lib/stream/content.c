// SPDX-License-Identifier: GPL-2.0
/*
 * Identify a file that is not a tar, for messages.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "content.h"

#define MAGIC_MAX	8

/* @text: match letters of either case, after optional white space */
static const struct content {
	const char *name;
	uint8_t len;
	bool text;
	char magic[MAGIC_MAX];
} contents[] = {
	{ "lz4 data",			4, false, "\x04\x22\x4d\x18" },
	{ "lz4 data",			4, false, "\x02\x21\x4c\x18" },
	{ "lzip data",			4, false, "LZIP" },
	{ "lzop data",			4, false, "\x89LZO" },
	{ "lzma data",			5, false, "\x5d\0\0\x80\0" },
	{ "compress (.Z) data",		2, false, "\x1f\x9d" },
	{ "gzip data",			2, false, "\x1f\x8b" },
	{ "xz data",			6, false, "\3757zXZ" },
	{ "bzip2 data",			3, false, "BZh" },
	{ "a zip archive",		4, false, "PK\x03\x04" },
	{ "a zip archive",		4, false, "PK\x05\x06" },
	{ "a 7z archive",		6, false, "7z\xbc\xaf\x27\x1c" },
	{ "a rar archive",		4, false, "Rar!" },
	{ "a cpio archive",		6, false, "070701" },
	{ "a cpio archive",		6, false, "070702" },
	{ "a cpio archive",		6, false, "070707" },
	{ "a cpio archive",		2, false, "\xc7\x71" },
	{ "a cpio archive",		2, false, "\x71\xc7" },
	{ "an ar archive or a Debian package", 7, false, "!<arch>" },
	{ "an RPM package",		4, false, "\xed\xab\xee\xdb" },
	{ "a squashfs image",		4, false, "hsqs" },
	{ "an ELF file",		4, false, "\177ELF" },
	{ "an HTML page",		5, true, "<html" },
	{ "an HTML page",		8, true, "<!doctyp" },
	{ "an XML document",		5, true, "<?xml" },
	{ "a JSON document",		1, true, "{" },
};

#define CONTENT_COUNT	(sizeof(contents) / sizeof(contents[0]))

static bool is_white(uint8_t byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static bool begins_with(const struct content *c, const uint8_t *buf,
			size_t len)
{
	while (c->text && len && is_white(*buf)) {
		buf++;
		len--;
	}
	if (len < c->len)
		return false;
	return c->text ? !strncasecmp((const char *)buf, c->magic, c->len) :
			 !memcmp(buf, c->magic, c->len);
}

const char *content_name(const uint8_t *buf, size_t len)
{
	size_t i;

	for (i = 0; i < CONTENT_COUNT; i++)
		if (begins_with(&contents[i], buf, len))
			return contents[i].name;
	return NULL;
}
