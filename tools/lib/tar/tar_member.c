// SPDX-License-Identifier: GPL-2.0
/*
 * Combine the header of a member and its extended headers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>

#include "stream/tar_number.h"
#include "tar_reader.h"

#define DEVICE_MAJOR_MAX	4095
#define DEVICE_MINOR_MAX	((1 << 20) - 1)

static const struct warning_kind unknown_type = {
	"unknown-type",
	"members of an unknown type are taken as regular files",
};

static const struct warning_kind nameless_acl = {
	"dropped-acl",
	"ACLs of names without numbers are dropped, permissions narrowed instead",
};

void tar_member_blame(const struct tar_member *m, struct error *e)
{
	size_t len = strnlen(m->path.bytes, m->path.len);

	error_prefix(e, "member \"%.*s%s\" at offset %llu",
		     (int)(len > 256 ? 256 : len), m->path.bytes,
		     len > 256 ? "..." : "", (unsigned long long)m->header);
}

/* join prefix and name as in POSIX; star has a shorter prefix */
static void short_name(struct tar_reader *r, struct tar_string *name)
{
	const struct tar_header *h = &r->header;
	size_t max = sizeof(h->ustar.prefix);
	size_t len = 0, name_len;

	if (!memcmp(h->ustar.pad + 8, "tar", 4))
		max = 131;
	if (!memcmp(h->magic, "ustar", sizeof(h->magic)) &&
	    h->ustar.prefix[0]) {
		len = strnlen(h->ustar.prefix, max);
		memcpy(r->short_name, h->ustar.prefix, len);
		r->short_name[len++] = '/';
	}
	name_len = strnlen(h->name, sizeof(h->name));
	memcpy(r->short_name + len, h->name, name_len);
	name->bytes = r->short_name;
	name->len = len + name_len;
}

/* does Go's archive/tar, which trims both ends, parse a field as a number? */
static bool is_number_to_go(const char *field, size_t len)
{
	int64_t unused;

	if (*field & 0x80)
		return !tar_number(field, len, &unused);
	while (len && (!*field || *field == ' ')) {
		field++;
		len--;
	}
	while (len && (!field[len - 1] || field[len - 1] == ' '))
		len--;
	for (; len && *field; field++, len--) {
		if (*field < '0' || *field > '7')
			return false;
	}
	return true;
}

/*
 * GNU tar's headers have times where POSIX has the prefix.  Old versions of Go
 * wrote a prefix there, so Go still parses times that are not numbers as one.
 */
static int check_gnu_times(const struct tar_header *h, struct error *e)
{
	size_t i;

	if (!tar_header_is_gnu(h) || !h->ustar.prefix[0])
		return 0;
	for (i = 0; i < sizeof(h->ustar.prefix) && h->ustar.prefix[i]; i++) {
		if (h->ustar.prefix[i] & 0x80)
			return 0;
	}
	if (is_number_to_go(h->gnu.atime, sizeof(h->gnu.atime)) &&
	    (!h->gnu.ctime[0] ||
	     is_number_to_go(h->gnu.ctime, sizeof(h->gnu.ctime))))
		return 0;
	return error_set(e, -EINVAL,
			 "its header is GNU tar's, but has text where the times are: some readers take that for the beginning of its name");
}

static bool same_string(const struct tar_string *a, const struct tar_string *b)
{
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* GNU's extended header and PAX override @to; they must agree */
static int choose_string(struct tar_string *to, const struct buffer *gnu,
			 const struct tar_string *pax, struct error *e)
{
	struct tar_string s;

	if (gnu) {
		s.bytes = gnu->bytes;
		s.len = gnu->len;
		if (pax && !same_string(&s, pax))
			return error_set(e, -EINVAL,
					 "its GNU and PAX headers give it different names or targets");
		*to = s;
	} else if (pax) {
		*to = *pax;
	}
	return 0;
}

static int fill_names(struct tar_reader *r, const struct tar_pax *pax,
		      struct error *e)
{
	struct tar_member *m = &r->member;
	struct tar_header *h = &r->header;
	int err;

	m->target.bytes = h->linkname;
	m->target.len = strnlen(h->linkname, sizeof(h->linkname));
	err = choose_string(&m->path,
			    r->pending & TAR_PENDING_NAME ? &r->name_buf : NULL,
			    pax->set & TAR_PAX_PATH ? &pax->path : NULL, e);
	if (err)
		return err;
	if (pax->set & TAR_PAX_SPARSE_NAME)
		m->path = pax->sparse_name;
	return choose_string(&m->target,
			     r->pending & TAR_PENDING_TARGET ?
			     &r->target_buf : NULL,
			     pax->set & TAR_PAX_LINKPATH ? &pax->linkpath :
			     NULL, e);
}

/* a field must be a valid id even if a PAX record overrides it */
static int fill_id(const struct tar_pax *pax, unsigned int bit, uint32_t value,
		   const char *name, const char field[8], uint32_t *id,
		   struct error *e)
{
	bool replaced = pax->set & bit;
	uint64_t v;
	int err;

	err = tar_reader_field(name, field, 8,
			       replaced ? UINT32_MAX : UINT32_MAX - 1, &v, e);
	*id = replaced ? value : v;
	return err;
}

static int fill_time(struct tar_member *m, const struct tar_header *h,
		     const struct tar_pax *pax, struct error *e)
{
	int err = tar_reader_number("mtime", h->mtime, sizeof(h->mtime),
				    &m->mtime, e);

	if (!err && pax->set & TAR_PAX_MTIME) {
		m->mtime = pax->mtime;
		m->mtime_nsec = pax->mtime_nsec;
	}
	return err;
}

/* Go ignores SCHILY.devmajor and SCHILY.devminor, bsdtar and star do not */
static int check_device(const struct tar_member *m, const struct tar_pax *pax,
			struct error *e)
{
	if ((!(pax->set & TAR_PAX_DEVMAJOR) || pax->major == m->major) &&
	    (!(pax->set & TAR_PAX_DEVMINOR) || pax->minor == m->minor))
		return 0;
	return error_set(e, -EINVAL,
			 "its header and its PAX records give it different device numbers");
}

/*
 * GNU tar and bsdtar ignore the device numbers of a header without a magic and
 * create device 0:0, which overlayfs treats as a whiteout: reject it.
 */
static int fill_device(struct tar_member *m, const struct tar_header *h,
		       const struct tar_pax *pax, struct error *e)
{
	uint64_t v;
	int err;

	if (memcmp(h->magic, "ustar", sizeof(h->magic)) &&
	    !tar_header_is_gnu(h))
		return error_set(e, -EINVAL,
				 "it is a device in a header of the oldest format, which has no device numbers");
	err = tar_reader_field("devmajor", h->major, sizeof(h->major),
			       DEVICE_MAJOR_MAX, &v, e);
	if (err)
		return err;
	m->major = v;
	err = tar_reader_field("devminor", h->minor, sizeof(h->minor),
			       DEVICE_MINOR_MAX, &v, e);
	m->minor = v;
	return err ? err : check_device(m, pax, e);
}

static int fill_metadata(struct tar_reader *r, const struct tar_pax *pax,
			 struct error *e)
{
	struct tar_member *m = &r->member;
	const struct tar_header *h = &r->header;
	int64_t v;
	int err;

	err = tar_reader_number("mode", h->mode, sizeof(h->mode), &v, e);
	if (err)
		return err;
	m->mode = v & 07777;
	err = fill_id(pax, TAR_PAX_UID, pax->uid, "uid", h->uid, &m->uid, e);
	if (err)
		return err;
	err = fill_id(pax, TAR_PAX_GID, pax->gid, "gid", h->gid, &m->gid, e);
	if (err)
		return err;
	err = fill_time(m, h, pax, e);
	if (err)
		return err;
	if (m->type != TAR_CHAR && m->type != TAR_BLOCK)
		return 0;
	return fill_device(m, h, pax, e);
}

/* map the type letter to one of the seven types of struct tar_member */
static int fill_type(struct tar_reader *r, struct error *e)
{
	struct tar_member *m = &r->member;
	bool slash = m->path.len && m->path.bytes[m->path.len - 1] == '/';

	m->type = r->header.type;
	switch (m->type) {
	case TAR_HARD_LINK:
	case TAR_SYMLINK:
	case TAR_CHAR:
	case TAR_BLOCK:
	case TAR_DIRECTORY:
	case TAR_FIFO:
		return 0;
	case TAR_GNU_DUMPDIR:
		m->type = TAR_DIRECTORY;
		return 0;
	case TAR_GNU_VOLUME:
		return error_set(e, -EINVAL,
				 "it continues a member of another volume: multi-volume archives are not supported");
	case TAR_OLD_REGULAR:
		if (slash) {
			m->type = TAR_DIRECTORY;
			return 0;
		}
		break;
	case TAR_REGULAR:
	case TAR_CONTIGUOUS:
	case TAR_GNU_SPARSE:
		break;
	default:
		if (tar_reader_warn(r, &unknown_type, &m->path, e))
			return -ENOMEM;
	}
	m->type = TAR_REGULAR;
	if (slash)
		return error_set(e, -EINVAL,
				 "it is a regular file, but its name ends in '/'");
	return 0;
}

/* get the number of bytes after the header; ignore a hard link's size field */
static int stored_size(struct tar_reader *r, const struct tar_pax *pax,
		       uint64_t *size, struct error *e)
{
	const struct tar_member *m = &r->member;
	const struct tar_header *h = &r->header;
	int err = 0;

	*size = 0;
	if (m->type != TAR_HARD_LINK)
		err = tar_reader_field("size", h->size, sizeof(h->size),
				       INT64_MAX, size, e);
	if (pax->set & TAR_PAX_SIZE)
		*size = pax->size;
	if (err || !*size || m->type == TAR_REGULAR ||
	    h->type == TAR_GNU_DUMPDIR)
		return err;
	return error_set(e, -EINVAL,
			 "it is no regular file, but has a size of %llu: readers disagree whether data follow",
			 (unsigned long long)*size);
}

/* locate data and holes; @r->left covers all bytes before the next header */
static int fill_data(struct tar_reader *r, const struct tar_pax *pax,
		     struct error *e)
{
	struct tar_member *m = &r->member;
	int err;

	err = stored_size(r, pax, &m->stored, e);
	if (err)
		return err;
	m->size = m->stored;
	err = tar_member_sparse(r, pax, e);
	if (err)
		return err;
	m->data = input_offset(r->in);
	r->padding = tar_padding(m->stored);
	r->left = m->stored + r->padding;
	if (m->type != TAR_REGULAR) {
		m->stored = 0;
		m->size = 0;
	}
	return 0;
}

static int check_target(const struct tar_member *m, struct error *e)
{
	if (m->type != TAR_SYMLINK && m->type != TAR_HARD_LINK)
		return 0;
	if (!m->target.len)
		return error_set(e, -EINVAL, "it is a link without a target");
	return 0;
}

static int fill_xattrs(struct tar_reader *r, struct error *e)
{
	struct tar_member *m = &r->member;
	int err;

	err = tar_xattr_resolve(&r->xattrs, &r->pax, e);
	if (err)
		return err;
	m->xattrs = r->xattrs.attrs;
	m->xattr_count = r->xattrs.count;
	m->mode &= r->xattrs.mode_limit;
	return r->xattrs.dropped_acl ?
	       tar_reader_warn(r, &nameless_acl, &m->path, e) : 0;
}

int tar_member_fill(struct tar_reader *r, struct error *e)
{
	const struct tar_pax *pax = &r->global;
	struct tar_member *m = &r->member;
	int err;

	memset(m, 0, sizeof(*m));
	m->header = r->header_offset;
	short_name(r, &m->path);
	if (r->pending & TAR_PENDING_PAX) {
		pax = &r->pax;
	} else if (r->global.xattr_count) {
		err = tar_pax_inherit(&r->pax, &r->global, e);
		if (err)
			return err;
		pax = &r->pax;
	}
	err = check_gnu_times(&r->header, e);
	if (!err)
		err = fill_names(r, pax, e);
	if (!err)
		err = fill_type(r, e);
	if (!err)
		err = fill_metadata(r, pax, e);
	if (!err)
		err = check_target(m, e);
	if (!err)
		err = fill_data(r, pax, e);
	if (!err && pax == &r->pax)
		err = fill_xattrs(r, e);
	return err;
}
