// SPDX-License-Identifier: GPL-2.0
/*
 * Open an image, or a data device alone, and read it as the kernel does.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "device.h"
#include "verity/verified.h"

#define CACHE_SETS	128
/* calls of device_read() between two looks at whether it should stop */
#define STOP_READS	1024

struct device_block {
	uint64_t number;
	bool valid;
	uint8_t bytes[TARFS_BLOCK_SIZE];
};

/*
 * struct device_set - the two blocks of the cache with the same low bits, as a table
 * and what its records refer to may be read in turn
 * @last: the one that was used last
 */
struct device_set {
	struct device_block blocks[2];
	unsigned int last;
};

/* find the end of the data device, from the trailer if there is one */
static int find_end(struct device *d, struct error *e)
{
	uint8_t block[TARFS_SUPER_SIZE];
	uint64_t end = d->size / TARFS_BLOCK_SIZE * TARFS_BLOCK_SIZE;
	int err;

	if (!end)
		return error_set(e, -EUCLEAN,
				 "%s: %" PRIu64 " bytes are too short for an image",
				 d->name, d->size);
	err = file_read_at(d->fd, d->name, block, sizeof(block),
			   end - sizeof(block), e);
	if (err)
		return err;
	d->has_trailer = tarfs_is_trailer(block, end, &end);
	d->layout.data_size = end;
	return 0;
}

static int open_file(struct device *d, const char *path, struct error *e)
{
	int err;

	*d = (struct device) { .name = path };
	d->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (d->fd < 0)
		return error_errno(e, "%s: cannot open", path);
	err = file_size(d->fd, path, &d->size, e);
	if (err)
		close(d->fd);
	return err;
}

static int make_cache(struct device *d, struct error *e)
{
	d->cache = calloc(CACHE_SETS, sizeof(*d->cache));
	return d->cache ? 0 :
	       error_set(e, -ENOMEM, "%s: out of memory", d->name);
}

int device_open(struct device *d, const char *path, struct error *e)
{
	int err;

	err = open_file(d, path, e);
	if (err)
		return err;
	err = find_end(d, e);
	if (!err)
		err = make_cache(d, e);
	if (err)
		close(d->fd);
	return err;
}

/* find the end of the data device, and bind it by the root hash */
static int find_verified_end(struct device *d, const uint8_t *root,
			     uint64_t data_blocks, struct error *e)
{
	struct verity_geometry g;
	int err;

	err = verity_geometry_read(d->fd, d->name, &g, e);
	if (err)
		return err;
	if (data_blocks && data_blocks != g.data_blocks)
		return error_set(e, -EBADMSG, "%s: the trailer says %" PRIu64
				 " data blocks, it should be %" PRIu64,
				 d->name, g.data_blocks, data_blocks);
	err = verity_edge_check(d->fd, d->name, &g, root, e);
	if (err)
		return err;
	d->has_trailer = true;
	d->layout.data_size = g.data_blocks * TARFS_BLOCK_SIZE;
	return verified_open(&d->verified, d->fd, d->name, &g, root, e);
}

int device_open_verified(struct device *d, const char *path,
			 const uint8_t root[32], uint64_t data_blocks,
			 struct error *e)
{
	int err;

	err = open_file(d, path, e);
	if (err)
		return err;
	err = find_verified_end(d, root, data_blocks, e);
	if (!err)
		err = make_cache(d, e);
	if (err) {
		verified_close(d->verified);
		close(d->fd);
	}
	return err;
}

void device_close(struct device *d)
{
	verified_close(d->verified);
	free(d->cache);
	close(d->fd);
}

int device_clone(struct device *copy, const struct device *d, struct error *e)
{
	*copy = *d;
	return make_cache(copy, e);
}

void device_release(struct device *copy)
{
	free(copy->cache);
}

static int read_blocks(struct device *d, uint64_t first, size_t count,
		       void *buf, struct error *e)
{
	int err;

	if (!d->verified)
		return file_read_at(d->fd, d->name, buf,
				    count * TARFS_BLOCK_SIZE,
				    first * TARFS_BLOCK_SIZE, e);
	err = verified_read(d->verified, first, count, buf, e);
	return err == -EBADMSG ? -EIO : err;
}

static int read_block(struct device *d, uint64_t number,
		      const uint8_t **bytes, struct error *e)
{
	struct device_set *set = &d->cache[number % CACHE_SETS];
	struct device_block *b = &set->blocks[set->last];
	int err;

	if (!b->valid || b->number != number) {
		set->last ^= 1;
		b = &set->blocks[set->last];
	}
	*bytes = b->bytes;
	if (b->valid && b->number == number)
		return 0;
	/* a block that is wrong must not remain under its old number */
	b->valid = false;
	err = read_blocks(d, number, 1, b->bytes, e);
	b->number = number;
	b->valid = !err;
	return err;
}

/* read bytes of a single block through the cache */
static int read_part(struct device *d, uint64_t pos, void *buf, size_t len,
		     struct error *e)
{
	const uint8_t *bytes;
	int err;

	err = read_block(d, pos / TARFS_BLOCK_SIZE, &bytes, e);
	if (!err)
		memcpy(buf, bytes + pos % TARFS_BLOCK_SIZE, len);
	return err;
}

/* the bytes from @pos to the end of its block, up to @len */
static size_t rest_of_block(uint64_t pos, size_t len)
{
	size_t rest = TARFS_BLOCK_SIZE - pos % TARFS_BLOCK_SIZE;

	return rest < len ? rest : len;
}

static int check_range(const struct device *d, uint64_t pos, size_t len,
		       struct error *e)
{
	const struct tarfs_range all = { .end = d->layout.data_size };

	if (tarfs_in_range(&all, pos, len))
		return 0;
	return error_set(e, -EUCLEAN, "%zu bytes at %" PRIu64
			 " are beyond the end of the data", len, pos);
}

/* may anybody still want what is read?  Ask now and then, as it takes time */
static bool must_stop(struct device *d)
{
	return d->stop && !(++d->reads % STOP_READS) && d->stop(d->stop_arg);
}

int device_read(struct device *d, uint64_t pos, void *buf, size_t len,
		struct error *e)
{
	uint8_t *to = buf;
	size_t part;
	int err;

	err = must_stop(d) ? -EINTR : check_range(d, pos, len, e);
	for (; len && !err; pos += part, to += part, len -= part) {
		part = rest_of_block(pos, len);
		err = read_part(d, pos, to, part, e);
	}
	return err;
}

int device_read_data(struct device *d, uint64_t pos, void *buf, size_t len,
		     struct error *e)
{
	uint8_t *to = buf;
	size_t part;
	int err;

	err = check_range(d, pos, len, e);
	for (; len && !err; pos += part, to += part, len -= part) {
		if (pos % TARFS_BLOCK_SIZE || len < TARFS_BLOCK_SIZE) {
			part = rest_of_block(pos, len);
			err = read_part(d, pos, to, part, e);
		} else {
			part = len - len % TARFS_BLOCK_SIZE;
			err = read_blocks(d, pos / TARFS_BLOCK_SIZE,
					  part / TARFS_BLOCK_SIZE, to, e);
		}
	}
	return err;
}

static bool checksum_is_good(const struct tarfs2_super *ds)
{
	static const struct siphash_key key;
	struct tarfs2_super copy = *ds;

	copy.checksum = 0;
	return siphash(&copy, sizeof(copy), &key) == le64toh(ds->checksum);
}

static const char *read_super2(struct device *d, const struct tarfs2_super *ds)
{
	const char *fault;
	__le64 key[2];

	if (!checksum_is_good(ds))
		return "checksum of the superblock is wrong";
	fault = tarfs2_read_super(ds, d->layout.data_size, &d->layout);
	if (fault)
		return fault;
	d->format = 2;
	memcpy(d->diff_id, ds->diff_id, sizeof(d->diff_id));
	memcpy(d->uuid, ds->uuid, sizeof(d->uuid));
	memcpy(key, ds->diff_id, sizeof(key));
	d->key.k0 = le64toh(key[0]);
	d->key.k1 = le64toh(key[1]);
	return NULL;
}

int device_read_super(struct device *d, struct error *e)
{
	uint64_t data_size = d->layout.data_size;
	struct tarfs2_super ds;
	const char *fault;
	int err;

	err = device_read(d, data_size - sizeof(ds), &ds, sizeof(ds), e);
	if (err)
		return err;
	if (le64toh(ds.magic) == TARFS2_MAGIC) {
		fault = read_super2(d, &ds);
	} else {
		fault = tarfs1_read_super((void *)&ds, data_size, &d->layout);
		d->format = fault ? 0 : 1;
	}
	if (!fault)
		return 0;
	d->layout = (struct tarfs_layout) { .data_size = data_size };
	return error_set(e, -EUCLEAN, "superblock at byte %" PRIu64 ": %s",
			 data_size - TARFS_SUPER_SIZE, fault);
}
