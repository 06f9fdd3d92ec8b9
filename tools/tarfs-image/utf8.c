// SPDX-License-Identifier: GPL-2.0
/*
 * Convert bytes of unknown encoding to UTF-8 for JSON.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

#define REPLACEMENT	"\xef\xbf\xbd"	/* U+FFFD */
#define REPLACEMENT_LEN	(sizeof(REPLACEMENT) - 1)

/*
 * The well-formed sequences, by their first byte (Unicode 15.0, table 3-7).
 * @second: the range of the second byte; the others are 0x80 to 0xbf
 */
static const struct form {
	unsigned char first[2];
	unsigned char second[2];
	size_t len;
} forms[] = {
	{ { 0x01, 0x7f }, { 0x00, 0x00 }, 1 },
	{ { 0xc2, 0xdf }, { 0x80, 0xbf }, 2 },
	{ { 0xe0, 0xe0 }, { 0xa0, 0xbf }, 3 },
	{ { 0xe1, 0xec }, { 0x80, 0xbf }, 3 },
	{ { 0xed, 0xed }, { 0x80, 0x9f }, 3 },
	{ { 0xee, 0xef }, { 0x80, 0xbf }, 3 },
	{ { 0xf0, 0xf0 }, { 0x90, 0xbf }, 4 },
	{ { 0xf1, 0xf3 }, { 0x80, 0xbf }, 4 },
	{ { 0xf4, 0xf4 }, { 0x80, 0x8f }, 4 },
};

static int in_range(unsigned char byte, const unsigned char range[2])
{
	return byte >= range[0] && byte <= range[1];
}

static const struct form *find_form(unsigned char first)
{
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (in_range(first, forms[i].first))
			return &forms[i];
	return NULL;
}

/* Return the length of the valid sequence at @at, or 0. */
static size_t sequence_len(const unsigned char *at, size_t left)
{
	static const unsigned char continuation[2] = { 0x80, 0xbf };
	const struct form *form = find_form(*at);
	size_t i;

	if (!form || form->len > left)
		return 0;
	for (i = 1; i < form->len; i++)
		if (!in_range(at[i], i == 1 ? form->second : continuation))
			return 0;
	return form->len;
}

char *utf8_make_text(const char *bytes, size_t len)
{
	const unsigned char *at = (const unsigned char *)bytes;
	char *text = malloc(len * REPLACEMENT_LEN + 1), *to = text;
	size_t n;

	if (!text)
		return NULL;
	for (; len; at += n ? n : 1, len -= n ? n : 1) {
		n = sequence_len(at, len);
		to = mempcpy(to, n ? (const void *)at : REPLACEMENT,
			     n ? n : REPLACEMENT_LEN);
	}
	*to = '\0';
	return text;
}
