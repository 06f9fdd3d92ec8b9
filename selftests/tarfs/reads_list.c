// SPDX-License-Identifier: GPL-2.0
/*
 * The list of make_reads.py, and the content of each file.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"
#include "reads.h"

/* constants of the sequences, as in make_reads.py */
#define FACTOR		0x9e3779b97f4a7c15
#define ODD		0x0101010101010101

static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

struct chance chance_of(uint64_t seed, uint64_t a, uint64_t b, uint64_t c)
{
	struct chance found = { seed };

	found.state = mix(draw(&found) ^ a);
	found.state = mix(draw(&found) ^ b);
	found.state = mix(draw(&found) ^ c);
	return found;
}

uint64_t draw(struct chance *c)
{
	c->state += FACTOR;
	return mix(c->state);
}

uint64_t below(struct chance *c, uint64_t limit)
{
	return limit ? draw(c) % limit : 0;
}

static bool read_line(FILE *f, struct reads_file *file)
{
	struct piece *p;
	uint64_t stored = 0;
	size_t i;

	if (fscanf(f, "%63s %15s %" SCNu64 " %" SCNu64 " %" SCNx64 " %zu",
		   file->path, file->kind, &file->size, &file->at, &file->key,
		   &file->count) != 6)
		return false;
	file->pieces = calloc(file->count + 1, sizeof(*file->pieces));
	if (!file->pieces)
		give_up("no memory");
	for (i = 0; i < file->count; i++) {
		p = &file->pieces[i];
		if (fscanf(f, "%" SCNu64 " %" SCNu64, &p->from, &p->len) != 2)
			give_up("broken list: %s", file->path);
		p->at = file->at + stored;
		stored += p->len;
	}
	return true;
}

void load_reads(const char *name, struct reads_list *list)
{
	FILE *f = fopen(name, "r");
	struct reads_file file;

	if (!f)
		give_up("no file %s", name);
	list->count = 0;
	list->files = NULL;
	while (read_line(f, &file)) {
		list->files = realloc(list->files,
				      (list->count + 1) * sizeof(file));
		if (!list->files)
			give_up("no memory");
		list->files[list->count++] = file;
	}
	fclose(f);
}

uint64_t reads_stored(const struct reads_file *file)
{
	const struct piece *last;

	if (!file->count)
		return 0;
	last = &file->pieces[file->count - 1];
	return last->at - file->at + last->len;
}

size_t reads_due(const struct reads_file *file, uint64_t at, size_t len)
{
	return bytes_due(file->size, at, len);
}

static uint64_t word_of(uint64_t number)
{
	uint64_t word = number * FACTOR;

	return (word ^ word >> 29) | ODD;
}

/* copy a part of the key's sequence: words, with partial ones at both ends */
static void content(uint64_t key, uint64_t at, size_t len, unsigned char *buf)
{
	uint64_t word = word_of(key + at / 8);
	size_t skip = at % 8;
	size_t n = 8 - skip < len ? 8 - skip : len;

	memcpy(buf, (const char *)&word + skip, n);
	key += at / 8 + 1;
	for (buf += n, len -= n; len >= 8; buf += 8, len -= 8) {
		word = word_of(key++);
		memcpy(buf, &word, 8);
	}
	word = word_of(key);
	memcpy(buf, &word, len);
}

void reads_expect(const struct reads_file *file, uint64_t at, size_t len,
		  unsigned char *buf)
{
	const struct piece *p;
	uint64_t from, to;
	size_t i;

	memset(buf, 0, len);
	for (i = piece_at(file->pieces, file->count, at); i < file->count; i++) {
		p = &file->pieces[i];
		if (p->from >= at + len)
			break;
		from = p->from > at ? p->from : at;
		to = p->from + p->len < at + len ? p->from + p->len : at + len;
		content(file->key, p->at - file->at + (from - p->from),
			to - from, buf + (from - at));
	}
}

bool reads_need(const struct reads_file *file, uint64_t page,
		const struct damage *bad)
{
	return pieces_need(file->pieces, file->count, page, bad);
}

uint64_t reads_edge(const struct reads_file *file, struct chance *c)
{
	const struct piece *p;

	if (!file->count || !below(c, 5))
		return below(c, 4) ? below(c, file->size + 1) : file->size;
	p = &file->pieces[below(c, file->count)];
	return p->from + (below(c, 2) ? p->len : 0);
}
