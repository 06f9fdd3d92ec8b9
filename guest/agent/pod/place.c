// SPDX-License-Identifier: GPL-2.0
/*
 * The place of a value in JSON, for messages: "containers[0].id".
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pod/place.h"

#define DEPTH_MAX	8	/* deeper values report their ancestor */

static void add(struct place *place, const char *before, const char *text,
		size_t len, const char *after)
{
	char *end = place->path + strlen(place->path);
	size_t room = place->path + sizeof(place->path) - end;

	if (snprintf(end, room, "%s%.*s%s", before, (int)len, text, after) >=
	    room)
		strcpy(place->path + sizeof(place->path) - 4, "...");
}

void place_add_name(struct place *place, const char *name, size_t len)
{
	add(place, place->path[0] ? "." : "", name, len, "");
}

void place_add_index(struct place *place, size_t i)
{
	char digits[24];

	add(place, "[", digits, snprintf(digits, sizeof(digits), "%zu", i),
	    "]");
}

/**
 * struct walk - the objects and arrays that are open
 * @above: the place of each
 * @index: index of the current item, if it is an array
 * @depth: number of open ones; only the first DEPTH_MAX are recorded
 * @named: the current member's name has been parsed
 */
struct walk {
	struct {
		struct place above;
		bool is_array;
		size_t index;
	} levels[DEPTH_MAX];
	size_t depth;
	bool named;
};

/* length of the string whose opening quote is @text[0], at most @len */
static size_t string_length(const char *text, size_t len)
{
	size_t i;

	for (i = 1; i < len && text[i] != '"'; i++)
		if (text[i] == '\\')
			i++;
	return i < len ? i + 1 : len;
}

static void begin(struct walk *w, struct place *place, bool is_array)
{
	if (w->depth < DEPTH_MAX) {
		w->levels[w->depth].above = *place;
		w->levels[w->depth].is_array = is_array;
		w->levels[w->depth].index = 0;
		if (is_array)
			place_add_index(place, 0);
	}
	w->depth++;
	w->named = false;
}

static void end(struct walk *w, struct place *place)
{
	if (!w->depth)
		return;
	w->depth--;
	if (w->depth < DEPTH_MAX)
		*place = w->levels[w->depth].above;
	w->named = true;
}

static void next(struct walk *w, struct place *place)
{
	size_t top = w->depth - 1;

	if (!w->depth || top >= DEPTH_MAX)
		return;
	*place = w->levels[top].above;
	w->named = false;
	if (w->levels[top].is_array)
		place_add_index(place, ++w->levels[top].index);
}

static void name(struct walk *w, struct place *place, const char *string,
		 size_t len)
{
	size_t top = w->depth - 1;

	if (!w->depth || top >= DEPTH_MAX || w->levels[top].is_array ||
	    w->named || len < 2)
		return;
	place_add_name(place, string + 1, len - 2);
	w->named = true;
}

void place_find(const char *text, size_t len, struct place *place)
{
	struct walk w = { 0 };
	size_t i, step;

	place->path[0] = '\0';
	for (i = 0; i < len; i += step) {
		step = 1;
		if (text[i] == '"') {
			step = string_length(text + i, len - i);
			name(&w, place, text + i, step);
		} else if (text[i] == '{' || text[i] == '[') {
			begin(&w, place, text[i] == '[');
		} else if (text[i] == '}' || text[i] == ']') {
			end(&w, place);
		} else if (text[i] == ',') {
			next(&w, place);
		}
	}
}
