// SPDX-License-Identifier: GPL-2.0
/*
 * Print the superblock and all files as JSON, one object per line.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <jansson.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/sha256.h"
#include "dump.h"

/* Print an object and release it. */
static int put_json(json_t *json, struct error *e)
{
	int err;

	err = json_dumpf(json, stdout, JSON_COMPACT);
	json_decref(json);
	putchar('\n');
	if (err && !ferror(stdout))
		return error_set(e, -ENOMEM, "out of memory");
	return 0;
}

/* Set a member, consuming @value; NULL means out of memory. */
static int set(json_t *object, const char *key, json_t *value, struct error *e)
{
	if (json_object_set_new(object, key, value))
		return error_set(e, -ENOMEM, "out of memory");
	return 0;
}

static int set_sections(const struct device *d, json_t *sections,
			struct error *e)
{
	const struct tarfs_range *r;
	int i, err = 0;

	for (i = 0; i < TARFS2_SECTIONS && section_names[i] && !err; i++) {
		r = &d->layout.section[i];
		err = set(sections, section_names[i],
			  json_pack("{s:I, s:I}",
				    "offset", (json_int_t)r->start,
				    "length", (json_int_t)(r->end - r->start)),
			  e);
	}
	return err;
}

static int set_format2(const struct device *d, json_t *json, struct error *e)
{
	char hex[SHA256_HEX_SIZE];
	int err;

	sha256_to_hex(d->diff_id, hex);
	err = set(json, "diff_id", json_sprintf("sha256:%s", hex), e);
	if (!err)
		err = set(json, "sections", json_object(), e);
	if (!err)
		err = set_sections(d, json_object_get(json, "sections"), e);
	return err;
}

static int put_super(struct device *d, struct error *e)
{
	char hex[SHA256_HEX_SIZE];
	json_t *json;
	int err;

	json = json_pack("{s:i, s:I, s:I, s:I, s:I}",
			 "format", d->format,
			 "tar_size", (json_int_t)d->layout.tar_size,
			 "data_size", (json_int_t)d->layout.data_size,
			 "image_size", (json_int_t)d->size,
			 "inodes", (json_int_t)d->layout.inodes);
	if (!json)
		return error_set(e, -ENOMEM, "out of memory");
	err = set(json, "root_hash", claimed_root(d, hex, e) ?
		  json_string(hex) : json_null(), e);
	if (!err && d->format == 2)
		err = set_format2(d, json, e);
	if (!err)
		return put_json(json, e);
	json_decref(json);
	return err;
}

static int set_xattr(struct reader_xattrs *x, json_t *list, struct error *e)
{
	static char hex[2 * TARFS2_XATTR_VALUE_MAX + 1];
	static uint8_t value[TARFS2_XATTR_VALUE_MAX];
	uint32_t i;
	int err;

	err = reader_xattr_value(x, value, e);
	if (err)
		return err;
	hex[0] = '\0';
	for (i = 0; i < le32toh(x->rec.value_len); i++)
		sprintf(hex + 2 * i, "%02x", value[i]);
	return set(list, mtree_name(x->name, strlen(x->name)),
		   json_string(hex), e);
}

static int set_xattrs(struct device *d, const struct reader_inode *inode,
		      json_t *json, struct error *e)
{
	struct reader_xattrs x;
	json_t *list;
	int got;

	if (!inode->xattrs && !(inode->flags & TARFS2_INODE_OPAQUE))
		return 0;
	got = set(json, "xattrs", json_object(), e);
	if (got)
		return got;
	list = json_object_get(json, "xattrs");
	got = reader_xattr_first(&x, d, inode, e);
	while (!got && (got = reader_xattr_next(&x, e)) > 0)
		got = set_xattr(&x, list, e);
	return got;
}

/* Add the members that depend on the type. */
static int set_more(struct device *d, const struct reader_inode *inode,
		    json_t *json, struct error *e)
{
	char target[TARFS_TARGET_MAX + 1];
	int err = 0;

	switch (inode->mode & S_IFMT) {
	case S_IFLNK:
		err = reader_target(d, inode, target, e);
		if (!err)
			err = set(json, "target", json_string
				  (mtree_name(target, inode->size)), e);
		break;
	case S_IFCHR:
	case S_IFBLK:
		err = set(json, "major", json_integer(inode->major), e);
		if (!err)
			err = set(json, "minor", json_integer(inode->minor), e);
		break;
	case S_IFREG:
		err = set(json, "offset", json_integer(inode->start), e);
		if (!err)
			err = set(json, "stored", json_integer(inode->stored),
				  e);
		break;
	}
	return err ? err : set_xattrs(d, inode, json, e);
}

static int put_entry(void *ctx, const char *path,
		     const struct reader_inode *inode, struct error *e)
{
	json_t *json;
	int err;

	json = json_pack("{s:o, s:s, s:I, s:o, s:I, s:I, s:I, s:I, s:I, s:I}",
			 "path", json_sprintf("/%s", mtree_name(path,
								strlen(path))),
			 "type", type_names[inode->mode >> 12],
			 "ino", (json_int_t)inode->ino,
			 "mode", json_sprintf("%04o", inode->mode & 07777),
			 "nlink", (json_int_t)inode->nlink,
			 "uid", (json_int_t)inode->uid,
			 "gid", (json_int_t)inode->gid,
			 "size", (json_int_t)inode->size,
			 "mtime", (json_int_t)inode->mtime,
			 "mtime_nsec", (json_int_t)inode->mtime_nsec);
	if (!json)
		return error_set(e, -ENOMEM, "out of memory");
	err = set_more(ctx, inode, json, e);
	if (err) {
		json_decref(json);
		return err;
	}
	return put_json(json, e);
}

int dump_json(struct device *d, const char *path, struct error *e)
{
	int err;

	err = put_super(d, e);
	return err ? err : reader_walk(d, path ? path : "", put_entry, d, e);
}
