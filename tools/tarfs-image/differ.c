// SPDX-License-Identifier: GPL-2.0
/*
 * Compare JSON documents member by member.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "differ.h"

#define VALUE_SHOWN	"%.400s"

static char *dump(const json_t *value)
{
	return value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) :
		       NULL;
}

static size_t say(const char *where, const json_t *have, const json_t *want)
{
	char *is = dump(have), *should = dump(want);
	struct error line;

	error_set(&line, 0, "%s: is " VALUE_SHOWN ", should be " VALUE_SHOWN,
		  where, is ? is : "absent", should ? should : "absent");
	print_error(&line);
	free(is);
	free(should);
	return 1;
}

static size_t differ_member(const char *where, const char *name,
			    const json_t *have, const json_t *want)
{
	char *path;
	size_t found;

	if (asprintf(&path, "%s.%s", where, name) < 0)
		return say(where, have, want);
	found = differ_json(path, have, want);
	free(path);
	return found;
}

static size_t differ_object(const char *where, json_t *have, json_t *want)
{
	const char *name;
	size_t found = 0;
	json_t *value;

	json_object_foreach(want, name, value)
		found += differ_member(where, name,
				       json_object_get(have, name), value);
	json_object_foreach(have, name, value)
		if (!json_object_get(want, name))
			found += differ_member(where, name, value, NULL);
	return found;
}

static size_t differ_array(const char *where, const json_t *have,
			   const json_t *want)
{
	size_t i, found = 0, count = json_array_size(want);
	char *path;

	if (count < json_array_size(have))
		count = json_array_size(have);
	for (i = 0; i < count; i++) {
		if (asprintf(&path, "%s[%zu]", where, i) < 0)
			return found + say(where, have, want);
		found += differ_json(path, json_array_get(have, i),
				     json_array_get(want, i));
		free(path);
	}
	return found;
}

size_t differ_json(const char *where, const json_t *have, const json_t *want)
{
	if (json_is_object(have) && json_is_object(want))
		return differ_object(where, (json_t *)have, (json_t *)want);
	if (json_is_array(have) && json_is_array(want))
		return differ_array(where, have, want);
	if (have && want && json_equal(have, want))
		return 0;
	return say(where, have, want);
}
