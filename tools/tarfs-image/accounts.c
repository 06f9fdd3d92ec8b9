// SPDX-License-Identifier: GPL-2.0
/*
 * Find etc/passwd and etc/group in the tarball of a layer.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accounts.h"
#include "base/sha256.h"
#include "base/size.h"
#include "stream/input.h"
#include "tar/tar.h"
#include "utf8.h"

/*
 * struct stream - a tarball whose uncompressed bytes are hashed as they are
 * read
 * @before: @done of the meter when it was opened
 */
struct stream {
	int fd;
	const char *path;
	uint64_t seen;
	uint64_t max_size;
	struct meter *meter;
	uint64_t before;
	struct sha256 *hash;
	struct input *in;
};

enum action {
	ACTION_FILE,	/* the member is one of the two files */
	ACTION_REMOVE,	/* its whiteout */
	ACTION_PARENT,	/* the member is the directory they are in */
	ACTION_HIDE,	/* the files of lower layers are hidden */
};

/* actions by normalized path of a member */
static const struct rule {
	const char *path;
	enum action action;
	enum account_file which;	/* ACCOUNT_FILES: both */
} rules[] = {
	{ "etc/passwd",		ACTION_FILE,	ACCOUNT_PASSWD },
	{ "etc/group",		ACTION_FILE,	ACCOUNT_GROUP },
	{ "etc/.wh.passwd",	ACTION_REMOVE,	ACCOUNT_PASSWD },
	{ "etc/.wh.group",	ACTION_REMOVE,	ACCOUNT_GROUP },
	{ "etc",		ACTION_PARENT,	ACCOUNT_FILES },
	{ ".wh.etc",		ACTION_HIDE,	ACCOUNT_FILES },
	{ "etc/.wh..wh..opq",	ACTION_HIDE,	ACCOUNT_FILES },
	{ ".wh..wh..opq",	ACTION_HIDE,	ACCOUNT_FILES },
};

#define RULE_COUNT	(sizeof(rules) / sizeof(rules[0]))

static int hash_bytes(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct stream *s = ctx;
	int err;

	s->seen += len;
	err = size_check(s->path, s->seen, s->max_size, e);
	if (!err)
		err = meter_set(s->meter, s->before + input_taken(s->in), e);
	return err ? err : sha256_update(s->hash, buf, len, e);
}

static int stream_open(struct stream *s, const struct place *place,
		       uint64_t max_size, struct meter *meter,
		       struct error *e)
{
	int err;

	*s = (struct stream){
		.fd = -1,
		.path = place->path,
		.max_size = max_size,
		.meter = meter,
		.before = meter->done,
	};
	s->fd = open(place->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (s->fd < 0)
		return error_errno(e, "cannot open %s", place->path);
	err = sha256_new(&s->hash, e);
	return err ? err :
	       input_open_part(&s->in, s->fd, place->path, &place->part,
			       hash_bytes, s, e);
}

static void stream_close(struct stream *s)
{
	input_close(s->in);
	sha256_free(s->hash);
	if (s->fd >= 0)
		close(s->fd);
}

/* Read the rest, and compare the digest of the whole with the diff_id. */
static int stream_finish(struct stream *s, const char *diff_id,
			 uint64_t *size, struct error *e)
{
	uint8_t digest[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	int64_t n;
	int err;

	n = input_skip(s->in, INT64_MAX, e);
	if (n < 0)
		return n;
	err = sha256_final(s->hash, digest, e);
	if (err)
		return err;
	*size = input_offset(s->in);
	sha256_to_hex(digest, hex);
	if (strcmp(hex, diff_id))
		return error_set(e, -EBADMSG,
				 "its uncompressed SHA-256 is %s, the configuration says %s",
				 hex, diff_id);
	return 0;
}

static bool bytes_are(const char *at, size_t len, const char *name)
{
	return len == strlen(name) && !memcmp(at, name, len);
}

/*
 * Compare the path of a member, in whatever form, with the normalized @wanted.
 * Paths with ".." never match: no image maker writes them.
 */
static bool same_path(const struct tar_string *path, const char *wanted)
{
	const char *at = path->bytes, *end = path->bytes + path->len, *slash;
	size_t len, want;

	for (; at < end; at = slash < end ? slash + 1 : end) {
		slash = memchr(at, '/', end - at);
		if (!slash)
			slash = end;
		len = slash - at;
		if (!len || bytes_are(at, len, "."))
			continue;
		want = strcspn(wanted, "/");
		if (!want || len != want || memcmp(at, wanted, len))
			return false;
		wanted += want;
		wanted += *wanted == '/';
	}
	return !*wanted;
}

static const struct rule *find_rule(const struct tar_member *m)
{
	size_t i;

	for (i = 0; i < RULE_COUNT; i++)
		if (same_path(&m->path, rules[i].path))
			return &rules[i];
	return NULL;
}

static void set_state(struct account *file, enum account_state state,
		      bool exact)
{
	free(file->text);
	file->text = NULL;
	file->state = state;
	file->exact = exact;
}

/*
 * Read the text, made UTF-8: other bytes, mostly in comments, are never looked
 * up.
 */
static int read_text(struct account *file, struct tar_reader *r,
		     const struct tar_member *m, struct error *e)
{
	char *bytes = malloc(m->size + 1);
	int err;

	if (!bytes)
		return error_set(e, -ENOMEM, "out of memory");
	err = tar_reader_data(r, bytes, m->size, e);
	if (!err)
		file->text = utf8_make_text(bytes, m->size);
	if (!err && !file->text)
		err = error_set(e, -ENOMEM, "out of memory");
	free(bytes);
	return err;
}

static int take_file(struct account *file, struct tar_reader *r,
		     const struct tar_member *m, bool exact, struct error *e)
{
	int err;

	if (m->type != TAR_REGULAR || m->sparse ||
	    m->size > ACCOUNTS_TEXT_MAX) {
		set_state(file, ACCOUNT_OTHER, exact);
		return 0;
	}
	set_state(file, ACCOUNT_TEXT, exact);
	err = read_text(file, r, m, e);
	if (err)
		tar_member_blame(m, e);
	return err;
}

/* Handle a member that is the directory of both files. */
static void take_directory(struct accounts *a, const struct rule *rule,
			   const struct tar_member *m)
{
	struct account *file;
	size_t i;

	for (i = 0; i < ACCOUNT_FILES; i++) {
		file = &a->file[i];
		if (rule->action == ACTION_PARENT && m->type != TAR_DIRECTORY)
			set_state(file, ACCOUNT_OTHER, false);
		else if (rule->action == ACTION_HIDE &&
			 file->state == ACCOUNT_UNTOUCHED)
			set_state(file, ACCOUNT_REMOVED, false);
	}
}

static int parse_member(struct accounts *a, struct tar_reader *r,
			const struct tar_member *m, struct error *e)
{
	const struct rule *rule = find_rule(m);
	struct account *file;
	bool exact;

	if (!rule)
		return 0;
	if (rule->which == ACCOUNT_FILES) {
		take_directory(a, rule, m);
		return 0;
	}
	exact = bytes_are(m->path.bytes, m->path.len, rule->path);
	file = &a->file[rule->which];
	if (rule->action == ACTION_FILE)
		return take_file(file, r, m, exact, e);
	set_state(file, ACCOUNT_REMOVED, exact);
	return 0;
}

static int parse_members(struct accounts *a, struct input *in, struct error *e)
{
	const struct tar_member *m;
	struct warnings warnings = { 0 };
	struct tar_reader *r;
	int ret;

	ret = tar_reader_open(&r, in, &warnings, e);
	if (ret)
		return ret;
	while ((ret = tar_reader_next(r, &m, e)) > 0) {
		ret = parse_member(a, r, m, e);
		if (ret)
			break;
	}
	tar_reader_close(r);
	/* the conversion reports them */
	warnings_free(&warnings);
	return ret;
}

int accounts_read(struct accounts *a, const struct place *place,
		  uint64_t max_size, const char *diff_id, uint64_t *size,
		  struct meter *meter, struct error *e)
{
	struct stream s;
	int err;

	memset(a, 0, sizeof(*a));
	err = stream_open(&s, place, max_size, meter, e);
	if (!err)
		err = parse_members(a, s.in, e);
	if (!err)
		err = stream_finish(&s, diff_id, size, e);
	stream_close(&s);
	if (err)
		accounts_free(a);
	return err;
}

void accounts_free(struct accounts *a)
{
	size_t i;

	for (i = 0; i < ACCOUNT_FILES; i++)
		set_state(&a->file[i], ACCOUNT_UNTOUCHED, false);
}

const char *accounts_cached(const struct accounts *a, enum account_file which)
{
	const struct account *file = &a->file[which];

	if (file->exact && file->state == ACCOUNT_TEXT)
		return file->text;
	if (file->exact && file->state == ACCOUNT_REMOVED)
		return ACCOUNTS_WHITEOUT;
	return "";
}
