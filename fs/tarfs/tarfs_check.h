/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Validation of on-disk records: pure predicates without VFS types, so that
 * userspace programs can use them as well.
 *
 * A *_fault() function returns NULL or a short description of the fault.  The
 * includer provides le16_to_cpu() and friends, the types u8 to u64, memcmp(),
 * memchr() and strlen().
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef _TARFS_CHECK_H
#define _TARFS_CHECK_H

#include "tarfs_fs.h"

/* a byte range of the data device, from @start up to @end */
struct tarfs_range {
	u64	start;
	u64	end;
};

/*
 * The superblock of either format in the processor's byte order.  Format 1 has
 * no sections; its tar_size is where the inode table begins.
 */
struct tarfs_layout {
	u64	data_size;		/* D, bytes */
	u64	tar_size;		/* bytes */
	u64	inodes;
	struct tarfs_range	section[TARFS2_SECTIONS];
};

static inline bool tarfs_in_range(const struct tarfs_range *r, u64 pos, u64 len)
{
	return pos >= r->start && pos <= r->end && len <= r->end - pos;
}

/* do @len bytes at @pos cross a multiple of the block size? */
static inline bool tarfs_straddles(u64 pos, u64 len)
{
	return (pos & (TARFS_BLOCK_SIZE - 1)) + len > TARFS_BLOCK_SIZE;
}

static inline bool tarfs_all_zero(const void *p, size_t len)
{
	const u8 *byte = p;

	while (len--)
		if (*byte++)
			return false;
	return true;
}

/* is the padding of a trailer zero, as it must be? */
static inline bool tarfs_trailer_tail_is_zero(const void *block)
{
	const struct tarfs_trailer *t = block;

	return tarfs_all_zero(t + 1, TARFS_SUPER_SIZE - sizeof(*t));
}

static inline bool tarfs_trailer_sizes_fit(const struct tarfs_trailer *t)
{
	return le32_to_cpu(t->data_block_size) == TARFS_BLOCK_SIZE &&
	       le32_to_cpu(t->hash_block_size) == TARFS_BLOCK_SIZE;
}

/*
 * Is this 512-byte block the trailer of a device of @dev_size bytes?  If so,
 * set *@data_size to the size of the data device.
 */
static inline bool tarfs_is_trailer(const void *block, u64 dev_size,
				    u64 *data_size)
{
	const struct tarfs_trailer *t = block;
	u64 blocks = le64_to_cpu(t->data_blocks);

	if (!tarfs_trailer_sizes_fit(t) || !tarfs_trailer_tail_is_zero(t))
		return false;
	if (!blocks || blocks >= dev_size / TARFS_BLOCK_SIZE)
		return false;
	*data_size = blocks * TARFS_BLOCK_SIZE;
	return true;
}

/* decode format 1's superblock, from the end of a device of @data_size bytes */
static inline const char *tarfs1_read_super(const struct tarfs1_super *ds,
					    u64 data_size,
					    struct tarfs_layout *l)
{
	u64 table = le64_to_cpu(ds->inode_table);
	u64 inodes = le64_to_cpu(ds->inodes);

	if (!tarfs_all_zero(ds + 1, TARFS_SUPER_SIZE - sizeof(*ds)))
		return "no superblock of either format";
	if (table >= data_size)
		return "inode table starts beyond the end of the device";
	if (!inodes)
		return "no inodes";
	if (inodes > (data_size - table) / sizeof(struct tarfs1_inode))
		return "inode table ends beyond the end of the device";
	if (inodes > U32_MAX)
		return "more than 4294967295 inodes";

	*l = (struct tarfs_layout) {
		.data_size = data_size,
		.tar_size = table,
		.inodes = inodes,
	};
	return NULL;
}

/* is it a file type of the formats? sockets are not: a tar has none */
static inline bool tarfs_mode_has_type(u16 mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
	case S_IFDIR:
	case S_IFLNK:
	case S_IFCHR:
	case S_IFBLK:
	case S_IFIFO:
		return true;
	}
	return false;
}

static inline const char *tarfs1_inode_fault(const struct tarfs1_inode *di,
					     const struct tarfs_layout *l)
{
	u16 mode = le16_to_cpu(di->mode);
	u64 size = le64_to_cpu(di->size);
	u64 offset = le64_to_cpu(di->offset);

	if (mode & ~(S_IFMT | 0777))
		return "mode has bits that format 1 does not";
	if (!tarfs_mode_has_type(mode))
		return "unknown file type";
	if (size > (u64)S64_MAX)
		return "size out of range";
	switch (mode & S_IFMT) {
	case S_IFDIR:
		if (size % sizeof(struct tarfs1_dirent))
			return "directory size is not a multiple of 32";
		fallthrough;
	case S_IFREG:
		if (size && (offset >= l->data_size ||
			     size > l->data_size - offset))
			return "data end beyond the end of the device";
		break;
	case S_IFLNK:
		if (!size || size > TARFS_TARGET_MAX)
			return "link target's length out of range";
		if (offset >= l->data_size || size > l->data_size - offset)
			return "link target ends beyond the end of the device";
		break;
	case S_IFCHR:
	case S_IFBLK:
		if (offset >> 32 > 0xfff)
			return "major device number out of range";
		break;
	}
	return NULL;
}

/* alignment of each section of format 2 */
static inline u32 tarfs2_section_align(int id)
{
	static const u16 align[TARFS2_SECTIONS] = {
		[TARFS2_INODES]	 = sizeof(struct tarfs2_inode),
		[TARFS2_DIRS]	 = 8,
		[TARFS2_MAPS]	 = sizeof(struct tarfs2_map),
		[TARFS2_XATTRS]	 = 8,
		[TARFS2_TARGETS] = 1,
		[TARFS2_BUCKETS] = TARFS_BLOCK_SIZE,
	};

	return align[id];
}

static inline const char *tarfs2_read_sections(const struct tarfs2_super *ds,
					       struct tarfs_layout *l)
{
	u64 end = l->data_size - TARFS_SUPER_SIZE;
	int i;

	for (i = 0; i < TARFS2_SECTIONS; i++) {
		u64 offset = le64_to_cpu(ds->sections[i].offset);
		u64 length = le64_to_cpu(ds->sections[i].length);
		u32 align = tarfs2_section_align(i);

		if (!length) {
			if (offset)
				return "empty section has an offset";
			continue;
		}
		if (!align)
			return "unknown section";
		if (offset & (align - 1))
			return "section is not aligned";
		if (offset < l->tar_size || offset > end ||
		    length > end - offset)
			return "section is not between tar and superblock";
		l->section[i].start = offset;
		l->section[i].end = offset + length;
	}
	return NULL;
}

/*
 * Decode format 2's superblock, from the end of a device of @data_size bytes.
 * The caller has checked the magic and the checksum.
 */
static inline const char *tarfs2_read_super(const struct tarfs2_super *ds,
					    u64 data_size,
					    struct tarfs_layout *l)
{
	const struct tarfs_range *table = &l->section[TARFS2_INODES];
	const char *fault;

	*l = (struct tarfs_layout) {
		.data_size = le64_to_cpu(ds->data_size),
		.tar_size = le64_to_cpu(ds->tar_size),
		.inodes = le32_to_cpu(ds->inodes),
	};
	if (le32_to_cpu(ds->version) != TARFS2_VERSION)
		return "version of format 2 not known; a newer tarfs is needed";
	if (le64_to_cpu(ds->incompat) & ~TARFS2_INCOMPAT_ALL)
		return "incompatible features not known; a newer tarfs is needed";
	if (!tarfs_all_zero(ds->reserved1, sizeof(ds->reserved1)) ||
	    !tarfs_all_zero(ds->reserved2, sizeof(ds->reserved2)))
		return "reserved fields are not zero";
	if (l->data_size != data_size)
		return "device is not as long as the superblock says";
	if (l->tar_size > data_size - TARFS_SUPER_SIZE)
		return "tar ends beyond the superblock";
	fault = tarfs2_read_sections(ds, l);
	if (fault)
		return fault;
	if (!l->inodes)
		return "no inodes";
	if ((table->end - table->start) !=
	    l->inodes * sizeof(struct tarfs2_inode))
		return "inode table does not have its size";
	return NULL;
}

static inline const char *tarfs2_reg_fault(const struct tarfs2_inode *di,
					   const struct tarfs_layout *l)
{
	bool sparse = le16_to_cpu(di->flags) & TARFS2_INODE_SPARSE;
	u64 size = le64_to_cpu(di->size);
	u64 stored = le64_to_cpu(di->file.stored);
	u64 start = le64_to_cpu(di->start);
	u64 map = le64_to_cpu(di->file.map);

	if (size > (u64)S64_MAX)
		return "size out of range";
	if (!sparse && (map || stored))
		return "plain file has a map";
	if (sparse && (map % sizeof(struct tarfs2_map) ||
		       !tarfs_in_range(&l->section[TARFS2_MAPS], map,
				       sizeof(struct tarfs2_map))))
		return "map is not in its section";
	if (sparse && stored > size)
		return "more data stored than the file has";
	if (!sparse)
		stored = size;
	if (start > l->tar_size || stored > l->tar_size - start)
		return "data end beyond the end of the tar";
	return NULL;
}

static inline const char *tarfs2_dir_fault(const struct tarfs2_inode *di,
					   u32 ino,
					   const struct tarfs_layout *l)
{
	const struct tarfs_range *dirs = &l->section[TARFS2_DIRS];
	u64 size = le64_to_cpu(di->size);
	u64 start = le64_to_cpu(di->start);
	u32 parent = le32_to_cpu(di->dir.parent);
	u32 buckets = le32_to_cpu(di->dir.buckets);
	u64 bucket = (u64)le32_to_cpu(di->dir.bucket_block) * TARFS_BLOCK_SIZE;

	if (!parent || parent > l->inodes)
		return "parent's inode number out of range";
	/* a directory is numbered after its parent, which rules out loops */
	if (ino == TARFS_ROOT_INO ? parent != ino : parent >= ino)
		return "parent's inode number is not lower";
	if (size && !tarfs_in_range(dirs, start, size))
		return "chunks are not in their section";
	if (size <= TARFS_BLOCK_SIZE) {
		if (start % 8 || size % 8 || tarfs_straddles(start, size))
			return "chunk is not aligned or straddles a block";
		if (buckets)
			return "small directory has buckets";
		return NULL;
	}
	if (start % TARFS_BLOCK_SIZE || size % TARFS_BLOCK_SIZE)
		return "chunks are not whole blocks";
	if (size / TARFS_BLOCK_SIZE > U32_MAX)
		return "directory too large";
	if (!buckets || !tarfs_in_range(&l->section[TARFS2_BUCKETS], bucket,
					(u64)buckets * TARFS_BLOCK_SIZE))
		return "buckets are not in their section";
	return NULL;
}

/* validate inode record @ino, without the records that it refers to */
static inline const char *tarfs2_inode_fault(const struct tarfs2_inode *di,
					     u32 ino,
					     const struct tarfs_layout *l)
{
	u16 mode = le16_to_cpu(di->mode);
	u16 flags = le16_to_cpu(di->flags);
	u64 size = le64_to_cpu(di->size);
	u64 start = le64_to_cpu(di->start);
	const struct tarfs_range *sets = &l->section[TARFS2_XATTRS];
	u32 xattrs = le32_to_cpu(di->xattrs);

	if (!tarfs_mode_has_type(mode))
		return "unknown file type";
	if (flags & ~TARFS2_INODE_FLAGS)
		return "unknown flags";
	if ((flags & (TARFS2_INODE_OPAQUE | TARFS2_INODE_DEFAULT)) &&
	    (mode & S_IFMT) != S_IFDIR)
		return "flag of a directory on something else";
	if ((flags & TARFS2_INODE_SPARSE) && (mode & S_IFMT) != S_IFREG)
		return "flag of a regular file on something else";
	if ((flags & TARFS2_INODE_ACL) && (mode & S_IFMT) == S_IFLNK)
		return "flag of an ACL on a symbolic link";
	if ((flags & (TARFS2_INODE_ACL | TARFS2_INODE_DEFAULT)) && !xattrs)
		return "the flag of an ACL without attributes";
	if (!di->nlink)
		return "no names";
	if (le32_to_cpu(di->mtime_nsec) >= 1000000000)
		return "nanoseconds out of range";
	if (xattrs && !tarfs_in_range(sets, sets->start + (xattrs - 1ULL) * 8,
				      sizeof(struct tarfs2_xattrs)))
		return "attributes are not in their section";

	switch (mode & S_IFMT) {
	case S_IFREG:
		return tarfs2_reg_fault(di, l);
	case S_IFDIR:
		return tarfs2_dir_fault(di, ino, l);
	case S_IFLNK:
		if (!size || size > TARFS_TARGET_MAX)
			return "link target's length out of range";
		if (tarfs_straddles(start, size) ||
		    !tarfs_in_range(&l->section[TARFS2_TARGETS], start, size))
			return "link target is not in its section";
		return NULL;
	}
	if (size || start)
		return "special file has data";
	return NULL;
}

/*
 * Validate a chunk's header; @room is the maximum size of the chunk.  Entries
 * are validated one by one, by tarfs2_entry_name() and tarfs2_dirent_fault().
 */
static inline const char *tarfs2_chunk_fault(const struct tarfs2_chunk *c,
					     u32 owner, u32 room)
{
	u32 count = le16_to_cpu(c->count);
	u32 bytes = le16_to_cpu(c->bytes);

	if (le32_to_cpu(c->owner) != owner)
		return "chunk belongs to another directory";
	if (bytes > room)
		return "chunk is longer than its room";
	if (!count ||
	    sizeof(*c) + count * (sizeof(struct tarfs2_dirent) + 1) > bytes)
		return "chunk has no room for its entries";
	return NULL;
}

/*
 * Get the name of entry @i of a chunk whose header is valid, and its length.
 * Returns NULL if the name is not inside the chunk, after the entries.
 */
static inline const char *tarfs2_entry_name(const struct tarfs2_chunk *c,
					    u32 i, u32 *len)
{
	const struct tarfs2_dirent *de = (const void *)(c + 1);
	u32 count = le16_to_cpu(c->count);
	u32 bytes = le16_to_cpu(c->bytes);
	u32 name = le16_to_cpu(de[i].name);
	u32 end = i + 1 < count ? le16_to_cpu(de[i + 1].name) : bytes;

	if (name < sizeof(*c) + count * sizeof(*de) || name >= end ||
	    end > bytes || end - name > TARFS_NAME_MAX)
		return NULL;
	*len = end - name;
	return (const char *)c + name;
}

/* is this a valid name of a directory entry? */
static inline bool tarfs_name_is_valid(const char *name, u32 len)
{
	u32 i;

	if (!len || len > TARFS_NAME_MAX)
		return false;
	if (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.')))
		return false;
	for (i = 0; i < len; i++)
		if (!name[i] || name[i] == '/')
			return false;
	return true;
}

/* convert a mode to the type of a directory entry: DT_*, its top four bits */
static inline u8 tarfs_entry_type(u16 mode)
{
	return mode >> 12;
}

/* validate the inode number of an entry of directory @dir, in both formats */
static inline const char *tarfs_entry_fault(u64 ino, u32 dir,
					    const struct tarfs_layout *l)
{
	if (!ino || ino > l->inodes)
		return "inode out of range";
	if (ino == TARFS_ROOT_INO)
		return "the root is in a directory";
	if (ino == dir)
		return "directory is in itself";
	return NULL;
}

/* validate an entry of directory @dir, except for its name */
static inline const char *tarfs2_dirent_fault(const struct tarfs2_dirent *de,
					      u32 dir,
					      const struct tarfs_layout *l)
{
	u32 ino = le32_to_cpu(de->ino);

	if (de->type > tarfs_entry_type(S_IFMT) ||
	    !tarfs_mode_has_type(de->type << 12))
		return "unknown file type in an entry";
	if (de->type == tarfs_entry_type(S_IFDIR) && ino < dir)
		return "subdirectory's inode number is not higher";
	return tarfs_entry_fault(ino, dir, l);
}

/*
 * Validate the order of an entry and its predecessor, whose inode number is
 * @before (0: none).  Entries are sorted by inode number, so two names of one
 * directory are adjacent.
 */
static inline const char *tarfs2_order_fault(const struct tarfs2_dirent *de,
					     u32 before)
{
	u32 ino = le32_to_cpu(de->ino);

	if (ino < before)
		return "entries are not in order";
	if (ino == before && de->type == tarfs_entry_type(S_IFDIR))
		return "directory has two names";
	return NULL;
}

/*
 * Check that entry @i, if it is a directory, is the only one of the chunk with
 * its inode.  The chunk need not be in order.
 */
static inline const char *tarfs2_twin_fault(const struct tarfs2_chunk *c, u32 i)
{
	const struct tarfs2_dirent *de = (const void *)(c + 1);
	u32 count = le16_to_cpu(c->count);
	u32 k;

	if (de[i].type != tarfs_entry_type(S_IFDIR))
		return NULL;
	for (k = 0; k < count; k++)
		if (k != i && de[k].ino == de[i].ino)
			return "directory has two names";
	return NULL;
}

/* validate an inode that an entry of @type in directory @dir names */
static inline const char *tarfs2_child_fault(u16 mode, u32 parent, u32 dir,
					     u8 type)
{
	if (tarfs_entry_type(mode) != type)
		return "type is not that of its entry";
	if ((mode & S_IFMT) == S_IFDIR && parent != dir)
		return "directory is not in its parent";
	return NULL;
}

static inline const char *tarfs2_bucket_fault(const struct tarfs2_bucket *b,
					      u32 owner)
{
	if (le32_to_cpu(b->owner) != owner)
		return "bucket belongs to another directory";
	if (le16_to_cpu(b->count) > TARFS2_BUCKET_SLOTS || b->reserved)
		return "bucket's header is corrupt";
	return NULL;
}

/* validate extent @e of a map; @next is its successor */
static inline const char *tarfs2_extent_fault(const struct tarfs2_extent *e,
					      const struct tarfs2_extent *next)
{
	u64 logical = le64_to_cpu(e->logical);
	u64 stored = le64_to_cpu(e->stored);
	u64 next_logical = le64_to_cpu(next->logical);
	u64 next_stored = le64_to_cpu(next->stored);

	if (next_stored <= stored || next_logical < logical ||
	    next_logical - logical < next_stored - stored)
		return "extents are not in order";
	return NULL;
}

/* map the hash of a name to one of @buckets buckets */
static inline u32 tarfs2_bucket_of(u64 hash, u32 buckets)
{
	return (hash >> 32) * buckets >> 32;
}

/* the string that a prefix stands for; NULL if the prefix is unknown */
static inline const char *tarfs2_xattr_prefix(u8 prefix)
{
	static const char *const prefixes[] = {
		[TARFS2_XATTR_USER]	   = "user.",
		[TARFS2_XATTR_TRUSTED]	   = "trusted.",
		[TARFS2_XATTR_SECURITY]	   = "security.",
		[TARFS2_XATTR_ACL_ACCESS]  = "system.posix_acl_access",
		[TARFS2_XATTR_ACL_DEFAULT] = "system.posix_acl_default",
	};

	return prefix <= TARFS2_XATTR_ACL_DEFAULT ? prefixes[prefix] : NULL;
}

/* the inode flag that an attribute requires, or 0 */
static inline u16 tarfs2_xattr_flag(u8 prefix)
{
	switch (prefix) {
	case TARFS2_XATTR_ACL_ACCESS:
		return TARFS2_INODE_ACL;
	case TARFS2_XATTR_ACL_DEFAULT:
		return TARFS2_INODE_DEFAULT;
	}
	return 0;
}

/* does Linux allow such an attribute on files of the type in @mode? */
static inline bool tarfs2_xattr_fits(u8 prefix, u16 mode)
{
	switch (prefix) {
	case TARFS2_XATTR_USER:
		return (mode & S_IFMT) == S_IFREG || (mode & S_IFMT) == S_IFDIR;
	case TARFS2_XATTR_ACL_ACCESS:
		return (mode & S_IFMT) != S_IFLNK;
	case TARFS2_XATTR_ACL_DEFAULT:
		return (mode & S_IFMT) == S_IFDIR;
	}
	return true;
}

/*
 * Is it an attribute that overlayfs interprets?  Layers must not have any.
 * Attributes that a nested overlayfs escapes match as well.  @name excludes
 * @prefix.
 */
static inline bool tarfs2_xattr_is_overlay(u8 prefix, const char *name,
					   size_t len)
{
	static const char overlay[] = "overlay.";

	return (prefix == TARFS2_XATTR_USER ||
		prefix == TARFS2_XATTR_TRUSTED) &&
	       len >= sizeof(overlay) - 1 &&
	       !memcmp(name, overlay, sizeof(overlay) - 1);
}

/* validate the name of an attribute without its prefix, which must be known */
static inline const char *tarfs2_xattr_name_fault(u8 prefix, const char *name,
						  size_t len)
{
	if (strlen(tarfs2_xattr_prefix(prefix)) + len > TARFS2_XATTR_NAME_MAX)
		return "name is too long";
	if (memchr(name, 0, len))
		return "name contains NUL";
	if (tarfs2_xattr_is_overlay(prefix, name, len))
		return "name is one that overlayfs obeys";
	return NULL;
}

static inline const char *
tarfs2_xattr_set_fault(const struct tarfs2_xattrs *set)
{
	u32 count = le32_to_cpu(set->count);

	if (!count || count > TARFS2_XATTR_COUNT_MAX)
		return "impossible count";
	if (set->reserved)
		return "reserved field is not zero";
	return NULL;
}

/*
 * Validate the attribute record at @pos of an inode with @mode and @flags,
 * except for its name.
 */
static inline const char *tarfs2_xattr_fault(const struct tarfs2_xattr *x,
					     u64 pos, u16 mode, u16 flags,
					     const struct tarfs_layout *l)
{
	const struct tarfs_range *section = &l->section[TARFS2_XATTRS];
	u64 len = sizeof(*x) + x->name_len;
	u64 value = le64_to_cpu(x->value);
	u32 value_len = le32_to_cpu(x->value_len);
	u16 flag = tarfs2_xattr_flag(x->prefix);

	if (!tarfs2_xattr_prefix(x->prefix))
		return "unknown prefix";
	/* the prefix of an ACL is its whole name */
	if (flag ? x->name_len : !x->name_len)
		return "name has an impossible length";
	if (x->reserved)
		return "record's reserved field is not zero";
	if (!tarfs2_xattr_fits(x->prefix, mode))
		return "attribute on a file that cannot have it";
	if (flag && !(flags & flag))
		return "ACL without the flag";
	if (!tarfs_in_range(section, pos, len) || tarfs_straddles(pos, len))
		return "name outside the section";
	if (value_len > TARFS2_XATTR_VALUE_MAX ||
	    !tarfs_in_range(section, value, value_len))
		return "value outside the section";
	if (value % 8)
		return "value is not aligned";
	return NULL;
}

#endif /* _TARFS_CHECK_H */
