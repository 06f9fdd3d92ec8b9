// SPDX-License-Identifier: GPL-2.0
/*
 * Extended attributes and ACLs, with the driver's policy of who sees what.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "mount.h"

/* find the prefix that the driver has a handler of such a name for; 0 if there is none */
static uint8_t find_prefix(const char *name)
{
	uint8_t prefix;
	const char *text;

	for (prefix = 1; (text = tarfs2_xattr_prefix(prefix)); prefix++) {
		/* the whole name of an ACL */
		if (tarfs2_xattr_flag(prefix) ? !strcmp(name, text) :
		    !strncmp(name, text, strlen(text)))
			return prefix;
	}
	return 0;
}

/* copy the value of the attribute that the iterator is at */
static int put_value(struct request *r, struct reader_xattrs *x, size_t size,
		     size_t *len)
{
	*len = le32toh(x->rec.value_len);
	if (!size)
		return 0;
	if (*len > size)
		return -ERANGE;
	return reader_xattr_value(x, r->w->buf, &r->e);
}

static int find_xattr(struct request *r, const struct reader_inode *inode,
		      const char *name, size_t size, size_t *len)
{
	struct reader_xattrs x;
	int got;

	got = reader_xattr_first(&x, r->d, inode, &r->e);
	while (!got && (got = reader_xattr_next(&x, &r->e)) > 0) {
		if (!strcmp(x.name, name))
			return put_value(r, &x, size, len);
		got = 0;
	}
	if (got)
		return got;
	if (inode->flags & tarfs2_xattr_flag(find_prefix(name)))
		return error_set(&r->e, -EUCLEAN, "inode %" PRIu32
				 ", attributes: no ACL as its flag says",
				 inode->ino);
	return -ENODATA;
}

/* reply with @size bytes in the buffer, or with @len if the caller asked for that */
static void reply(struct request *r, size_t size, size_t len)
{
	if (size)
		fuse_reply_buf(r->req, (char *)r->w->buf, len);
	else
		fuse_reply_xattr(r->req, len);
	request_end(r);
}

void xattr_get(fuse_req_t req, fuse_ino_t ino, const char *name, size_t size)
{
	struct reader_inode inode;
	struct request r;
	size_t len = 0;
	int err;

	request_begin(&r, req);
	err = find_prefix(name) ? inode_read(&r, ino, &inode) : -EOPNOTSUPP;
	if (!err)
		err = find_xattr(&r, &inode, name, size, &len);
	if (err)
		request_fail(&r, err);
	else
		reply(&r, size, len);
}

/* add a name to the list of @size bytes; only count them if that is 0 */
static int add_name(struct request *r, const char *name, size_t size,
		    size_t *used)
{
	size_t len = strlen(name) + 1;

	if (size) {
		if (len > size - *used)
			return -ERANGE;
		memcpy(r->w->buf + *used, name, len);
	}
	*used += len;
	return 0;
}

/*
 * Names of trusted attributes are for administrators.  FUSE tells whose request it
 * is, and not which capabilities that one has; overlayfs asks as who mounted it.
 */
static bool is_visible(const struct request *r, const char *name)
{
	const char *trusted = tarfs2_xattr_prefix(TARFS2_XATTR_TRUSTED);

	return strncmp(name, trusted, strlen(trusted)) ||
	       !fuse_req_ctx(r->req)->uid;
}

static int list_names(struct request *r, const struct reader_inode *inode,
		      size_t size, size_t *used)
{
	struct reader_xattrs x;
	int got;

	got = reader_xattr_first(&x, r->d, inode, &r->e);
	while (!got && (got = reader_xattr_next(&x, &r->e)) > 0)
		got = is_visible(r, x.name) ? add_name(r, x.name, size, used) : 0;
	return got;
}

void xattr_list(fuse_req_t req, fuse_ino_t ino, size_t size)
{
	struct reader_inode inode;
	struct request r;
	size_t used = 0;
	int err;

	request_begin(&r, req);
	if (size > WORKER_BUFFER)
		size = WORKER_BUFFER;
	err = inode_read(&r, ino, &inode);
	if (!err)
		err = list_names(&r, &inode, size, &used);
	if (err)
		request_fail(&r, err);
	else
		reply(&r, size, used);
}
