// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration file: a JSON object.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * A member that is misspelt must not be ignored: the node would run with another
 * profile than its administrator believes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

/* struct member - a text, at @offset of a struct */
struct member {
	const char *name;
	size_t offset;
	int (*check)(const char *text, const char **problem);
};

static int check_path(const char *text, const char **problem)
{
	*problem = "must begin with '/'";
	return *text == '/' ? 0 : -EINVAL;
}

static int check_text(const char *text, const char **problem)
{
	*problem = "must not be empty";
	return *text ? 0 : -EINVAL;
}

static int check_profile(const char *text, const char **problem)
{
	enum record_profile ignored;

	*problem = "must be host or tardev";
	return record_profile_parse(text, &ignored);
}

static const struct member members[] = {
	{ "root", offsetof(struct config, root), check_path },
	{ "address", offsetof(struct config, address), check_path },
	{ "content", offsetof(struct config, content), check_path },
	{ "mount_tar", offsetof(struct config, mount_tar), check_text },
	{ "profile", offsetof(struct config, profile), check_profile },
	{ }
};

/* struct rule_text - a rule as it is written */
struct rule_text {
	const char *namespace;
	const char *label;
	const char *value;
	const char *profile;
};

static const struct member rule_members[] = {
	{ "namespace", offsetof(struct rule_text, namespace), check_text },
	{ "label", offsetof(struct rule_text, label), check_text },
	{ "value", offsetof(struct rule_text, value), check_text },
	{ "profile", offsetof(struct rule_text, profile), check_profile },
	{ }
};

static const struct member *find_member(const struct member *table,
					const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

static int take_text(void *to, const struct member *m, const json_t *value,
		     struct error *e)
{
	const char *text = json_string_value(value), *problem;

	if (!text)
		return error_set(e, -EINVAL, "\"%s\" is not a string", m->name);
	if (m->check(text, &problem))
		return error_set(e, -EINVAL, "\"%s\" %s, not \"%s\"", m->name,
				 problem, text);
	*(const char **)((char *)to + m->offset) = text;
	return 0;
}

/* one of a rule or of the file, but the list of rules */
static int take_member(void *to, const struct member *table, const char *name,
		       const json_t *value, struct error *e)
{
	const struct member *m = find_member(table, name);

	return m ? take_text(to, m, value, e) :
		   error_set(e, -EINVAL, "unknown member \"%s\"", name);
}

static int check_rule(const struct rule_text *r, struct error *e)
{
	if (!r->profile)
		return error_set(e, -EINVAL, "has no \"profile\"");
	if (!r->label != !r->value)
		return error_set(e, -EINVAL,
				 "has only one of \"label\" and \"value\"");
	if (!r->namespace == !r->label)
		return error_set(e, -EINVAL,
				 "must have either \"namespace\" or \"label\"");
	return 0;
}

static int take_rule(struct profile_rule *rule, json_t *object, struct error *e)
{
	struct rule_text r = { 0 };
	const char *name;
	json_t *value;
	int err;

	if (!json_is_object(object))
		return error_set(e, -EINVAL, "is not an object");
	json_object_foreach(object, name, value) {
		err = take_member(&r, rule_members, name, value, e);
		if (err)
			return err;
	}
	err = check_rule(&r, e);
	if (err)
		return err;
	rule->namespace = r.namespace;
	rule->label = r.label;
	rule->value = r.value;
	return record_profile_parse(r.profile, &rule->profile);
}

static int take_rules(struct config *c, const json_t *array, struct error *e)
{
	size_t i;
	int err = 0;

	if (!json_is_array(array))
		return error_set(e, -EINVAL, "\"profiles\" is not an array");
	c->rules = calloc(json_array_size(array) + 1, sizeof(*c->rules));
	if (!c->rules)
		return error_set(e, -ENOMEM, "out of memory");
	c->count = json_array_size(array);
	for (i = 0; !err && i < c->count; i++) {
		err = take_rule(&c->rules[i], json_array_get(array, i), e);
		if (err)
			error_prefix(e, "\"profiles\"[%zu]", i);
	}
	return err;
}

static int take_all(struct config *c, struct error *e)
{
	const char *name;
	json_t *value;
	int err;

	if (!json_is_object(c->doc))
		return error_set(e, -EINVAL, "is not an object");
	json_object_foreach(c->doc, name, value) {
		err = strcmp(name, "profiles") ?
		      take_member(c, members, name, value, e) :
		      take_rules(c, value, e);
		if (err)
			return err;
	}
	return 0;
}

static int load(struct config *c, const char *path, struct error *e)
{
	FILE *file = fopen(path, "re");
	json_error_t why;
	bool failed;

	if (!file)
		return error_errno(e, "cannot open");
	c->doc = json_loadf(file, JSON_REJECT_DUPLICATES, &why);
	failed = ferror(file);
	fclose(file);
	if (failed)
		return error_set(e, -EIO, "cannot read");
	return c->doc ? 0 : error_set(e, -EINVAL, "line %d, column %d: %s",
				      why.line, why.column, why.text);
}

int config_read(struct config *c, const char *path, struct error *e)
{
	int err;

	err = load(c, path, e);
	if (!err)
		err = take_all(c, e);
	if (!err)
		return 0;
	config_free(c);
	error_prefix(e, "%s", path);
	return err;
}

void config_free(struct config *c)
{
	free(c->rules);
	json_decref(c->doc);
	*c = (struct config){ 0 };
}
