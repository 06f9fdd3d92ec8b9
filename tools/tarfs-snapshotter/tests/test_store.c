// SPDX-License-Identifier: GPL-2.0
/*
 * The state of the snapshotter: what each function does, and what is left of it
 * when the store is opened again.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#include "store_kit.h"

static const struct labels none;
static struct error e;

static int create(struct store *s, enum record_kind kind, const char *key,
		  const char *parent)
{
	uint64_t id;

	const struct record like = {
		.kind = kind, .key = (char *)key, .parent = (char *)parent,
	};

	return store_create(s, &like, &id, &e);
}

static int commit(struct store *s, const char *key, const char *name)
{
	return store_commit(s, key, name, &none, 5, 6, &e);
}

static bool is(struct store *s, const char *key, enum record_kind kind,
	       const char *parent)
{
	struct record r;
	bool same;

	if (store_get(s, key, &r, &e))
		return false;
	same = r.kind == kind && !strcmp(r.parent, parent) &&
	       !strcmp(r.key, key);
	record_free(&r);
	return same;
}

static void test_rules(struct store *s)
{
	ok(!create(s, RECORD_ACTIVE, "a", "") && is(s, "a", RECORD_ACTIVE, ""),
	   "an active snapshot");
	ok(create(s, RECORD_ACTIVE, "a", "") == -EEXIST, "its key is taken");
	ok(create(s, RECORD_VIEW, "a", "") == -EEXIST, "for a view, too");
	ok(create(s, RECORD_ACTIVE, "", "") == -EINVAL, "no key");
	ok(create(s, RECORD_ACTIVE, "\xff", "") == -EINVAL &&
	   store_remove(s, "\xff", &e) == -ENOENT, "a key that is not UTF-8");
	ok(create(s, RECORD_ACTIVE, "b", "p") == -ENOENT, "no such parent");
	ok(create(s, RECORD_ACTIVE, "b", "a") == -EINVAL,
	   "a parent that is not committed");
	ok(commit(s, "x", "p") == -ENOENT, "commit of nothing");
	ok(commit(s, "a", "a") == -EEXIST, "commit under its own key");
	ok(commit(s, "a", "") == -EINVAL, "commit under no name");
	ok(!commit(s, "a", "p") && is(s, "p", RECORD_COMMITTED, ""), "commit");
	ok(!is(s, "a", RECORD_ACTIVE, ""), "the key is gone");
	ok(commit(s, "p", "q") == -EBUSY, "commit of what is committed");
	ok(!create(s, RECORD_VIEW, "v", "p") && is(s, "v", RECORD_VIEW, "p"),
	   "a view");
	ok(commit(s, "v", "q") == -EBUSY, "commit of a view");
	ok(store_remove(s, "p", &e) == -EBUSY, "a parent cannot be removed");
	ok(!create(s, RECORD_ACTIVE, "b", "p") && !commit(s, "b", "q") &&
	   is(s, "q", RECORD_COMMITTED, "p"), "a second layer");
	ok(!store_remove(s, "v", &e) && store_remove(s, "v", &e) == -ENOENT,
	   "a view is removed once");
	ok(store_remove(s, "p", &e) == -EBUSY && !store_remove(s, "q", &e) &&
	   !store_remove(s, "p", &e), "layers are removed from the top");
}

static int set_label(void *ctx, struct labels *labels, struct error *err)
{
	if (!strcmp(ctx, "refuse"))
		return error_set(err, -EINVAL, "refused");
	labels_remove(labels, "gone");
	return labels_set(labels, "set", ctx);
}

static void test_labels(struct store *s)
{
	struct labels labels = { 0 };
	struct record before, after, like = {
		.kind = RECORD_ACTIVE, .key = "l", .parent = "",
	};
	uint64_t id;

	labels_set(&labels, "z", "1");
	labels_set(&labels, "gone", "2");
	labels_set(&labels, "a", "3");
	labels_set(&labels, "z", "\xc3\xa4");
	like.labels = labels;
	ok(!store_create(s, &like, &id, &e) &&
	   !store_get(s, "l", &before, &e) && before.labels.count == 3 &&
	   !strcmp(labels_find(&before.labels, "z"), "\xc3\xa4") &&
	   !strcmp(before.labels.list[0].key, "a"), "labels");
	ok(!store_update(s, "l", set_label, "new", &after, &e) &&
	   after.labels.count == 3 && !labels_find(&after.labels, "gone") &&
	   !strcmp(labels_find(&after.labels, "set"), "new"), "change them");
	ok(!memcmp(&before.created, &after.created, sizeof(before.created)) &&
	   memcmp(&before.updated, &after.updated, sizeof(before.updated)),
	   "the time of the change");
	record_free(&before);
	record_free(&after);
	ok(store_update(s, "l", set_label, "refuse", NULL, &e) == -EINVAL &&
	   store_update(s, "m", set_label, "x", NULL, &e) == -ENOENT,
	   "changes that are refused");
	ok(!store_commit(s, "l", "lc", &none, 7, 8, &e) &&
	   !store_get(s, "lc", &after, &e) && !after.labels.count &&
	   after.size == 7 && after.inodes == 8,
	   "a commit replaces the labels, and says how large it is");
	record_free(&after);
	labels_free(&labels);
	store_remove(s, "lc", &e);
}

static bool has(struct store *s, const struct record_image *image)
{
	char *path = store_image_path(s, image);
	bool there = !access(path, F_OK);

	free(path);
	return there;
}

static uint64_t id_of(struct store *s, const char *key)
{
	struct record r;
	uint64_t id;

	if (store_get(s, key, &r, &e))
		return 0;
	id = r.id;
	record_free(&r);
	return id;
}

static bool has_dir(struct store *s, uint64_t id)
{
	char *path = store_dir(s, id, "fs");
	bool there = !access(path, F_OK);

	free(path);
	return there;
}

static void test_images(struct store *s)
{
	struct record_image one = make_image('1'), two = make_image('1'), got;
	uint64_t id;

	create(s, RECORD_ACTIVE, "i", "");
	create(s, RECORD_ACTIVE, "j", "");
	create(s, RECORD_ACTIVE, "k", "");
	stage(s, "x");
	ok(!store_attach(s, id_of(s, "i"), "x", &one, &e) && has(s, &one) &&
	   store_image_users(s, &one) == 1, "an image");
	stage(s, "x");
	ok(store_attach(s, id_of(s, "i"), "x", &one, &e) == -EBUSY,
	   "a snapshot has one image");
	ok(store_attach(s, 999, "x", &one, &e) == -ENOENT,
	   "no image for a snapshot that is gone");
	stage(s, "y");
	memset(two.root_hash, '9', sizeof(two.root_hash) - 1);
	ok(!store_attach(s, id_of(s, "j"), "y", &two, &e) &&
	   store_image_users(s, &one) == 2 &&
	   !shell("test -z \"$(ls %s/staging)\"", store_path(s)),
	   "the same layer again: one file");
	ok(store_attach_blob(s, id_of(s, "k"), 2, "7", &got, &e) == 1 &&
	   store_attach_blob(s, id_of(s, "k"), 1, one.blob, &got, &e) == 1,
	   "no image of this blob in this format");
	ok(!store_attach_blob(s, id_of(s, "k"), 2, one.blob, &got, &e) &&
	   !strcmp(got.root_hash, one.root_hash) &&
	   store_image_users(s, &one) == 3, "the image of a blob");
	id = id_of(s, "j");
	ok(has_dir(s, id) && !commit(s, "j", "jc") && !has_dir(s, id),
	   "a committed image needs no directory");
	ok(!store_remove(s, "i", &e) && !store_remove(s, "k", &e) &&
	   has(s, &one), "an image stays while it is used");
	ok(!store_remove(s, "jc", &e) && !has(s, &one) &&
	   !store_image_users(s, &one), "and goes with its last user");
}

static int count_one(void *ctx, const struct record *r, struct error *err)
{
	++*(unsigned int *)ctx;
	return 0;
}

static unsigned int count(struct store *s)
{
	unsigned int n = 0;

	store_each(s, count_one, &n, &e);
	return n;
}

static void test_chain(struct store *s)
{
	struct record *chain;
	size_t n;

	create(s, RECORD_ACTIVE, "c", "");
	ok(!store_chain(s, "c", &chain, &n, &e) && !n, "no parents");
	store_chain_free(chain, n);
	commit(s, "c", "c1");
	create(s, RECORD_ACTIVE, "c", "c1");
	commit(s, "c", "c2");
	create(s, RECORD_VIEW, "c", "c2");
	ok(!store_chain(s, "c", &chain, &n, &e) && n == 2 &&
	   !strcmp(chain[0].key, "c2") && !strcmp(chain[1].key, "c1"),
	   "the nearest parent comes first");
	store_chain_free(chain, n);
	ok(store_chain(s, "none", &chain, &n, &e) == -ENOENT, "no snapshot");
}

/* what test_chain() left, after the store is opened again */
static void test_reopen(const char *dir)
{
	struct store *s = open_store(dir);
	struct record r;

	ok(s && count(s) == 3 && is(s, "c1", RECORD_COMMITTED, "") &&
	   is(s, "c2", RECORD_COMMITTED, "c1") && is(s, "c", RECORD_VIEW, "c2"),
	   "all is there when it is opened again");
	ok(store_remove(s, "c1", &e) == -EBUSY, "with its children");
	ok(!store_get(s, "c2", &r, &e) && r.size == 5 && r.inodes == 6 &&
	   r.created.tv_nsec && r.created.tv_sec > 1700000000,
	   "with times and sizes");
	record_free(&r);
	store_close(s);
}

static void test_lock(const char *dir)
{
	struct store *s = open_store(dir), *other;

	ok(store_open(&other, dir, note, &e) == -EBUSY, "%s", e.text);
	store_close(s);
}

static void test_newer(const char *dir)
{
	struct store *s;

	shell("echo tarfs-snapshotter 2 > %s/version; touch %s/staging/x", dir,
	      dir);
	shell("ls -lR --time-style=full-iso %s | md5sum > %s.1", dir, dir);
	ok(store_open(&s, dir, note, &e) == -EPROTO, "%s", e.text);
	ok(!shell("ls -lR --time-style=full-iso %s | md5sum | cmp - %s.1", dir,
		  dir), "nothing in it has changed");
	shell("rm %s.1; echo tarfs-snapshotter 1 > %s/version", dir, dir);
}

/* make a directory with snapshots p, q on p, r on q, and another, s */
static void fill(const char *dir)
{
	struct store *s = open_store(dir);
	struct record_image image = make_image('2');

	create(s, RECORD_ACTIVE, "a", "");
	stage(s, "x");
	store_attach(s, id_of(s, "a"), "x", &image, &e);
	commit(s, "a", "p");
	create(s, RECORD_ACTIVE, "a", "p");
	commit(s, "a", "q");
	create(s, RECORD_ACTIVE, "r", "q");
	create(s, RECORD_ACTIVE, "s", "");
	store_close(s);
}

static void test_damage(void)
{
	static const struct {
		const char *what, *command;
		unsigned int left, notes;
	} rows[] = {
		{ "nothing", "true", 4, 0 },
		{ "a record that is empty", ": > snapshots/1", 1, 3 },
		{ "a record that is cut", "truncate -s 20 snapshots/2", 2, 2 },
		{ "a record of something else", "echo '{}' > snapshots/3", 3,
		  1 },
		{ "a record with more members",
		  "sed -i 's/{$/{ \"x\": 1,/' snapshots/4", 3, 1 },
		{ "a record without a number", "mv snapshots/4 snapshots/x", 3,
		  1 },
		{ "a record twice", "cp snapshots/4 snapshots/5", 4, 1 },
		{ "a kind of snapshot that is not known",
		  "sed -i 's/\"kind\": 2/\"kind\": 4/' snapshots/4", 3, 1 },
		{ "a record that is gone", "rm snapshots/1", 1, 2 },
		{ "an image that is gone", "rm layers/*", 1, 3 },
		{ "an image that is cut", ": | tee layers/*", 1, 3 },
		{ "the files of a committed snapshot are gone",
		  "rm -r active/2", 2, 2 },
		{ "the directories of an active one are gone", "rm -r active/3",
		  4, 0 },
		{ "what nothing refers to",
		  "touch layers/x staging/y; mkdir -p active/9/fs/z active/w",
		  4, 0 },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		const char *dir = new_dir();
		struct store *s;

		fill(dir);
		shell("cd %s && %s", dir, rows[i].command);
		notes = 0;
		s = open_store(dir);
		ok(s && count(s) == rows[i].left && notes == rows[i].notes &&
		   !shell("cd %s && test -z \"$(ls -d staging/* layers/x active/[9w] 2>&-)\"",
			  dir), "%s", rows[i].what);
		ok(s && !create(s, RECORD_ACTIVE, "new", "") &&
		   has_dir(s, id_of(s, "new")), "and then: a new snapshot");
		store_close(s);
		notes = 0;
		s = open_store(dir);
		ok(s && count(s) == rows[i].left + 1 && !notes,
		   "it is said once");
		store_close(s);
		shell("rm -rf %s", dir);
	}
}

static void test_cleanup(struct store *s)
{
	shell("cd %s && mkdir -p active/99/fs && touch layers/x active/y",
	      store_path(s));
	ok(!store_cleanup(s, &e) &&
	   !shell("cd %s && test ! -e layers/x -a ! -e active/y -a ! -e active/99",
		  store_path(s)), "cleanup of what nothing refers to");
	ok(has_dir(s, id_of(s, "c")), "but of nothing else");
}

/* a tree deeper than any path, and wide, with names that removal uses itself */
static void test_deep(struct store *s)
{
	char *path;
	int i, fd, next;

	create(s, RECORD_ACTIVE, "deep", "");
	path = store_dir(s, id_of(s, "deep"), "fs");
	fd = open(path, O_RDONLY | O_DIRECTORY);
	for (i = 0; i < 3000; i++) {
		mkdirat(fd, "d", 0700);
		mkdirat(fd, ".moved-1", 0700);
		close(openat(fd, ".moved-2", O_WRONLY | O_CREAT, 0600));
		next = openat(fd, "d", O_RDONLY | O_DIRECTORY);
		close(fd);
		fd = next;
	}
	close(fd);
	ok(!store_remove(s, "deep", &e) && access(path, F_OK) &&
	   !shell("test -z \"$(ls %s/staging)\"", store_path(s)),
	   "a tree of 3000 levels is removed");
	free(path);
}

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* seconds to make 200 snapshots on top of each other, and to read them */
static double measure(struct store *s, int from)
{
	double began = cpu_seconds();
	char key[32], parent[32] = "";
	struct record r;
	int i;

	for (i = from; i < from + 200; i++) {
		snprintf(key, sizeof(key), "many-%d", i);
		create(s, RECORD_ACTIVE, "making", parent);
		commit(s, "making", key);
		if (!store_get(s, key, &r, &e))
			record_free(&r);
		strcpy(parent, key);
	}
	return cpu_seconds() - began;
}

static void test_many(void)
{
	const char *dir = new_dir();
	struct store *s = open_store(dir);
	double few, many;
	int i;

	measure(s, 0);
	few = measure(s, 200);
	for (i = 400; i < 4000; i += 200)
		measure(s, i);
	many = measure(s, 4000);
	ok(count(s) == 4200 && many < 3 * few,
	   "a snapshot takes as long with 4000 others: %.0f us, %.0f us",
	   few * 5000, many * 5000);
	store_close(s);
	s = open_store(dir);
	ok(s && count(s) == 4200, "they are there when it is opened again");
	store_close(s);
	shell("rm -rf %s", dir);
}

/* what somebody has mounted in a snapshot's directory is not the snapshot's */
static void check_mount(const char *dir, const char *other)
{
	struct store *s = open_store(dir);

	ok(!create(s, RECORD_ACTIVE, "m", "") &&
	   !shell("echo kept > %s/file && mount --bind %s %s/active/1/fs", other,
		  other, dir), "something is mounted in a snapshot");
	ok(!store_remove(s, "m", &e) && !count(s), "the snapshot is removed");
	ok(!shell("test -e %s/file", other), "... and what is mounted is not");
	store_close(s);
	notes = 0;
	s = open_store(dir);
	ok(s && notes == 1, "... nor at the next start, which says so");
	store_close(s);
	ok(!shell("umount %s/staging/*/fs", dir), "it is unmounted");
	s = open_store(dir);
	ok(s && !shell("test -z \"$(ls %s/staging)\"", dir),
	   "... then nothing is left");
	store_close(s);
}

/* the store must have opened its directories in the namespace of the mount */
static void test_mount(void)
{
	char *dir = strdup(new_dir()), *other = strdup(new_dir());

	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		skip("a mount in a snapshot: needs root");
	else
		check_mount(dir, other);
	shell("rm -rf --one-file-system %s %s", dir, other);
	free(dir);
	free(other);
}

int main(void)
{
	const char *dir = strdup(new_dir());
	struct store *s = open_store(dir);

	test_rules(s);
	test_labels(s);
	test_images(s);
	ok(!count(s) && !shell("cd %s && test -z \"$(find active layers staging -mindepth 1)\"",
			       dir), "then nothing is left");
	test_chain(s);
	test_cleanup(s);
	test_deep(s);
	store_close(s);
	test_reopen(dir);
	test_lock(dir);
	test_newer(dir);
	test_damage();
	test_many();
	test_mount();
	shell("rm -rf %s", dir);
	free((char *)dir);
	return tap_done();
}
