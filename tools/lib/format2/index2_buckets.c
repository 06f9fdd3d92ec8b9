// SPDX-License-Identifier: GPL-2.0
/*
 * Buckets of large directories, which map a name's hash to its chunk.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/tarfs_host.h"
#include "index2.h"

/* one or two are enough unless an attacker has chosen the names */
#define SEEDS_MAX	1000

/**
 * struct slots - the slots of a directory
 * @slots: hash << 32 | chunk, by bucket, sorted within each
 * @hashes: scratch: hash of each entry
 * @ends: index in @slots of the end of each bucket
 */
struct slots {
	uint64_t *slots;
	uint64_t *hashes;
	uint32_t *ends;
};

static int slots_alloc(struct slots *s, const struct dir_plan *plan,
		       struct error *e)
{
	s->slots = calloc(plan->count, sizeof(*s->slots));
	s->hashes = calloc(plan->count, sizeof(*s->hashes));
	s->ends = calloc((size_t)plan->buckets + 1, sizeof(*s->ends));
	if (!s->slots || !s->hashes || !s->ends)
		return error_set(e, -ENOMEM, "out of memory");
	return 0;
}

static void slots_free(struct slots *s)
{
	free(s->slots);
	free(s->hashes);
	free(s->ends);
}

static int compare_slots(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* does a bucket fit, with no more equal hashes than a reader will try? */
static bool bucket_is_good(const uint64_t *slots, uint32_t count)
{
	uint32_t i, same = 1;

	if (count > TARFS2_BUCKET_SLOTS)
		return false;
	for (i = 1; i < count; i++) {
		same = slots[i] >> 32 == slots[i - 1] >> 32 ? same + 1 : 1;
		if (same > TARFS2_SAME_HASH_MAX)
			return false;
	}
	return true;
}

/* counting sort of the slots by bucket; afterwards ends[b] is the end of b */
static void slots_fill(const struct index2 *ix, const struct dir_plan *plan,
		       struct slots *s)
{
	const uint32_t *names = ix->names + plan->first;
	uint32_t i, b, next = 0, chunk = 0, bytes;

	memset(s->ends, 0, ((size_t)plan->buckets + 1) * sizeof(*s->ends));
	for (i = 0; i < plan->count; i++) {
		s->hashes[i] = index2_hash(ix, plan->seed,
					   &ix->tree->names[names[i]]);
		s->ends[tarfs2_bucket_of(s->hashes[i], plan->buckets) + 1]++;
	}
	for (b = 1; b <= plan->buckets; b++)
		s->ends[b] += s->ends[b - 1];
	for (i = 0; i < plan->count; i++) {
		if (i == next) {
			next += index2_chunk(ix, plan, i, &bytes);
			chunk++;
		}
		b = tarfs2_bucket_of(s->hashes[i], plan->buckets);
		s->slots[s->ends[b]++] = s->hashes[i] << 32 | (chunk - 1);
	}
}

/* sort the slots of each bucket; return false if another seed is needed */
static bool slots_sort(const struct dir_plan *plan, struct slots *s)
{
	uint32_t b, start = 0;

	for (b = 0; b < plan->buckets; start = s->ends[b++]) {
		uint32_t count = s->ends[b] - start;

		if (count)
			qsort(s->slots + start, count, sizeof(*s->slots),
			      compare_slots);
		if (!bucket_is_good(s->slots + start, count))
			return false;
	}
	return true;
}

int index2_find_seed(struct index2 *ix, struct dir_plan *plan, struct error *e)
{
	struct slots s = { };
	int err;

	err = slots_alloc(&s, plan, e);
	if (err)
		goto free_slots;
	for (plan->seed = 0; plan->seed < SEEDS_MAX; plan->seed++) {
		slots_fill(ix, plan, &s);
		if (slots_sort(plan, &s))
			goto free_slots;
	}
	err = error_set(e, -EINVAL,
			"no seed spreads the names of a directory with %u entries",
			plan->count);
free_slots:
	slots_free(&s);
	return err;
}

static int emit_bucket(struct out *out, uint32_t owner, const uint64_t *slots,
		       uint32_t count, struct error *e)
{
	struct tarfs2_bucket bucket = {
		.count = htole16(count),
		.owner = htole32(owner),
	};
	uint32_t i;

	for (i = 0; i < count; i++) {
		bucket.slots[i].hash = htole32(slots[i] >> 32);
		bucket.slots[i].chunk = htole32((uint32_t)slots[i]);
	}
	return out_put(out, &bucket, sizeof(bucket), e);
}

static int emit_dir_buckets(struct index2 *ix, struct dir_plan *plan,
			    struct out *out, struct error *e)
{
	uint32_t owner = ix->tree->inodes[plan->inode].number;
	struct slots s = { };
	uint32_t b, start = 0;
	int err;

	if (out->pos / TARFS_BLOCK_SIZE > UINT32_MAX)
		return error_set(e, -EFBIG,
				 "the index is beyond what format 2 can address");
	plan->bucket_block = out->pos / TARFS_BLOCK_SIZE;
	if (!out->sink)
		return out_zero(out, (uint64_t)plan->buckets * TARFS_BLOCK_SIZE,
				e);
	err = slots_alloc(&s, plan, e);
	if (err)
		goto free_slots;
	slots_fill(ix, plan, &s);
	slots_sort(plan, &s);
	for (b = 0; b < plan->buckets && !err; start = s.ends[b++])
		err = emit_bucket(out, owner, s.slots + start,
				  s.ends[b] - start, e);
free_slots:
	slots_free(&s);
	return err;
}

int index2_emit_buckets(struct index2 *ix, struct out *out, struct error *e)
{
	uint32_t i;
	int err = 0;

	for (i = 0; i < ix->dir_count && !err; i++)
		err = emit_dir_buckets(ix, &ix->dirs[i], out, e);
	return err;
}
