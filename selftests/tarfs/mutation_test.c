// SPDX-License-Identifier: GPL-2.0
/*
 * Corrupt images without dm-verity: an error and a line in the kernel's log,
 * and never a fault of the kernel or an attribute that steers overlayfs.
 *
 *	mutation_test IMAGE INDEX
 *
 * INDEX is the offset of the index.  Needs the files IMAGE.data, IMAGE.manifest
 * and IMAGE.mutations.  A line of the last one is a name, the expected verdict,
 * and pairs of an offset and the bytes, in hex, to write there.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "corrupt.h"
#include "guest.h"
#include "tree.h"

#define PATCHES_MAX	4
#define PATCH_SIZE	64
#define RANDOM_IMAGES	200

struct patch {
	off_t offset;
	size_t len;
	unsigned char bytes[PATCH_SIZE];
};

/* the expected outcome, by its name in IMAGE.mutations */
enum verdict {
	REFUSED,	/* the mount fails, and the log says why */
	BROKEN,		/* an access fails, and the log says why */
	WRONG,		/* the tree differs, without harm */
	ANY,		/* no harm */
	SAME,		/* no difference */
	VERDICTS
};

static const char *const verdicts[VERDICTS] = {
	[REFUSED] = "refused", [BROKEN] = "broken", [WRONG] = "wrong",
	[ANY] = "any", [SAME] = "same",
};

static char manifest[64];

static enum verdict verdict_of(const char *word)
{
	int i;

	for (i = 0; i < VERDICTS; i++)
		if (!strcmp(word, verdicts[i]))
			return i;
	errno = EINVAL;
	give_up("unknown verdict %s", word);
}

/* parse "OFFSET HEX" at *line; false at its end */
static bool next_patch(char **line, struct patch *patch)
{
	char *offset = strsep(line, " \n"), *hex = strsep(line, " \n");
	unsigned int byte;

	if (!offset || !hex || !*hex)
		return false;
	patch->offset = strtoll(offset, NULL, 10);
	for (patch->len = 0; hex[0] && hex[1] && patch->len < PATCH_SIZE;
	     hex += 2) {
		if (sscanf(hex, "%2x", &byte) != 1)
			give_up("bad bytes %s", hex);
		patch->bytes[patch->len++] = byte;
	}
	return true;
}

static void swap_all(struct patch *patch, int count)
{
	while (count--)
		swap_bytes(patch[count].offset, patch[count].bytes,
			   patch[count].len);
}

/* never EIO, since the device is readable, and never a forbidden attribute */
static bool holds(enum verdict verdict, int err,
		  const struct tree_result *result,
		  const struct refusals *refusals)
{
	unsigned int lines = log_lines("tarfs (");

	if (err == EIO || result->eio || refusals->eio || refusals->forbidden)
		return false;
	switch (verdict) {
	case REFUSED:
		return (err == EINVAL || err == EUCLEAN) && lines;
	case BROKEN:
		return !err && (result->errors || refusals->all) && lines;
	case WRONG:
		return !err && (result->errors || tree_wrong(result));
	case SAME:
		return !err && !result->errors && !tree_wrong(result);
	default:
		return true;
	}
}

/* mount VICTIM, walk all of it, and compare; NAME is what was changed */
static bool try_image(const char *name, enum verdict verdict)
{
	static struct tree_result result;
	struct refusals refusals = { 0 };
	char loop[32];
	int err;

	mark_log();
	memset(&result, 0, sizeof(result));
	err = try_mount(attach_loop(VICTIM, 0, loop), "/mnt", "");
	if (!err) {
		compare_tree("/mnt", manifest, &result);
		refusals = walk_anything("/mnt");
		leave("/mnt");
	}
	detach_loop(loop);
	if (holds(verdict, err, &result, &refusals))
		return true;
	printf("# %s: mount: %s; %u refusals, %u wrong, EIO %d, forbidden %d\n",
	       name, strerror(err), result.errors + refusals.all,
	       tree_wrong(&result), result.eio || refusals.eio,
	       !!refusals.forbidden);
	return false;
}

static void test_mutations(const char *image)
{
	struct patch patches[PATCHES_MAX];
	char path[64], line[1024], *rest, *name, *word;
	FILE *f;
	int count;

	snprintf(path, sizeof(path), "%s.mutations", image);
	f = fopen(path, "r");
	if (!f)
		give_up("no file %s", path);
	while (fgets(line, sizeof(line), f)) {
		rest = line;
		name = strsep(&rest, " ");
		word = strsep(&rest, " ");
		for (count = 0; count < PATCHES_MAX &&
		     next_patch(&rest, &patches[count]); count++)
			;
		swap_all(patches, count);
		ok(try_image(name, verdict_of(word)), "%s: %s", name, word);
		swap_all(patches, count);
	}
	fclose(f);
}

/* change a few bytes of the index, half of them to boundary values */
static void test_random(off_t start, off_t end)
{
	static const unsigned char values[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct patch patches[PATCHES_MAX];
	unsigned int seed = 1;
	int i, j, count, harmless = 0;
	char name[32];

	for (i = 0; i < RANDOM_IMAGES; i++) {
		count = 1 + rand_r(&seed) % PATCHES_MAX;
		for (j = 0; j < count; j++) {
			patches[j].offset = start + rand_r(&seed) %
					    (end - start);
			patches[j].len = 1;
			patches[j].bytes[0] = rand_r(&seed) & 1 ?
				values[rand_r(&seed) % sizeof(values)] :
				rand_r(&seed);
		}
		swap_all(patches, count);
		snprintf(name, sizeof(name), "random index %d", i);
		if (try_image(name, ANY))
			harmless++;
		swap_all(patches, count);
	}
	ok(harmless == RANDOM_IMAGES, "%d random indexes do no harm",
	   RANDOM_IMAGES);
}

int main(int argc, char **argv)
{
	char data[64];
	off_t size;

	if (argc != 3)
		return 2;
	setlinebuf(stdout);
	snprintf(data, sizeof(data), "%s.data", argv[1]);
	snprintf(manifest, sizeof(manifest), "%s.manifest", argv[1]);
	size = take_victim(data);
	ok(try_image("the image as it is", SAME), "the image as it is");
	test_mutations(argv[1]);
	test_random(strtoll(argv[2], NULL, 10), size);
	ok(try_image("the image at the end", SAME), "the image at the end");
	ok(!unload_module() && !load_module(),
	   "no refused image keeps the module in use");
	return tap_done();
}
