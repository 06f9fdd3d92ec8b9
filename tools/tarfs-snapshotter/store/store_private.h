/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state in memory: entries by key and by id, images by name.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_STORE_PRIVATE_H
#define TARFS_SNAPSHOTTER_STORE_PRIVATE_H

#include <pthread.h>

#include "files.h"
#include "store.h"

#define ID_SIZE		21	/* digits of an id and a NUL */
#define IMAGE_SIZE	(SHA256_HEX_SIZE + 2)	/* "DIFF_ID-FORMAT" and a NUL */

/**
 * struct snapshot - a snapshot
 * @parent: NULL without one
 * @children: snapshots whose parent this is
 * @loaded: while loading: its parents are all there
 */
struct snapshot {
	struct record record;
	struct snapshot *parent;
	unsigned int children;
	bool loaded;
};

/**
 * struct image - a layer image that snapshots use
 * @name: of its file
 * @facts: of any record that has it
 */
struct image {
	char name[IMAGE_SIZE];
	struct record_image facts;
	unsigned int users;
};

/**
 * struct name - a name that Kata has for a layer image
 * @name: of the link to the image's file
 * @image: name of that file
 */
struct name {
	char name[SHA256_HEX_SIZE];
	char image[IMAGE_SIZE];
	unsigned int users;
};

/**
 * struct store - what struct files has, in memory
 * @lock: for all that follows
 * @keys: tree of entries by key, @ids: by id, for tsearch()
 * @images: tree of images by name
 * @names: tree of Kata's names
 */
struct store {
	struct files files;
	pthread_mutex_t lock;
	void *keys;
	void *ids;
	void *images;
	void *names;
	uint64_t next_id;
};

/* index.c */
struct snapshot *index_find(const struct store *s, const char *key);
struct snapshot *index_find_id(const struct store *s, uint64_t id);
/* return 0 or -ENOMEM */
int index_add(struct store *s, struct snapshot *entry);
int index_add_key(struct store *s, struct snapshot *entry);
void index_remove_key(struct store *s, struct snapshot *entry);
/* @new has the id of @old, and its key is in the index already */
void index_replace(struct store *s, struct snapshot *old, struct snapshot *new);
void index_remove(struct store *s, struct snapshot *entry);
int index_each(const struct store *s,
	       int (*call)(void *ctx, struct snapshot *entry, struct error *e),
	       void *ctx, struct error *e);
/* @entry has a copy of @like; return 0 or -ENOMEM */
int snapshot_new(struct snapshot **entry, const struct record *like,
		 struct error *e);
void snapshot_free(struct snapshot *entry);

/* images.c */
void image_name(char name[IMAGE_SIZE], const struct record_image *image);
struct image *image_find(const struct store *s,
			 const struct record_image *image);
struct image *image_find_blob(const struct store *s, int format,
			      const char *blob);
/* count a user; return 0 or -ENOMEM */
int image_use(struct store *s, const struct record_image *image);
/* forget a user; return how many are left */
unsigned int image_drop(struct store *s, const struct record_image *image);
void images_free(struct store *s);

/* names.c */
/*
 * Link the image of a snapshot that Kata may mount, of no other, to its name, or
 * count a user more.  Return 0, -EEXIST if another layer has the name, or an error.
 */
int name_use(struct store *s, const struct record *r, struct error *e);
/* forget a user, and remove the link with the last */
void name_drop(struct store *s, const struct record *r);
bool name_is_used(const struct store *s, const char *name);
void names_free(struct store *s);

/* attach.c */
/* forget a user, and remove the file of an image that nothing uses */
void image_release(struct store *s, const struct record_image *image);
/*
 * Make an image a file of the store, and count a user; @image is set to what the
 * store knows of it.  Without @staged it must be there.
 */
int image_take(struct store *s, const char *staged, struct record_image *image,
	       struct error *e);
/* the directories of a snapshot are read or written */
static inline bool needs_dirs(const struct record *r)
{
	return r->kind != RECORD_COMMITTED || !r->image.format;
}

/* load.c */
int load(struct store *s, void (*note)(const char *text), struct error *e);
/* remove what no record refers to; the caller holds the lock */
int collect(struct store *s, struct error *e);

/* dirs.c */
/* make what is missing of the directories of a snapshot */
int make_dirs(struct store *s, uint64_t id, struct error *e);
/* what cannot be removed now is collected later */
void discard_dirs(struct store *s, uint64_t id);

/* write.c */
void id_name(char name[ID_SIZE], uint64_t id);
/* whatever a system call says, it is not about a snapshot: -EIO, -ENOSPC, -ENOMEM */
int io_error(int err);
int write_record(struct store *s, const struct record *r, struct error *e);
int change_record(struct store *s, const struct record *from,
		  const struct record *to, struct error *e);
int remove_record(struct store *s, const struct record *r, struct error *e);
/* remove what a failed write_record() may have left */
void undo_record(struct store *s, const struct record *r);

#endif /* TARFS_SNAPSHOTTER_STORE_PRIVATE_H */
