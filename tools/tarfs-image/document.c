// SPDX-License-Identifier: GPL-2.0
/*
 * Reading JSON of others, and taking members out of it by name and type.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "document.h"

static const char *const type_names[] = {
	[JSON_OBJECT] = "an object",
	[JSON_ARRAY] = "an array",
	[JSON_STRING] = "a string",
	[JSON_INTEGER] = "an integer",
};

static int read_all(int fd, const char *path, char *buf, size_t len,
		    struct error *e)
{
	size_t have = 0;
	ssize_t n;

	while (have < len) {
		n = read(fd, buf + have, len - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(e, "cannot read %s", path);
		if (n == 0)
			return error_set(e, -EIO, "%s became shorter", path);
		have += n;
	}
	return 0;
}

int document_read(const char *path, char **text, size_t *len, struct error *e)
{
	struct stat st;
	char *buf;
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return error_errno(e, "cannot open %s", path);
	if (fstat(fd, &st)) {
		err = error_errno(e, "cannot stat %s", path);
		goto out_close;
	}
	err = -EINVAL;
	if (!S_ISREG(st.st_mode)) {
		error_set(e, err, "%s is not a regular file", path);
		goto out_close;
	}
	if (st.st_size > DOCUMENT_MAX) {
		error_set(e, err, "%s has %lld bytes, more than %d", path,
			  (long long)st.st_size, DOCUMENT_MAX);
		goto out_close;
	}
	buf = malloc(st.st_size + 1);
	if (!buf) {
		err = error_set(e, -ENOMEM, "%s: out of memory", path);
		goto out_close;
	}
	err = read_all(fd, path, buf, st.st_size, e);
	if (err) {
		free(buf);
		goto out_close;
	}
	*text = buf;
	*len = st.st_size;
out_close:
	close(fd);
	return err;
}

int document_parse(const char *text, size_t len, json_t **doc, struct error *e)
{
	json_error_t why;
	json_t *root;

	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (!root)
		return error_set(e, -EINVAL, "line %d, column %d: %s",
				 why.line, why.column, why.text);
	if (!json_is_object(root)) {
		json_decref(root);
		return error_set(e, -EINVAL, "is not a JSON object");
	}
	*doc = root;
	return 0;
}

int document_load(const char *path, json_t **doc, struct error *e)
{
	char *text;
	size_t len;
	int err;

	err = document_read(path, &text, &len, e);
	if (err)
		return err;
	err = document_parse(text, len, doc, e);
	if (err)
		error_prefix(e, "%s", path);
	free(text);
	return err;
}

int document_get(const json_t *object, const char *name, json_type type,
		 bool required, json_t **value, struct error *e)
{
	json_t *member = json_object_get(object, name);

	*value = NULL;
	if (!member || json_is_null(member))
		return required ? error_set(e, -EINVAL, "has no \"%s\"", name)
				: 0;
	if (json_typeof(member) != type)
		return error_set(e, -EINVAL, "\"%s\" is not %s", name,
				 type_names[type]);
	*value = member;
	return 0;
}

int document_string(const json_t *object, const char *name, bool required,
		    const char **value, struct error *e)
{
	json_t *member;
	int err;

	err = document_get(object, name, JSON_STRING, required, &member, e);
	if (err)
		return err;
	*value = member ? json_string_value(member) : "";
	return 0;
}

int document_strings(const json_t *object, const char *name, json_t **value,
		     struct error *e)
{
	json_t *array, *item;
	size_t i;
	int err;

	err = document_get(object, name, JSON_ARRAY, false, &array, e);
	if (err)
		return err;
	json_array_foreach(array, i, item)
		if (!json_is_string(item))
			return error_set(e, -EINVAL,
					 "\"%s\"[%zu] is not a string", name,
					 i);
	*value = array;
	return 0;
}

int document_version(const json_t *object, const char *name,
		     json_int_t version, struct error *e)
{
	json_t *member;
	int err;

	err = document_get(object, name, JSON_INTEGER, true, &member, e);
	if (err)
		return err;
	if (json_integer_value(member) != version)
		return error_set(e, -EINVAL, "\"%s\" is %lld, not %lld", name,
				 (long long)json_integer_value(member),
				 (long long)version);
	return 0;
}
