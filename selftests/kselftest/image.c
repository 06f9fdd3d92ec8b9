// SPDX-License-Identifier: GPL-2.0
/*
 * Make an image of format 2. Each section has a block of its own.
 *
 * The driver never looks at the headers of the tar, so their blocks are zero.
 * The digest of the tar is zero, too, and so is the key of the name hash.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <endian.h>
#include <string.h>
#include <sys/stat.h>

#include "image.h"
#include "siphash.h"

#define TAR_SIZE	(16 * TARFS_BLOCK_SIZE)
#define INODES_AT	(16 * TARFS_BLOCK_SIZE)
#define DIRS_AT		(17 * TARFS_BLOCK_SIZE)
#define MAPS_AT		(18 * TARFS_BLOCK_SIZE)
#define XATTRS_AT	(19 * TARFS_BLOCK_SIZE)
#define TARGETS_AT	(20 * TARFS_BLOCK_SIZE)

/* data of a member follow its header of 512 bytes */
#define PLAIN_AT	512
#define SMALL_AT	(PLAIN_AT + 30208 + 512)
#define SPARSE_AT	(SMALL_AT + 512 + 512)

struct entry {
	const char *name;
	uint32_t ino;
	uint8_t type;
};

static const struct siphash_key zero_key;

struct tarfs2_super *image_super(struct image *image)
{
	return (void *)(image->bytes + sizeof(image->bytes) - TARFS_SUPER_SIZE);
}

struct tarfs2_inode *image_inode(struct image *image, uint32_t ino)
{
	return (struct tarfs2_inode *)(image->bytes + INODES_AT) + ino - 1;
}

void image_seal(struct image *image)
{
	struct tarfs2_super *super = image_super(image);

	super->checksum = 0;
	super->checksum = htole64(siphash(super, sizeof(*super), &zero_key));
}

static void set_section(struct image *image, int id, uint64_t at, uint64_t len)
{
	struct tarfs2_section *section = &image_super(image)->sections[id];

	section->offset = htole64(at);
	section->length = htole64(len);
}

static void add_data(struct image *image, uint64_t at, uint64_t from,
		     uint64_t len)
{
	uint64_t i;

	for (i = 0; i < len; i++)
		image->bytes[at + i] = image_byte(from + i);
}

static struct tarfs2_inode *add_inode(struct image *image, uint32_t ino,
				      uint16_t mode, uint32_t nlink,
				      uint64_t start, uint64_t size)
{
	struct tarfs2_inode *inode = image_inode(image, ino);

	inode->mode = htole16(mode);
	inode->nlink = htole32(nlink);
	inode->uid = htole32(1000 + ino);
	inode->gid = htole32(2000 + ino);
	inode->mtime = htole64(IMAGE_MTIME);
	inode->mtime_nsec = htole32(IMAGE_NSEC);
	inode->start = htole64(start);
	inode->size = htole64(size);
	return inode;
}

/* write a directory's only chunk; return its size */
static uint64_t add_chunk(struct image *image, uint64_t at, uint32_t owner,
			  const struct entry *entries, uint16_t count)
{
	struct tarfs2_chunk *chunk = (void *)(image->bytes + at);
	struct tarfs2_dirent *de = (void *)(chunk + 1);
	uint16_t end = sizeof(*chunk) + count * sizeof(*de);
	uint16_t i;

	for (i = 0; i < count; i++) {
		size_t len = strlen(entries[i].name);

		de[i].ino = htole32(entries[i].ino);
		de[i].name = htole16(end);
		de[i].type = entries[i].type;
		de[i].tag = siphash(entries[i].name, len, &zero_key);
		memcpy((char *)chunk + end, entries[i].name, len);
		end += len;
	}
	chunk->count = htole16(count);
	chunk->bytes = htole16(end);
	chunk->owner = htole32(owner);
	return (end + 7) & ~7;
}

static void add_dirs(struct image *image)
{
	static const struct entry root[] = {
		{ "plain", INO_PLAIN, DT_REG },
		{ "dir", INO_DIR, DT_DIR },
		{ "hard", INO_SMALL, DT_REG },
		{ "link", INO_LINK, DT_LNK },
		{ "gone", INO_GONE, DT_CHR },
		{ "sparse", INO_SPARSE, DT_REG },
	};
	static const struct entry dir[] = {
		{ "small", INO_SMALL, DT_REG },
	};
	struct tarfs2_inode *inode;
	uint64_t root_size, dir_size;

	root_size = add_chunk(image, DIRS_AT, INO_ROOT, root, 6);
	inode = add_inode(image, INO_ROOT, S_IFDIR | 0755, 3, DIRS_AT,
			  root_size);
	inode->dir.parent = htole32(INO_ROOT);

	dir_size = add_chunk(image, DIRS_AT + root_size, INO_DIR, dir, 1);
	inode = add_inode(image, INO_DIR, S_IFDIR | S_ISVTX | 0777, 2,
			  DIRS_AT + root_size, dir_size);
	inode->dir.parent = htole32(INO_ROOT);
	set_section(image, TARFS2_DIRS, DIRS_AT, root_size + dir_size);
}

static void add_sparse(struct image *image)
{
	struct tarfs2_map *map = (void *)(image->bytes + MAPS_AT);
	struct tarfs2_extent *extents = (void *)(map + 1);
	struct tarfs2_inode *inode;

	inode = add_inode(image, INO_SPARSE, S_IFREG | 0600, 1, SPARSE_AT,
			  SPARSE_SIZE);
	inode->flags = htole16(TARFS2_INODE_SPARSE);
	inode->file.map = htole64(MAPS_AT);
	inode->file.stored = htole64(SPARSE_STORED);
	map->count = htole64(1);
	extents[0].logical = htole64(SPARSE_FROM);
	extents[1].logical = htole64(SPARSE_SIZE);
	extents[1].stored = htole64(SPARSE_STORED);
	set_section(image, TARFS2_MAPS, MAPS_AT,
		    sizeof(*map) + 2 * sizeof(*extents));
	add_data(image, SPARSE_AT, SPARSE_FROM, SPARSE_STORED);
}

/* one set, of one attribute; the value follows, at a multiple of 8 */
static void add_xattr(struct image *image)
{
	struct tarfs2_xattrs *set = (void *)(image->bytes + XATTRS_AT);
	struct tarfs2_xattr *xattr = (void *)(set + 1);
	const char *name = XATTR_NAME + strlen("user.");
	uint64_t value = sizeof(*set) + sizeof(*xattr) + 8;

	set->count = htole32(1);
	xattr->prefix = TARFS2_XATTR_USER;
	xattr->name_len = strlen(name);
	xattr->value_len = htole32(strlen(XATTR_VALUE));
	xattr->value = htole64(XATTRS_AT + value);
	memcpy(xattr + 1, name, strlen(name));
	memcpy((char *)set + value, XATTR_VALUE, strlen(XATTR_VALUE));
	set_section(image, TARFS2_XATTRS, XATTRS_AT,
		    value + strlen(XATTR_VALUE));
	image_inode(image, INO_SMALL)->xattrs = htole32(1);
}

static void add_files(struct image *image)
{
	add_inode(image, INO_PLAIN, S_IFREG | S_ISUID | 0755, 1, PLAIN_AT,
		  PLAIN_SIZE);
	add_data(image, PLAIN_AT, 0, PLAIN_SIZE);
	add_inode(image, INO_SMALL, S_IFREG | 0644, 2, SMALL_AT, SMALL_SIZE);
	add_data(image, SMALL_AT, 0, SMALL_SIZE);
	add_inode(image, INO_GONE, S_IFCHR, 1, 0, 0);
	add_inode(image, INO_LINK, S_IFLNK | 0777, 1, TARGETS_AT,
		  strlen(LINK_TARGET));
	memcpy(image->bytes + TARGETS_AT, LINK_TARGET, strlen(LINK_TARGET));
	set_section(image, TARFS2_TARGETS, TARGETS_AT, strlen(LINK_TARGET));
}

void image_make(struct image *image)
{
	struct tarfs2_super *super = image_super(image);

	memset(image, 0, sizeof(*image));
	super->magic = htole64(TARFS2_MAGIC);
	super->version = htole32(TARFS2_VERSION);
	super->inodes = htole32(INO_COUNT);
	super->tar_size = htole64(TAR_SIZE);
	super->data_size = htole64(sizeof(image->bytes));
	set_section(image, TARFS2_INODES, INODES_AT,
		    INO_COUNT * sizeof(struct tarfs2_inode));
	add_dirs(image);
	add_files(image);
	add_sparse(image);
	add_xattr(image);
	image_seal(image);
}
