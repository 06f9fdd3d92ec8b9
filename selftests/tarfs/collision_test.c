// SPDX-License-Identifier: GPL-2.0
/*
 * Directories with as many equal hashes as the format allows, and with more:
 * names are found or refused with a bounded number of requests.
 *
 *	collision_test
 *
 * Needs the file plain.2.data; big/ has entry-00000 to entry-04999.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "corrupt.h"
#include "guest.h"
#include "tarfs_fs.h"
#include "trace.h"
#include "../../tools/lib/base/siphash.h"

#define DATA		"plain.2.data"
#define BLOCK		TARFS_BLOCK_SIZE

/* a directory, and the bucket for one of its names */
struct place {
	struct tarfs2_inode dir;
	uint32_t ino;
	uint32_t chunks;
	uint64_t hash;			/* of the name */
	off_t bucket;			/* byte offset */
	struct tarfs2_bucket slots;	/* as on disk */
};

static void read_at(off_t offset, void *to, size_t len)
{
	int fd = open(VICTIM, O_RDONLY | O_CLOEXEC);

	if (pread(fd, to, len, offset) != (ssize_t)len)
		give_up("cannot read the image at %lld", (long long)offset);
	close(fd);
}

static uint64_t hash_of(const struct tarfs2_super *super, uint32_t seed,
			const char *name)
{
	struct siphash_key key;

	memcpy(&key.k0, super->diff_id, 8);
	memcpy(&key.k1, super->diff_id + 8, 8);
	key.k0 ^= seed;
	return siphash(name, strlen(name), &key);
}

/* @size: of the image, bytes; @ino: of the directory */
static struct place find_place(off_t size, uint32_t ino, const char *name)
{
	struct place p = { .ino = ino };
	struct tarfs2_super super;

	read_super(VICTIM, size, &super);
	read_at(super.sections[TARFS2_INODES].offset +
		(ino - 1) * sizeof(p.dir), &p.dir, sizeof(p.dir));
	p.chunks = p.dir.size / BLOCK;
	p.hash = hash_of(&super, p.dir.dir.seed, name);
	p.bucket = (off_t)p.dir.dir.bucket_block * BLOCK +
		   ((p.hash >> 32) * p.dir.dir.buckets >> 32) * BLOCK;
	read_at(p.bucket, &p.slots, BLOCK);
	if (p.slots.owner != ino || p.chunks <= TARFS2_SAME_HASH_MAX)
		give_up("this is no place to collide at");
	return p;
}

/* the chunk with the name; the number of chunks if none has it */
static uint32_t chunk_of(const struct place *p)
{
	unsigned int i;

	for (i = 0; i < p->slots.count; i++)
		if (p->slots.slots[i].hash == (uint32_t)p->hash)
			return p->slots.slots[i].chunk;
	return p->chunks;
}

/* fill the bucket with @count slots of the name's hash, the right one last */
static void collide(const struct place *p, unsigned int count)
{
	struct tarfs2_bucket bucket = { .count = count, .owner = p->ino };
	uint32_t good = chunk_of(p), chunk = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
		chunk += chunk == good;
		bucket.slots[i].hash = p->hash;
		bucket.slots[i].chunk = chunk++ % p->chunks;
	}
	if (good < p->chunks)
		bucket.slots[count - 1].chunk = good;
	swap_bytes(p->bucket, (void *)&bucket, BLOCK);
}

/* set all tags of the name's chunk to the tag of the name */
static void tag_alike(const struct place *p, unsigned int count)
{
	off_t at = p->dir.start + (off_t)chunk_of(p) * BLOCK;
	union {
		struct tarfs2_chunk head;
		unsigned char bytes[BLOCK];
	} chunk;
	struct tarfs2_dirent *de = (void *)(&chunk.head + 1);
	unsigned int i;

	(void)count;
	read_at(at, &chunk, BLOCK);
	for (i = 0; i < chunk.head.count; i++)
		de[i].tag = p->hash;
	swap_bytes(at, chunk.bytes, BLOCK);
}

/* look a name up in a directory that was just mounted, and count requests */
static int look_up_cold(const char *name, struct requests *cost)
{
	int folder = open("/mnt/big", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	int err = 0;

	if (folder < 0)
		give_up("cannot open the directory");
	new_requests();
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW))
		err = errno;
	*cost = new_requests();
	close(folder);
	return err;
}

static uint32_t ino_of_big(void)
{
	char loop[32];
	struct stat st;

	take_victim(DATA);
	must_mount(attach_loop(VICTIM, 0, loop), "/mnt");
	if (stat("/mnt/big", &st))
		give_up("no big directory");
	leave("/mnt");
	detach_loop(loop);
	return st.st_ino;
}

#define MOST		TARFS2_SAME_HASH_MAX

/*
 * Corrupt the place of @name by @change with @count, then look it up: expect
 * @due, 0 or an errno, with at most @most requests.
 */
static const struct collision {
	const char *what;
	const char *name;
	void (*change)(const struct place *p, unsigned int count);
	unsigned int count;
	int due;
	unsigned int most;
} collisions[] = {
	{ "a name that is hashed as 15 others", "entry-00042", collide, MOST,
	  0, 1 + MOST + 1 },
	{ "a name that is not there, hashed as 16 others", "entry-05042",
	  collide, MOST, ENOENT, 1 + MOST },
	{ "a name that is hashed as 16 others", "entry-00042", collide,
	  MOST + 1, EUCLEAN, 1 },
	{ "a bucket of one hash", "entry-00042", collide, TARFS2_BUCKET_SLOTS,
	  EUCLEAN, 1 },
	{ "a chunk of one tag", "entry-00042", tag_alike, 0, 0, 3 },
};

static void check(const struct collision *c, uint32_t ino)
{
	struct place p = find_place(take_victim(DATA), ino, c->name);
	struct requests cost;
	char loop[32];
	int err;

	c->change(&p, c->count);
	attach_loop(VICTIM, 0, loop);
	mark_log();
	must_mount(loop, "/mnt");
	watch_requests(loop);
	err = look_up_cold(c->name, &cost);
	if (!ok(err == c->due, "%s: %s", c->what,
		c->due ? strerror(c->due) : "found"))
		printf("# %s\n", strerror(err));
	ok(cost.count && cost.count <= c->most,
	   "%s: %u requests, %u at most", c->what, cost.count, c->most);
	ok(!!log_lines("tarfs (") == (c->due == EUCLEAN),
	   "%s: the kernel's log has a line if it should", c->what);
	leave("/mnt");
	detach_loop(loop);
}

int main(void)
{
	uint32_t big;
	size_t i;

	setlinebuf(stdout);
	big = ino_of_big();
	for (i = 0; i < sizeof(collisions) / sizeof(*collisions); i++)
		check(&collisions[i], big);
	return tap_done();
}
