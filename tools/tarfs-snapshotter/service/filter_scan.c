// SPDX-License-Identifier: GPL-2.0
/*
 * Words of a filter: fields, operators, values.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "filter_scan.h"

bool scan_skip(struct scan *in, char c)
{
	if (*in->at != c)
		return false;
	in->at++;
	return true;
}

int scan_fail(const struct scan *in, const char *wanted, struct error *e)
{
	return error_set(e, -EINVAL,
			 "the filter '%s' must have %s at offset %td",
			 in->text, wanted, in->at - in->text);
}

static void skip_spaces(struct scan *in)
{
	while (isspace((unsigned char)*in->at))
		in->at++;
}

/* encode a character as UTF-8; return the number of bytes */
static size_t put_rune(char *to, uint32_t rune)
{
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t len = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
	size_t i;

	if (len == 1) {
		*to = rune;
		return 1;
	}
	for (i = len; --i; rune >>= 6)
		to[i] = 0x80 | (rune & 0x3f);
	*to = first[len] | rune;
	return len;
}

/* exactly @count digits of a base; return false if there are fewer */
static bool take_digits(struct scan *in, unsigned int count, int base,
			uint32_t *number)
{
	for (*number = 0; count--; in->at++) {
		int digit = hex_digit(*in->at);

		if (digit < 0 || digit >= base)
			return false;
		*number = *number * base + digit;
	}
	return true;
}

static bool take_number(struct scan *in, uint32_t *number, bool *is_byte)
{
	*is_byte = false;
	if (scan_skip(in, 'u'))
		return take_digits(in, 4, 16, number);
	if (scan_skip(in, 'U'))
		return take_digits(in, 8, 16, number) && *number <= 0x10ffff;
	*is_byte = true;
	if (scan_skip(in, 'x'))
		return take_digits(in, 2, 16, number);
	return take_digits(in, 3, 8, number) && *number <= 0xff;
}

/* what follows a backslash; return the number of bytes, 0 if it is invalid */
static size_t unescape(struct scan *in, char quote, char *to)
{
	static const char letters[] = "abfnrtv\\", meant[] = "\a\b\f\n\r\t\v\\";
	const char *known = *in->at ? strchr(letters, *in->at) : NULL;
	uint32_t number;
	bool is_byte;

	if (known || scan_skip(in, quote)) {
		*to = known ? meant[known - letters] : quote;
		in->at += known ? 1 : 0;
		return 1;
	}
	if (!take_number(in, &number, &is_byte) || !number)
		return 0;
	if (!is_byte)
		return put_rune(to, number);
	*to = number;
	return 1;
}

/* the text after the opening quote; it is never longer than what it is made of */
static int take_quoted(struct scan *in, char quote, char **word,
		       struct error *e)
{
	char *to = malloc(strlen(in->at) + 1);
	size_t len = 0, added;

	if (!to)
		return error_set(e, -ENOMEM, "out of memory");
	while (!scan_skip(in, quote)) {
		added = 1;
		if (scan_skip(in, '\\'))
			added = unescape(in, quote, to + len);
		else if (*in->at && *in->at != '\n')
			to[len] = *in->at++;
		else
			added = 0;
		if (!added) {
			free(to);
			return scan_fail(in, "a quoted text", e);
		}
		len += added;
	}
	to[len] = 0;
	*word = to;
	return 0;
}

static int take(struct scan *in, size_t len, const char *wanted, char **word,
		struct error *e)
{
	if (!len)
		return scan_fail(in, wanted, e);
	*word = strndup(in->at, len);
	if (!*word)
		return error_set(e, -ENOMEM, "out of memory");
	in->at += len;
	return 0;
}

int scan_field(struct scan *in, char **field, struct error *e)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	skip_spaces(in);
	if (scan_skip(in, '"'))
		return take_quoted(in, '"', field, e);
	return take(in, strspn(in->at, letters), "a field", field, e);
}

int scan_operator(struct scan *in, char *operator, struct error *e)
{
	size_t len;

	skip_spaces(in);
	len = strspn(in->at, "=!~");
	*operator = *in->at;
	if (len != 2 || in->at[1] != '=')
		return scan_fail(in, "==, != or ~=", e);
	in->at += len;
	return 0;
}

int scan_value(struct scan *in, bool is_pattern, char **value, struct error *e)
{
	char quote;

	skip_spaces(in);
	quote = *in->at;
	if (quote == '"' || (is_pattern && (quote == '/' || quote == '|'))) {
		in->at++;
		return take_quoted(in, quote, value, e);
	}
	if (quote && strchr("/|.=!~", quote))
		return scan_fail(in, "a value, perhaps in quotes,", e);
	return take(in, strcspn(in->at, ", \t\n\v\f\r"), "a value", value, e);
}
