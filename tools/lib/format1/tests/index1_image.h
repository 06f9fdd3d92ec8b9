/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For tests of format 1: make tars in memory, and list what their index has.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_TESTS_INDEX1_IMAGE_H
#define TARFS_TESTS_INDEX1_IMAGE_H

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index.h"
#include "make_tar.h"
#include "tarfs_fs.h"

/* rows of tables omit members that are 0 */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* a buffer that grows; a test aborts without memory */
struct buffer {
	char *data;
	size_t len, room;
};

static inline void buffer_add(struct buffer *b, const void *data, size_t len)
{
	if (!b->data || b->len + len >= b->room) {
		b->room = 2 * (b->len + len) + 64;
		b->data = realloc(b->data, b->room);
	}
	if (!b->data)
		abort();
	if (data)
		memcpy(b->data + b->len, data, len);
	else
		memset(b->data + b->len, 0, len);
	b->len += len;
	b->data[b->len] = '\0';
}

static inline void buffer_print(struct buffer *b, const char *text)
{
	buffer_add(b, text, strlen(text));
}

static inline void buffer_free(struct buffer *b)
{
	free(b->data);
	*b = (struct buffer){ 0 };
}

/* ---- making tars ---- */

/**
 * struct member - a member of a tar to make; unset fields are 0
 * @mode: NULL means "0000644"
 * @name: cut to its field
 * @data: of the member, also for K, L and x
 */
struct member {
	char type;
	const char *name, *link, *data, *mode;
	bool gnu;
};

/* a header, but for its checksum */
static inline struct tar_header tar_header(const struct member *m)
{
	struct tar_header h = { 0 };

	make_fields(&h, &(struct make_member){
		.type = m->type, .name = m->name, .target = m->link,
		.mode_field = m->mode, .magic = m->gnu ? "ustar  " : NULL,
		.size = m->data ? strlen(m->data) : 0 });
	return h;
}

static inline void tar_data(struct buffer *tar, const char *data)
{
	size_t len = strlen(data);

	buffer_add(tar, data, len);
	buffer_add(tar, NULL, tar_padding(len));
}

static inline void tar_add(struct buffer *tar, const struct member *m)
{
	struct tar_header h = tar_header(m);

	make_sum(&h);
	buffer_add(tar, &h, sizeof(h));
	tar_data(tar, m->data ? m->data : "");
}

/* add members up to one without a name */
static inline void tar_add_all(struct buffer *tar, const struct member *m)
{
	for (; m->name; m++)
		tar_add(tar, m);
}

static inline void tar_end(struct buffer *tar)
{
	buffer_add(tar, NULL, 2 * TAR_BLOCK_SIZE);
}

/* ---- making images ---- */

struct image {
	struct buffer data;		/* the data device */
	uint64_t inodes;
	struct warnings warnings;
	struct error error;
	int err;
};

static inline int image_write(void *ctx, const void *buf, size_t len,
			      struct error *e)
{
	buffer_add(ctx, buf, len);
	return 0;
}

static inline int image_scan(struct image *img, const struct buffer *tar,
			     struct index_tree **tree)
{
	struct input *in;
	int fd = memfd_create("tar", 0);
	int err;

	if (fd < 0 || write(fd, tar->data, tar->len) != (ssize_t)tar->len ||
	    lseek(fd, 0, SEEK_SET))
		abort();
	err = input_open(&in, fd, "tar", image_write, &img->data, &img->error);
	if (err)
		abort();
	err = index1_format.scan(tree, in, 0, &img->warnings, &img->error);
	input_close(in);
	close(fd);
	return err;
}

static inline struct image image_make(const struct buffer *tar)
{
	static const uint8_t diff_id[32];
	struct image img = { .err = 0 };
	struct index_sink sink = { .write = image_write, .ctx = &img.data };
	struct index_tree *tree;

	buffer_add(&img.data, NULL, 0);
	img.err = image_scan(&img, tar, &tree);
	if (img.err)
		return img;
	img.err = index1_format.emit(tree, img.data.len, diff_id, &sink,
				     &img.inodes, &img.error);
	index1_format.free(tree);
	return img;
}

static inline struct image image_of(const struct member *members)
{
	struct buffer tar = { 0 };
	struct image img;

	tar_add_all(&tar, members);
	tar_end(&tar);
	img = image_make(&tar);
	buffer_free(&tar);
	return img;
}

static inline void image_free(struct image *img)
{
	buffer_free(&img->data);
	warnings_free(&img->warnings);
}

/* the names of the kinds of warnings, each followed by a blank */
static inline struct buffer image_warnings(const struct image *img)
{
	struct buffer text = { 0 };
	size_t i;

	buffer_print(&text, "");
	for (i = 0; i < img->warnings.count; i++) {
		buffer_print(&text, img->warnings.list[i].kind->name);
		buffer_print(&text, " ");
	}
	return text;
}

/* ---- reading images ---- */

static inline const void *image_at(const struct image *img, uint64_t offset,
				   uint64_t len)
{
	if (offset > img->data.len || len > img->data.len - offset)
		abort();
	return img->data.data + offset;
}

/* records may be unaligned, as a tar may end anywhere */
static inline void image_copy(const struct image *img, uint64_t offset,
			      void *record, size_t len)
{
	memcpy(record, image_at(img, offset, len), len);
}

static inline struct tarfs1_inode image_inode(const struct image *img,
					      uint64_t ino)
{
	struct tarfs1_super super;
	struct tarfs1_inode inode;

	image_copy(img, img->data.len - TARFS_SUPER_SIZE, &super,
		   sizeof(super));
	if (!ino || ino > le64toh(super.inodes))
		abort();
	image_copy(img, le64toh(super.inode_table) + (ino - 1) * sizeof(inode),
		   &inode, sizeof(inode));
	return inode;
}

/* print TYPE, "o" if opaque, the size of a file, the target of a symlink */
static inline void list_inode(const struct image *img, struct buffer *text,
			      const struct tarfs1_inode *inode)
{
	static const char types[] = "?pc?d?b?f?l?s???";
	uint64_t size = le64toh(inode->size), offset = le64toh(inode->offset);
	char type = types[le16toh(inode->mode) >> 12];
	char number[24];

	buffer_add(text, &type, 1);
	if (inode->flags & TARFS1_INODE_OPAQUE)
		buffer_print(text, "o");
	if (type == 'f') {
		snprintf(number, sizeof(number), "%llu",
			 (unsigned long long)size);
		buffer_print(text, number);
	}
	if (type == 'l') {
		buffer_print(text, ">");
		buffer_add(text, image_at(img, offset, size), size);
	}
}

static inline void list_dir(const struct image *img, struct buffer *text,
			    const char *prefix, uint64_t ino)
{
	struct tarfs1_inode dir = image_inode(img, ino), inode;
	struct tarfs1_dirent d;
	struct buffer path;
	uint64_t i;

	for (i = 0; i < le64toh(dir.size); i += sizeof(d)) {
		image_copy(img, le64toh(dir.offset) + i, &d, sizeof(d));
		inode = image_inode(img, le64toh(d.ino));
		path = (struct buffer){ 0 };
		buffer_print(&path, prefix);
		buffer_add(&path, image_at(img, le64toh(d.name),
					   le64toh(d.name_len)),
			   le64toh(d.name_len));
		buffer_print(text, path.data);
		buffer_print(text, ":");
		list_inode(img, text, &inode);
		if (d.type != le16toh(inode.mode) >> 12)
			buffer_print(text, "!");
		buffer_print(text, " ");
		buffer_print(&path, "/");
		if (S_ISDIR(le16toh(inode.mode)))
			list_dir(img, text, path.data, le64toh(d.ino));
		buffer_free(&path);
	}
}

/* print "PATH:INODE " of all that a reader can reach, depth first */
static inline struct buffer image_list(const struct image *img)
{
	struct tarfs1_inode root = image_inode(img, TARFS_ROOT_INO);
	struct buffer text = { 0 };

	buffer_print(&text, "");
	if (S_ISDIR(le16toh(root.mode)))
		list_dir(img, &text, "", TARFS_ROOT_INO);
	return text;
}

#endif /* TARFS_TESTS_INDEX1_IMAGE_H */
