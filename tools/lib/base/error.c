// SPDX-License-Identifier: GPL-2.0
/*
 * Error texts, safe to show on a terminal.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

#define ELLIPSIS "..."

/* a text being written; @full: some did not fit and was dropped */
struct writer {
	char text[sizeof(((struct error *)0)->text)];
	size_t len;
	bool full;
};

static bool needs_escape(unsigned char c)
{
	return c < 0x20 || c > 0x7e || c == '\\';
}

/* append @piece as a whole, e.g. an escape sequence, if ELLIPSIS still fits */
static void put_piece(struct writer *w, const char *piece, size_t len)
{
	if (w->full || len > sizeof(w->text) - sizeof(ELLIPSIS) - w->len) {
		w->full = true;
		return;
	}
	memcpy(w->text + w->len, piece, len);
	w->len += len;
}

static void put_text(struct writer *w, const char *text)
{
	for (; *text; text++)
		put_piece(w, text, 1);
}

static void put_escaped(struct writer *w, const char *text)
{
	unsigned char c;
	char octal[5];

	for (; (c = *text); text++) {
		if (!needs_escape(c)) {
			put_piece(w, text, 1);
			continue;
		}
		snprintf(octal, sizeof(octal), "\\%03o", c);
		put_piece(w, octal, 4);
	}
}

__attribute__((format(printf, 2, 0)))
static void put_format(struct writer *w, const char *fmt, va_list args)
{
	char raw[sizeof(w->text)];
	int len;

	len = vsnprintf(raw, sizeof(raw), fmt, args);
	if (len < 0)
		raw[0] = '\0';
	put_escaped(w, raw);
	if (len >= (int)sizeof(raw))
		w->full = true;
}

static void finish(struct writer *w, struct error *e)
{
	memcpy(w->text + w->len, ELLIPSIS, sizeof(ELLIPSIS));
	if (!w->full)
		w->text[w->len] = '\0';
	memcpy(e->text, w->text, sizeof(e->text));
}

int error_set(struct error *e, int err, const char *fmt, ...)
{
	struct writer w = {};
	va_list args;

	va_start(args, fmt);
	put_format(&w, fmt, args);
	va_end(args);
	finish(&w, e);
	return err;
}

int error_errno(struct error *e, const char *fmt, ...)
{
	int err = errno;
	struct writer w = {};
	va_list args;

	va_start(args, fmt);
	put_format(&w, fmt, args);
	va_end(args);
	put_text(&w, ": ");
	put_text(&w, strerror(err));
	finish(&w, e);
	return -err;
}

void error_prefix(struct error *e, const char *fmt, ...)
{
	struct writer w = {};
	va_list args;

	va_start(args, fmt);
	put_format(&w, fmt, args);
	va_end(args);
	put_text(&w, ": ");
	put_text(&w, e->text);
	finish(&w, e);
}
