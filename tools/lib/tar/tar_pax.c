// SPDX-License-Identifier: GPL-2.0
/*
 * Parse PAX extended headers: records "LENGTH KEYWORD=VALUE\n" split by length.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/number.h"
#include "stream/tar_number.h"
#include "tar_private.h"

/**
 * struct pax_keyword - a supported keyword
 * @bit: TAR_PAX_*; an empty value clears it
 * @set: parse and store a value, which is not empty; returns 0 or a negative
 *	errno value
 * @single: valid for a single member only, not in a global header
 */
struct pax_keyword {
	const char *name;
	unsigned int bit;
	int (*set)(struct tar_pax *pax, const struct tar_string *value,
		   struct error *e);
	bool single;
};

static int set_string(struct tar_string *to, const struct tar_string *value,
		      struct error *e)
{
	if (memchr(value->bytes, 0, value->len))
		return error_set(e, -EINVAL, "has a NUL byte");
	if (value->len > TAR_PATH_MAX)
		return error_set(e, -ENAMETOOLONG,
				 "has %zu bytes, more than %u", value->len,
				 TAR_PATH_MAX);
	*to = *value;
	return 0;
}

static int set_path(struct tar_pax *pax, const struct tar_string *value,
		    struct error *e)
{
	return set_string(&pax->path, value, e);
}

static int set_linkpath(struct tar_pax *pax, const struct tar_string *value,
			struct error *e)
{
	return set_string(&pax->linkpath, value, e);
}

static int set_sparse_name(struct tar_pax *pax, const struct tar_string *value,
			   struct error *e)
{
	return set_string(&pax->sparse_name, value, e);
}

static int set_number(uint64_t *to, const struct tar_string *value,
		      uint64_t max, struct error *e)
{
	int err = number_decimal(value->bytes, value->len, max, to);

	if (err == -ERANGE)
		error_set(e, err, "is more than %llu", (unsigned long long)max);
	else if (err)
		error_set(e, err, "is not a decimal number");
	return err;
}

static int set_size(struct tar_pax *pax, const struct tar_string *value,
		    struct error *e)
{
	return set_number(&pax->size, value, INT64_MAX, e);
}

/* 2^32 - 1 is not a valid id: chown(2) uses it for "unchanged" */
static int set_id(uint32_t *id, const struct tar_string *value, struct error *e)
{
	uint64_t v;
	int err = set_number(&v, value, UINT32_MAX - 1, e);

	if (!err)
		*id = v;
	return err;
}

static int set_uid(struct tar_pax *pax, const struct tar_string *value,
		   struct error *e)
{
	return set_id(&pax->uid, value, e);
}

static int set_gid(struct tar_pax *pax, const struct tar_string *value,
		   struct error *e)
{
	return set_id(&pax->gid, value, e);
}

static int set_mtime(struct tar_pax *pax, const struct tar_string *value,
		     struct error *e)
{
	int err = tar_time(value->bytes, value->len, &pax->mtime,
			   &pax->mtime_nsec);

	if (err)
		error_set(e, err, "is not a time of 64 bits");
	return err;
}

static int set_sparse_size(struct tar_pax *pax, const struct tar_string *value,
			   struct error *e)
{
	return set_number(&pax->sparse_size, value, INT64_MAX, e);
}

static int set_sparse_realsize(struct tar_pax *pax,
			       const struct tar_string *value, struct error *e)
{
	return set_number(&pax->sparse_realsize, value, INT64_MAX, e);
}

/* must precede the map: GNU tar allocates the map by it */
static int set_sparse_blocks(struct tar_pax *pax,
			     const struct tar_string *value, struct error *e)
{
	if (pax->map.entries || pax->map.half)
		return error_set(e, -EINVAL, "follows the map");
	return set_number(&pax->sparse_blocks, value, INT64_MAX, e);
}

/* parse a single digit: to Go, "01" is not version "1" */
static int set_version(uint64_t *to, const struct tar_string *value,
		       struct error *e)
{
	if (value->len != 1)
		return error_set(e, -EINVAL, "is not a digit");
	return set_number(to, value, 9, e);
}

static int set_sparse_major(struct tar_pax *pax, const struct tar_string *value,
			    struct error *e)
{
	return set_version(&pax->sparse_major, value, e);
}

static int set_sparse_minor(struct tar_pax *pax, const struct tar_string *value,
			    struct error *e)
{
	return set_version(&pax->sparse_minor, value, e);
}

static int set_devmajor(struct tar_pax *pax, const struct tar_string *value,
			struct error *e)
{
	return set_number(&pax->major, value, INT64_MAX, e);
}

static int set_devminor(struct tar_pax *pax, const struct tar_string *value,
			struct error *e)
{
	return set_number(&pax->minor, value, INT64_MAX, e);
}

static int set_sparse_offset(struct tar_pax *pax,
			     const struct tar_string *value, struct error *e)
{
	if (pax->map.whole)
		return error_set(e, -EINVAL, "follows GNU.sparse.map");
	if (pax->map.half)
		return error_set(e, -EINVAL, "follows another offset");
	pax->map.half = true;
	return set_number(&pax->map.half_offset, value, INT64_MAX, e);
}

static int set_sparse_bytes(struct tar_pax *pax,
			    const struct tar_string *value, struct error *e)
{
	uint64_t bytes;
	int err;

	if (!pax->map.half)
		return error_set(e, -EINVAL, "follows no offset");
	pax->map.half = false;
	err = set_number(&bytes, value, INT64_MAX, e);
	if (err)
		return err;
	return tar_map_add(&pax->map, pax->map.half_offset, bytes, e);
}

static int set_sparse_map(struct tar_pax *pax, const struct tar_string *value,
			  struct error *e)
{
	if (pax->set & TAR_PAX_SPARSE_MAP)
		return error_set(e, -EINVAL, "is a second map");
	pax->map.whole = true;
	return tar_map_text(&pax->map, value->bytes, value->len, e);
}

static const struct pax_keyword keywords[] = {
	{ "path", TAR_PAX_PATH, set_path, false },
	{ "linkpath", TAR_PAX_LINKPATH, set_linkpath, false },
	{ "size", TAR_PAX_SIZE, set_size, false },
	{ "uid", TAR_PAX_UID, set_uid, false },
	{ "gid", TAR_PAX_GID, set_gid, false },
	{ "mtime", TAR_PAX_MTIME, set_mtime, false },
	{ "GNU.sparse.name", TAR_PAX_SPARSE_NAME, set_sparse_name, true },
	{ "GNU.sparse.size", TAR_PAX_SPARSE_SIZE, set_sparse_size, true },
	{ "GNU.sparse.realsize", TAR_PAX_SPARSE_REALSIZE, set_sparse_realsize,
	  true },
	{ "GNU.sparse.numblocks", TAR_PAX_SPARSE_BLOCKS, set_sparse_blocks,
	  true },
	{ "GNU.sparse.major", TAR_PAX_SPARSE_MAJOR, set_sparse_major, true },
	{ "GNU.sparse.minor", TAR_PAX_SPARSE_MINOR, set_sparse_minor, true },
	{ "GNU.sparse.offset", TAR_PAX_SPARSE_MAP, set_sparse_offset, true },
	{ "GNU.sparse.numbytes", TAR_PAX_SPARSE_MAP, set_sparse_bytes, true },
	{ "GNU.sparse.map", TAR_PAX_SPARSE_MAP, set_sparse_map, true },
	{ "SCHILY.devmajor", TAR_PAX_DEVMAJOR, set_devmajor, true },
	{ "SCHILY.devminor", TAR_PAX_DEVMINOR, set_devminor, true },
	{ }
};

/**
 * struct pax_xattr_keyword - a keyword, or prefix of one, for an attribute
 * @attr: name of the attribute; NULL if the rest of the keyword is the name
 */
struct pax_xattr_keyword {
	const char *name;
	const char *attr;
	enum tar_xattr_rank rank;
	bool is_acl;
};

static const struct pax_xattr_keyword xattr_keywords[] = {
	{ "SCHILY.xattr.", NULL, TAR_XATTR_SCHILY, false },
	{ "LIBARCHIVE.xattr.", NULL, TAR_XATTR_LIBARCHIVE, false },
	{ "RHT.security.selinux", "security.selinux", TAR_XATTR_TEXT, false },
	{ "SCHILY.acl.access", "system.posix_acl_access", TAR_XATTR_TEXT,
	  true },
	{ "SCHILY.acl.default", "system.posix_acl_default", TAR_XATTR_TEXT,
	  true },
	{ }
};

static const struct pax_xattr_keyword *
find_xattr_keyword(const struct tar_string *key)
{
	const struct pax_xattr_keyword *k;

	for (k = xattr_keywords; k->name; k++) {
		size_t len = strlen(k->name);

		if (key->len >= len && !memcmp(key->bytes, k->name, len) &&
		    (!k->attr || key->len == len))
			return k;
	}
	return NULL;
}

static const struct pax_keyword *find_keyword(const struct tar_string *key)
{
	const struct pax_keyword *k;

	for (k = keywords; k->name; k++) {
		if (strlen(k->name) == key->len &&
		    !memcmp(key->bytes, k->name, key->len))
			return k;
	}
	return NULL;
}

static int pax_xattr_grow(struct tar_pax *pax, struct error *e)
{
	size_t size = pax->xattr_size ? 2 * pax->xattr_size : 16;
	struct tar_pax_xattr *xattrs;

	xattrs = reallocarray(pax->xattrs, size, sizeof(*xattrs));
	if (!xattrs)
		return error_set(e, -ENOMEM, "out of memory");
	pax->xattrs = xattrs;
	pax->xattr_size = size;
	return 0;
}

/* RHT.security.selinux lacks the NUL that terminates the attribute's value */
static int pax_xattr_decode(struct tar_pax_xattr *x, struct error *e)
{
	struct tar_string *name = &x->attr.name, *value = &x->attr.value;
	ssize_t len;

	if (x->rank == TAR_XATTR_LIBARCHIVE) {
		len = tar_url_decode(name->bytes, name->len);
		if (len < 0)
			return error_set(e, -EINVAL, "has a bad %% escape");
		name->len = len;
		len = base64_decode(value->bytes, value->len);
		if (len < 0)
			return error_set(e, -EINVAL, "is not base64");
		value->len = len;
	} else if (x->rank == TAR_XATTR_TEXT && !x->is_acl && value->len) {
		value->bytes[value->len++] = 0;
	}
	return 0;
}

static int pax_add_xattr(struct tar_pax *pax,
			 const struct pax_xattr_keyword *k,
			 const struct tar_string *key,
			 const struct tar_string *value, struct error *e)
{
	struct tar_pax_xattr *x;
	size_t len;
	int err;

	if (pax->xattr_count == pax->xattr_size) {
		err = pax_xattr_grow(pax, e);
		if (err)
			return err;
	}
	x = &pax->xattrs[pax->xattr_count];
	x->number = pax->xattr_count;
	x->rank = k->rank;
	x->is_acl = k->is_acl;
	x->attr.value = *value;
	if (k->attr) {
		x->attr.name.bytes = (char *)k->attr;
		x->attr.name.len = strlen(k->attr);
	} else {
		len = strlen(k->name);
		x->attr.name.bytes = key->bytes + len;
		x->attr.name.len = key->len - len;
	}
	err = pax_xattr_decode(x, e);
	if (!err)
		pax->xattr_count++;
	return err;
}

static int pax_record(struct tar_pax *pax, const struct tar_string *key,
		      const struct tar_string *value, bool global,
		      struct error *e)
{
	const struct pax_xattr_keyword *x = find_xattr_keyword(key);
	const struct pax_keyword *k = find_keyword(key);
	int err = 0;

	if (x) {
		err = pax_add_xattr(pax, x, key, value, e);
	} else if (k && global && k->single) {
		err = error_set(e, -EINVAL, "is in a global header");
	} else if (k && k->single && !value->len) {
		err = error_set(e, -EINVAL, "is empty");
	} else if (k && !value->len) {
		pax->set &= ~k->bit;
	} else if (k) {
		err = k->set(pax, value, e);
		pax->set |= k->bit;
	}
	if (err)
		error_prefix(e, "the PAX record \"%.*s\"",
			     (int)(key->len < 64 ? key->len : 64), key->bytes);
	return err;
}

/* parse the "LENGTH " of a record; return its size, or 0 if it is malformed */
static size_t pax_length(const char *buf, size_t left, size_t *length)
{
	size_t i, v = 0;

	for (i = 0; i < left && buf[i] >= '0' && buf[i] <= '9'; i++) {
		if (v > TAR_EXTENDED_MAX)
			return 0;
		v = v * 10 + (buf[i] - '0');
	}
	if (!i || i == left || buf[i] != ' ')
		return 0;
	*length = v;
	return i + 1;
}

int tar_pax_parse(struct tar_pax *pax, char *buf, size_t len, bool global,
		  struct error *e)
{
	struct tar_string key, value;
	size_t pos, start, length = 0;
	char *equals;
	int err;

	for (pos = 0; pos < len; pos += length) {
		start = pax_length(buf + pos, len - pos, &length);
		if (!start || length <= start || length > len - pos ||
		    buf[pos + length - 1] != '\n')
			goto malformed;
		key.bytes = buf + pos + start;
		equals = memchr(key.bytes, '=', length - start);
		if (!equals || equals == key.bytes)
			goto malformed;
		key.len = equals - key.bytes;
		if (memchr(key.bytes, 0, key.len))
			goto malformed;
		value.bytes = equals + 1;
		value.len = buf + pos + length - 1 - value.bytes;
		err = pax_record(pax, &key, &value, global, e);
		if (err)
			return err;
	}
	return 0;

malformed:
	return error_set(e, -EINVAL, "a malformed PAX record, byte %zu", pos);
}

int tar_pax_inherit(struct tar_pax *pax, const struct tar_pax *global,
		    struct error *e)
{
	struct tar_pax_xattr *xattrs = pax->xattrs;
	size_t size = pax->xattr_size;
	struct tar_map map = pax->map;
	int err;

	*pax = *global;
	pax->map = map;
	pax->xattrs = xattrs;
	pax->xattr_size = size;
	pax->xattr_count = 0;
	tar_map_reset(&pax->map);
	while (pax->xattr_size < global->xattr_count) {
		err = pax_xattr_grow(pax, e);
		if (err)
			return err;
	}
	if (global->xattr_count)
		memcpy(pax->xattrs, global->xattrs,
		       global->xattr_count * sizeof(*pax->xattrs));
	pax->xattr_count = global->xattr_count;
	return 0;
}

void tar_pax_free(struct tar_pax *pax)
{
	tar_map_free(&pax->map);
	free(pax->xattrs);
	memset(pax, 0, sizeof(*pax));
}
