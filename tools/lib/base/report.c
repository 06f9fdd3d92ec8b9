// SPDX-License-Identifier: GPL-2.0
/*
 * Results on standard output, as text or JSON, and warnings.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "report.h"

int report_json(json_t *json, struct error *e)
{
	int err;

	err = json_dumpf(json, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	json_decref(json);
	putchar('\n');
	if (err && !ferror(stdout))
		return error_set(e, -ENOMEM, "out of memory");
	return 0;
}

static json_t *warning_json(const struct warning *w)
{
	char *first = warning_where(w);
	json_t *json;

	if (!first)
		return NULL;
	json = json_pack("{s:s, s:I, s:s}", "kind", w->kind->name,
			 "count", (json_int_t)w->count, "first", first);
	free(first);
	return json;
}

json_t *report_warnings_json(const struct warnings *w)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < w->count; i++) {
		if (json_array_append_new(array, warning_json(&w->list[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

void report_warnings(const char *prefix, const struct warnings *w)
{
	struct error shown;
	char *text;
	size_t i;

	error_set(&shown, 0, "%s", prefix);
	for (i = 0; i < w->count; i++) {
		text = warning_text(&w->list[i]);
		fprintf(stderr, "%s: %s\n", shown.text,
			text ? text : w->list[i].kind->text);
		free(text);
	}
}
