// SPDX-License-Identifier: GPL-2.0
/*
 * Measure the growth of cost in trees of small files, each ten times as large
 * as the one before.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdio.h>
#include <string.h>

#include "bench.h"

#define ALONE	20	/* paths to look up with nothing cached */

/*
 * struct scale - a tree, which may have no images
 * @image: their name, which ends in the number of files
 * @order: paths of consecutive files
 * @random: paths of as many files, from random places
 */
static struct scale {
	const char *image;
	struct list order;
	struct list random;
} scales[] = {
	{ .image = "files10000" },
	{ .image = "files100000" },
	{ .image = "files1000000" },
};

static const char *row_name(const struct scale *s, const char *what)
{
	static char row[64];

	snprintf(row, sizeof(row), "%s: %s", s->image, what);
	return row;
}

static void begin_scale(const struct turn *t, const struct scale *s)
{
	begin(t, s->image, row_name(s, "mount"));
}

static void walk(const struct turn *t, const struct scale *s)
{
	begin_scale(t, s);
	measure(row_name(s, "walk cold"), WORK_WALK, TOP);
	measure(row_name(s, "walk warm"), WORK_WALK, TOP);
	end(t);
}

/* print a result for each path, so that the spread is that of the paths */
static void look_alone(const struct turn *t, const struct scale *s)
{
	struct list one = { .bytes = s->random.bytes };
	unsigned int i;

	for (i = 0; i < ALONE; i++) {
		one.size = strlen(one.bytes) + 1;
		begin_scale(t, s);
		measure_list(row_name(s, "a path alone"), WORK_STAT_LIST, TOP,
			     &one);
		end(t);
		one.bytes += one.size;
	}
}

static void look_at_many(const struct turn *t, const struct scale *s)
{
	begin_scale(t, s);
	measure_list(row_name(s, "paths cold"), WORK_STAT_LIST, TOP,
		     &s->random);
	forget_names();
	measure_list(row_name(s, "paths warm"), WORK_STAT_LIST, TOP,
		     &s->random);
	end(t);
}

static void read_some(const struct turn *t, const struct scale *s)
{
	begin_scale(t, s);
	measure_list(row_name(s, "read in order"), WORK_READ_LIST, TOP,
		     &s->order);
	end(t);
	begin_scale(t, s);
	measure_list(row_name(s, "read at random"), WORK_READ_LIST, TOP,
		     &s->random);
	end(t);
}

static void load_lists(struct scale *s)
{
	char file[64];

	snprintf(file, sizeof(file), "/%s.order", s->image);
	load_list(&s->order, file);
	snprintf(file, sizeof(file), "/%s.random", s->image);
	load_list(&s->random, file);
}

void row_scales(const struct turn *t)
{
	static void (*const works[])(const struct turn *t,
				     const struct scale *s) = {
		walk,
		look_alone,
		look_at_many,
		read_some,
	};
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(scales); i++) {
		if (!find_image(scales[i].image, t->fs->name))
			continue;
		load_lists(&scales[i]);
		for (j = 0; j < ARRAY_SIZE(works); j++)
			works[j](t, &scales[i]);
	}
}
