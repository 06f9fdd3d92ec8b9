// SPDX-License-Identifier: GPL-2.0
/*
 * Headers of GNU tar with text in place of the times, as a writer in Go once
 * wrote a prefix there: refused where Go reads it as a prefix.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "read_members.h"

#define FIELD		12	/* bytes of a time */
#define MEMBER		"0 a 0 512\nend\n"
#define REFUSED	"its header is GNU tar's, but has text where the times are"

/* @atime, @ctime: the first bytes of the fields; NULs follow */
static const struct row {
	const char *claim;
	struct {
		const char *bytes;
		size_t len;
	} atime, ctime;
	const char *expected;
} rows[] = {
#define TEXT(text)	{ text, sizeof(text) - 1 }
	{ "two times", TEXT("00000000001"), TEXT(" 1 "), MEMBER },
	{ "text in the second one, but none in the first", TEXT(""),
	  TEXT("dir"), MEMBER },
	{ "text that is not ASCII", TEXT("d\xc3\xa9j\xc3\xa0 vu"), TEXT(""),
	  MEMBER },
	{ "a prefix", TEXT("dir"), TEXT(""), REFUSED },
	{ "text behind a time", TEXT("00000000001"), TEXT("dir"), REFUSED },
	{ "times of twelve digits", TEXT("777777777777"), TEXT("77777777777"),
	  MEMBER },
	{ "a time with an 8", TEXT("00000000008"), TEXT(""), REFUSED },
	{ "a time with a /", TEXT("0000000000/"), TEXT(""), REFUSED },
	{ "times of spaces", TEXT("            "), TEXT("            "),
	  MEMBER },
	{ "a time between spaces and NULs", TEXT("  \0 17 \0    "), TEXT(""),
	  MEMBER },
	{ "text behind spaces", TEXT("  d"), TEXT(""), REFUSED },
	{ "a time in base 256", TEXT("\x80\0\0\0\0\0\0\0\1\2\3\4"), TEXT(""),
	  MEMBER },
	{ "text with a number in the second one", TEXT("00000000001"),
	  TEXT("0x"), REFUSED },
	{ "text behind a time and a NUL", TEXT("1\0dir"), TEXT(""), MEMBER },
	/* Go trims a number, then ends it at the first NUL */
	{ "text behind a NUL", TEXT("\0dir"), TEXT(""), MEMBER },
};

static const struct row *row;

static void make_times(struct make_tar *t)
{
	struct tar_header *h;

	make_header(t, &(struct make_member){
		.type = TAR_REGULAR, .name = "a", .magic = GNU_MAGIC });
	h = (struct tar_header *)t->bytes;
	memcpy(h->gnu.atime, row->atime.bytes, row->atime.len);
	memcpy(h->gnu.ctime, row->ctime.bytes, row->ctime.len);
	make_sum(h);
	make_end(t);
}

int main(void)
{
	for (row = rows; row < rows + sizeof(rows) / sizeof(*rows); row++) {
		if (row->atime.len > FIELD || row->ctime.len > FIELD)
			abort();
		check(row->claim, make_times, row->expected);
	}
	return tap_done();
}
