// SPDX-License-Identifier: GPL-2.0
/*
 * Names that Kata has for layer images.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <sys/stat.h>

#include "store_kit.h"

static struct error e;

static struct record tardev(const char *key, char digit)
{
	struct record like = {
		.kind = RECORD_COMMITTED, .key = (char *)key, .parent = "",
		.profile = RECORD_TARDEV, .image = make_image(digit),
	};

	return like;
}

/* how many names the file of an image has; 0 without it */
static int links_of(struct store *s, const struct record_image *image)
{
	char *path = store_image_path(s, image);
	struct stat st = { 0 };

	if (stat(path, &st))
		st.st_nlink = 0;
	free(path);
	return st.st_nlink;
}

static int add(struct store *s, const struct record *like)
{
	stage(s, "t");
	return store_add(s, like, "t", &e);
}

static void test_names(struct store *s)
{
	const struct record one = tardev("ns/1/sha256:a", '1');
	const struct record same = tardev("other/2/sha256:a", '1');
	const struct record twin = tardev("ns/3/sha256:b", '1');
	const struct record clash = tardev("sha256:a", '2');
	const struct record lost = tardev("ns/4/c", '3');
	struct record child = { .kind = RECORD_ACTIVE, .key = "host",
				.parent = one.key };
	char name[SHA256_HEX_SIZE];
	uint64_t id;

	ok(!store_layer_name("ns/1/sha256:a", name, &e) &&
	   !strcmp(name, "4248d1d19d0ef82f520e2636c3ee71b1543b2650c50b5a78361288825b452b4a"),
	   "the name of a layer: %s", name);
	ok(!add(s, &one) && links_of(s, &one.image) == 2, "has a link");
	ok(!add(s, &same) && links_of(s, &one.image) == 2,
	   "which snapshots share");
	ok(!add(s, &twin) && links_of(s, &one.image) == 3,
	   "another name of the same layer");
	ok(add(s, &clash) == -EEXIST && strstr(e.text, "another content") &&
	   !links_of(s, &clash.image), "no other layer of that name");
	ok(store_add(s, &lost, NULL, &e) == 1, "an image that is not there");
	ok(store_create(s, &child, &id, &e) == -EINVAL &&
	   strstr(e.text, "has the profile tardev, not host"),
	   "a child of another profile: %s", e.text);
	ok(!store_remove(s, one.key, &e) && links_of(s, &one.image) == 3 &&
	   !store_remove(s, same.key, &e) && links_of(s, &one.image) == 2 &&
	   !store_remove(s, twin.key, &e) && !links_of(s, &one.image),
	   "a link goes with the last snapshot that has it");
}

/* the links are what the records say, whatever has happened to them */
static void test_links(void)
{
	const char *dir = new_dir();
	struct store *s = open_store(dir);
	const struct record one = tardev("x/1/a", '1'), two = tardev("b", '2');

	add(s, &one);
	add(s, &two);
	store_close(s);
	shell("cd %s/layers && rm -f $(ls | grep -v -- -2)", dir);
	shell("echo x > %s/layers/$(printf a | sha256sum | cut -c-64)", dir);
	s = open_store(dir);
	ok(s && links_of(s, &one.image) == 2 && links_of(s, &two.image) == 2,
	   "missing and wrong links are made again");
	store_close(s);
	shell("rm -rf %s", dir);
}

int main(void)
{
	const char *dir = strdup(new_dir());
	struct store *s = open_store(dir);

	test_names(s);
	ok(!shell("cd %s && test -z \"$(find active layers staging snapshots -mindepth 1)\"",
		  dir), "then nothing is left");
	store_close(s);
	test_links();
	shell("rm -rf %s", dir);
	free((char *)dir);
	return tap_done();
}
