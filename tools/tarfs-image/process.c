// SPDX-License-Identifier: GPL-2.0
/*
 * Derive arguments, environment, directory and user of a container's process.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "process.h"
#include "user.h"

#define STRINGS_MAX	4096	/* arguments, or variables */
#define PATH_LENGTH_MAX	4095

/* default of container engines */
#define DEFAULT_PATH \
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static int append_strings(json_t *to, const json_t *config, const char *name,
			  struct error *e)
{
	json_t *from;
	int err;

	err = document_strings(config, name, &from, e);
	if (err)
		return err;
	if (json_array_size(to) + json_array_size(from) >= STRINGS_MAX)
		return error_set(e, -E2BIG, "\"%s\" is too long", name);
	if (from && json_array_extend(to, from))
		return error_set(e, -ENOMEM, "out of memory");
	return 0;
}

static int make_args(json_t *args, const json_t *config, struct error *e)
{
	const char *program;
	int err;

	err = append_strings(args, config, "Entrypoint", e);
	if (!err)
		err = append_strings(args, config, "Cmd", e);
	if (err)
		return err;
	program = json_string_value(json_array_get(args, 0));
	if (!program || !*program)
		return error_set(e, -EINVAL,
				 "has neither \"Entrypoint\" nor \"Cmd\" to say what to run: give it by --entrypoint or --cmd");
	return 0;
}

static int make_env(json_t *env, const json_t *config, struct error *e)
{
	bool has_path = false;
	const char *equals;
	const json_t *item;
	size_t i;
	int err;

	err = append_strings(env, config, "Env", e);
	if (err)
		return err;
	json_array_foreach(env, i, item) {
		equals = strchr(json_string_value(item), '=');
		if (!equals || equals == json_string_value(item))
			return error_set(e, -EINVAL,
					 "\"Env\"[%zu] is not NAME=VALUE", i);
		if (!strncmp(json_string_value(item), "PATH=", 5))
			has_path = true;
	}
	if (!has_path && json_array_insert_new(env, 0,
					       json_string(DEFAULT_PATH)))
		return error_set(e, -ENOMEM, "out of memory");
	return 0;
}

static bool has_dot_dot(const char *path)
{
	const char *at = path;

	while ((at = strstr(at, "/.."))) {
		at += strlen("/..");
		if (!*at || *at == '/')
			return true;
	}
	return false;
}

static int make_cwd(const char **cwd, const json_t *config, struct error *e)
{
	int err;

	err = document_string(config, "WorkingDir", false, cwd, e);
	if (err)
		return err;
	if (!**cwd)
		*cwd = "/";
	if (**cwd != '/' || has_dot_dot(*cwd) ||
	    strlen(*cwd) > PATH_LENGTH_MAX)
		return error_set(e, -EINVAL,
				 "\"WorkingDir\" \"%.100s\" is not an absolute path without \"..\"",
				 *cwd);
	return 0;
}

/*
 * Find the text visible in the container; "" without a file, NULL if
 * unreadable.
 */
static const char *merged_text(const struct layer *layers, size_t count,
			       enum account_file which)
{
	const struct account *file;
	size_t i;

	for (i = count; i-- > 0;) {
		file = &layers[i].accounts.file[which];
		if (file->state == ACCOUNT_TEXT)
			return file->text;
		if (file->state == ACCOUNT_REMOVED)
			return "";
		if (file->state == ACCOUNT_OTHER)
			return NULL;
	}
	return "";
}

static bool is_two_numbers(const char *spec)
{
	static const char digits[] = "0123456789";
	size_t uid = strspn(spec, digits);
	size_t gid = spec[uid] == ':' ? strspn(spec + uid + 1, digits) : 0;

	return uid && gid && !spec[uid + 1 + gid];
}

static int make_user(json_t **user, const json_t *config,
		     const struct layer *layers, size_t count,
		     struct error *e)
{
	const char *spec, *passwd, *group;
	json_t *groups, *object;
	struct user u;
	size_t i;
	int err;

	err = document_string(config, "User", false, &spec, e);
	if (err)
		return err;
	passwd = merged_text(layers, count, ACCOUNT_PASSWD);
	group = merged_text(layers, count, ACCOUNT_GROUP);
	if ((!passwd || !group) && *spec && !is_two_numbers(spec))
		return error_set(e, -EINVAL,
				 "\"User\" \"%.100s\" cannot be looked up, %s is not a plain file of up to %d bytes; give UID:GID by --user",
				 spec, passwd ? "etc/group" : "etc/passwd",
				 ACCOUNTS_TEXT_MAX);
	err = user_resolve(spec, passwd ? passwd : "", group ? group : "", &u,
			   e);
	if (err) {
		error_prefix(e, "\"User\" \"%.100s\"", spec);
		return err;
	}
	object = json_pack("{s:I, s:I}", "uid", (json_int_t)u.uid, "gid",
			   (json_int_t)u.gid);
	groups = json_array();
	for (i = 0; i < u.group_count; i++)
		err |= json_array_append_new(groups,
					     json_integer(u.groups[i]));
	if (u.group_count)
		err |= json_object_set(object, "additionalGids", groups);
	json_decref(groups);
	if (!object || err) {
		json_decref(object);
		return error_set(e, -ENOMEM, "out of memory");
	}
	*user = object;
	return 0;
}

int process_build(json_t **process, const json_t *config,
		  const struct layer *layers, size_t count, struct error *e)
{
	json_t *args = json_array(), *env = json_array();
	json_t *user = NULL, *section;
	const char *cwd;
	int err;

	err = document_get(config, "config", JSON_OBJECT, false, &section, e);
	if (!err)
		err = make_args(args, section, e);
	if (!err)
		err = make_env(env, section, e);
	if (!err)
		err = make_cwd(&cwd, section, e);
	if (!err)
		err = make_user(&user, section, layers, count, e);
	if (err) {
		error_prefix(e, "the image configuration");
		goto out_decref;
	}
	*process = json_pack("{s:b, s:O, s:O, s:O, s:s}", "terminal", 0,
			     "user", user, "args", args, "env", env, "cwd",
			     cwd);
	if (!*process)
		err = error_set(e, -ENOMEM, "out of memory");
out_decref:
	json_decref(user);
	json_decref(env);
	json_decref(args);
	return err;
}
