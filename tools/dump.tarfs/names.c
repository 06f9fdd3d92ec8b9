// SPDX-License-Identifier: GPL-2.0
/*
 * Escape names for listings and for mtree(5).
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <string.h>

#include "dump.h"

const char *const type_names[16] = {
	[DT_FIFO] = "fifo",
	[DT_CHR]  = "char",
	[DT_DIR]  = "dir",
	[DT_BLK]  = "block",
	[DT_REG]  = "file",
	[DT_LNK]  = "link",
};

static const char *escape(const char *bytes, size_t len, const char *special)
{
	static char text[DUMP_NAME_MAX];
	char *to = text;
	unsigned char c;

	for (; len && to < text + sizeof(text) - 4; len--) {
		c = *bytes++;
		if (c >= ' ' && c <= '~' && !strchr(special, c)) {
			*to++ = c;
			continue;
		}
		*to++ = '\\';
		*to++ = '0' + (c >> 6);
		*to++ = '0' + (c >> 3 & 7);
		*to++ = '0' + (c & 7);
	}
	*to = '\0';
	return text;
}

const char *mtree_name(const char *bytes, size_t len)
{
	return escape(bytes, len, "\\#= ");
}

const char *plain_name(const char *bytes, size_t len)
{
	return escape(bytes, len, "\\");
}
