// SPDX-License-Identifier: GPL-2.0
/*
 * Parse numbers in tar headers and PAX records by the rules of format 1.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <string.h>

#include "tar1.h"

bool tar1_is(struct tar1_text text, const char *what)
{
	return text.len == strlen(what) && !memcmp(text.data, what, text.len);
}

bool tar1_begins_with(struct tar1_text text, const char *what)
{
	size_t len = strlen(what);

	return text.len >= len && !memcmp(text.data, what, len);
}

struct tar1_text tar1_field(const char *field, size_t size)
{
	return (struct tar1_text){ field, strnlen(field, size) };
}

/* all white space of Unicode, in UTF-8 */
static const char * const spaces[] = {
	" ", "\t", "\n", "\v", "\f", "\r",
	"\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80",
	"\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83",
	"\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87",
	"\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
	"\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
};

/* length of a white space character at the start or end of a text, or 0 */
static size_t space(struct tar1_text text, bool at_end)
{
	const char *p;
	size_t i, len;

	for (i = 0; i < sizeof(spaces) / sizeof(*spaces); i++) {
		len = strlen(spaces[i]);
		if (len > text.len)
			continue;
		p = at_end ? text.data + text.len - len : text.data;
		if (!memcmp(p, spaces[i], len))
			return len;
	}
	return 0;
}

static struct tar1_text trim(struct tar1_text text)
{
	size_t len;

	while ((len = space(text, false))) {
		text.data += len;
		text.len -= len;
	}
	while ((len = space(text, true)))
		text.len -= len;
	return text;
}

/* parse digits of a base up to ten with an optional '+', and nothing else */
static bool parse(struct tar1_text text, unsigned int base, uint64_t *value)
{
	uint64_t v = 0;
	unsigned int digit;

	if (text.len && *text.data == '+') {
		text.data++;
		text.len--;
	}
	if (!text.len)
		return false;
	for (; text.len; text.data++, text.len--) {
		digit = (unsigned char)*text.data - '0';
		if (digit >= base || __builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, digit, &v))
			return false;
	}
	*value = v;
	return true;
}

bool tar1_octal(const char *field, size_t size, uint64_t *value)
{
	return parse(trim(tar1_field(field, size)), 8, value);
}

bool tar1_number(const char *field, size_t size, uint64_t *value)
{
	size_t skip = size > 8 ? size - 8 : 0;
	uint64_t v;

	if (!(*field & 0x80))
		return tar1_octal(field, size, value);
	/* drop the mark of an 8-byte field, the high bytes of a longer one */
	v = skip ? (unsigned char)field[skip] : (unsigned char)*field ^ 0x80;
	for (skip++; skip < size; skip++)
		v = v << 8 | (unsigned char)field[skip];
	*value = v;
	return true;
}

/*
 * Consume the next line of @pax.  An empty one ends the records.
 */
static bool next_line(struct tar1_text *pax, struct tar1_text *line)
{
	const char *end;

	if (!pax->len)
		return false;
	end = memchr(pax->data, '\n', pax->len);
	line->data = pax->data;
	line->len = end ? (size_t)(end - pax->data) : pax->len;
	pax->data += line->len + !!end;
	pax->len -= line->len + !!end;
	return line->len;
}

/* parse "LENGTH KEY=VALUE"; LENGTH includes the newline, which @line lacks */
static bool parse_line(struct tar1_text line, struct tar1_text *key,
		       struct tar1_text *value)
{
	const char *blank = memchr(line.data, ' ', line.len);
	const char *end = line.data + line.len;
	const char *equals;
	uint64_t len;

	if (!blank)
		return false;
	if (!parse((struct tar1_text){ line.data, blank - line.data }, 10,
		   &len) || len != line.len + 1)
		return false;
	blank++;
	equals = memchr(blank, '=', end - blank);
	if (!equals)
		return false;
	*key = (struct tar1_text){ blank, equals - blank };
	*value = (struct tar1_text){ equals + 1, end - equals - 1 };
	return true;
}

struct tar1_text tar1_pax_find(struct tar1_text pax, const char *key)
{
	struct tar1_text line, name, value;

	while (next_line(&pax, &line))
		if (parse_line(line, &name, &value) && tar1_is(name, key))
			return value;
	return (struct tar1_text){ NULL, 0 };
}

bool tar1_pax_number(struct tar1_text pax, const char *key, uint64_t *value)
{
	struct tar1_text line, name, text;

	while (next_line(&pax, &line)) {
		if (!parse_line(line, &name, &text))
			return false;
		if (tar1_is(name, key))
			return parse(text, 10, value);
	}
	return false;
}
