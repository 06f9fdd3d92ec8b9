// SPDX-License-Identifier: GPL-2.0
/*
 * Escapes and base64 of attributes: each digit, each invalid byte, each length.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "tap.h"
#include "tar/tar_private.h"

static const char digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* @to: the result, or NULL; '|' ends the text to decode */
static const struct {
	const char *from;
	const char *to;
} escapes[] = {
	{ "|", "" },
	{ "a|", "a" },
	{ "%41|", "A" },
	{ "%4a%4A|", "JJ" },
	{ "%25%20x|", "% x" },
	{ "x%fFy|", "x\xffy" },
	{ "%|41", NULL },
	{ "%4|1", NULL },
	{ "a%4|1", NULL },
	{ "%g1|", NULL },
	{ "%1g|", NULL },
	{ "%%41|", NULL },
	{ "%-1|", NULL },
}, base64[] = {
	{ "|", "" },
	{ "=|", "" },
	{ "YQ|", "a" },
	{ "YQ==|", "a" },
	{ "YWI|", "ab" },
	{ "YWI=|", "ab" },
	{ "YWJj|", "abc" },
	{ "YWJj|ZA", "abc" },
	{ "YWJjZA|", "abcd" },
	{ "YWJjZGU|", "abcde" },
	{ "YWJjZGVm|", "abcdef" },
	{ "Y|W", NULL },
	{ "YWJjZ|GVm", NULL },
	{ "YR|", NULL },
	{ "YWJ|", NULL },
	{ "YW=I|", NULL },
	{ "Y Q|", NULL },
	{ "YQ-|", NULL },
};

/* decode in memory of just the text's size, with the rest of @from behind it */
static void check(const char *how, ssize_t (*decode)(char *text, size_t len),
		  const char *from, const char *to)
{
	size_t len = strcspn(from, "|"), all = strlen(from) - 1;
	char *copy = malloc(all + 1);
	ssize_t got;

	if (!copy)
		abort();
	memcpy(copy, from, len);
	memcpy(copy + len, from + len + 1, all - len);
	got = decode(copy, len);
	ok(to ? got == strlen(to) && !memcmp(copy, to, got) : got == -EINVAL,
	   "%s: %s: %zd", how, from, got);
	free(copy);
}

/* six bits a digit: four equal digits are three bytes */
static void test_digits(void)
{
	unsigned int c, i, word, bad = 0;
	char text[4];

	for (c = 0; c < 256; c++) {
		const char *found = c ? strchr(digits, c) : NULL;
		ssize_t got;

		memset(text, 'A', 4);
		text[3] = c;
		got = base64_decode(text, 4);
		if (c == '=')
			continue;
		if (!found) {
			bad += got != -EINVAL;
			continue;
		}
		word = found - digits;
		bad += got != 3 || text[0] || text[1] || text[2] != (char)word;
		for (i = 0; i < 4; i++)
			text[i] = c;
		word |= word << 6 | word << 12 | word << 18;
		got = base64_decode(text, 4);
		bad += got != 3 || text[0] != (char)(word >> 16) ||
		       text[1] != (char)(word >> 8) || text[2] != (char)word;
	}
	ok(!bad, "base64: 64 bytes are digits, the others none: %u wrong", bad);
}

static void test_hex(void)
{
	unsigned int c, bad = 0;
	char text[4];

	for (c = 1; c < 256; c++) {
		int wanted = strchr("0123456789abcdefABCDEF", c) ? 1 : -EINVAL;

		snprintf(text, sizeof(text), "%%5%c", c);
		bad += tar_url_decode(text, 3) != wanted;
		snprintf(text, sizeof(text), "%%%c5", c);
		bad += tar_url_decode(text, 3) != wanted;
	}
	ok(!bad, "escapes: 22 bytes are digits, the others none: %u wrong",
	   bad);
}

int main(void)
{
	size_t i;

	for (i = 0; i < COUNT(escapes); i++)
		check("escapes", tar_url_decode, escapes[i].from,
		      escapes[i].to);
	for (i = 0; i < COUNT(base64); i++)
		check("base64", base64_decode, base64[i].from,
		      base64[i].to);
	test_digits();
	test_hex();
	return tap_done();
}
