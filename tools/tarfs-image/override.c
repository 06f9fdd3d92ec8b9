// SPDX-License-Identifier: GPL-2.0
/*
 * Override members of an image configuration from the command line.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "document.h"
#include "override.h"

static int no_memory(struct error *e)
{
	return error_set(e, -ENOMEM, "out of memory");
}

int override_add(json_t **array, const char *word, struct error *e)
{
	if (!*array)
		*array = json_array();
	if (json_array_append_new(*array, json_string(word)))
		return error_set(e, -EINVAL,
				 "\"%.100s\" is not UTF-8, which JSON needs",
				 word);
	return 0;
}

static bool changes_nothing(const struct override *o)
{
	return !o->entrypoint && !o->cmd && !o->env && !o->user && !o->workdir;
}

/* Find the object "config", or add it. */
static int find_section(json_t *config, json_t **section, struct error *e)
{
	int err = document_get(config, "config", JSON_OBJECT, false, section,
			       e);

	if (err || *section)
		return err;
	*section = json_object();
	return json_object_set_new(config, "config", *section) ?
	       no_memory(e) : 0;
}

static int set_words(json_t *section, const char *name, const json_t *words,
		     struct error *e)
{
	const char *first = json_string_value(json_array_get(words, 0));
	bool none = json_array_size(words) == 1 && !*first;

	return json_object_set_new(section, name, none ? json_array() :
				   json_copy((json_t *)words)) ?
	       no_memory(e) : 0;
}

static int set_string(json_t *section, const char *name, const char *value,
		      struct error *e)
{
	json_t *string = json_string(value);

	if (!string)
		return error_set(e, -EINVAL,
				 "\"%.100s\" is not UTF-8, which JSON needs",
				 value);
	return json_object_set_new(section, name, string) ? no_memory(e) : 0;
}

/* Replace the variable of the same name, or append. */
static int set_variable(json_t *env, json_t *variable)
{
	const char *text = json_string_value(variable);
	size_t i, len = strcspn(text, "=") + 1;
	const json_t *item;

	json_array_foreach(env, i, item)
		if (!strncmp(json_string_value(item), text, len))
			return json_array_set(env, i, variable);
	return json_array_append(env, variable);
}

static int set_env(json_t *section, const json_t *given, struct error *e)
{
	json_t *env, *item;
	size_t i;
	int err;

	err = document_strings(section, "Env", &env, e);
	if (err)
		return err;
	if (!env) {
		env = json_array();
		if (json_object_set_new(section, "Env", env))
			return no_memory(e);
	}
	json_array_foreach(given, i, item)
		if (set_variable(env, item))
			return no_memory(e);
	return 0;
}

int override_apply(const struct override *o, json_t *config, struct error *e)
{
	json_t *section;
	int err;

	if (changes_nothing(o))
		return 0;
	err = find_section(config, &section, e);
	if (!err && o->entrypoint) {
		json_object_del(section, "Cmd");
		err = set_words(section, "Entrypoint", o->entrypoint, e);
	}
	if (!err && o->cmd)
		err = set_words(section, "Cmd", o->cmd, e);
	if (!err && o->env)
		err = set_env(section, o->env, e);
	if (!err && o->user)
		err = set_string(section, "User", o->user, e);
	if (!err && o->workdir)
		err = set_string(section, "WorkingDir", o->workdir, e);
	return err;
}

void override_free(struct override *o)
{
	json_decref(o->entrypoint);
	json_decref(o->cmd);
	json_decref(o->env);
	*o = (struct override){ 0 };
}
