// SPDX-License-Identifier: GPL-2.0
/*
 * Kill the process that changes the store at each call that changes a file, and
 * let each such call fail: each operation is done as a whole or not at all.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * The linker replaces these calls by those here (--wrap).
 */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store_kit.h"

enum mode { COUNT_ONLY, KILL_BEFORE, KILL_AFTER, FAIL };

/* @at: number of the call to break; @log: a letter for each call */
static struct {
	enum mode mode;
	unsigned int calls, at;
	char log[4096];
} plan;

/* return whether the call is to fail */
static bool before(char letter)
{
	plan.calls++;
	if (plan.calls < sizeof(plan.log))
		plan.log[plan.calls - 1] = letter;
	if (plan.mode == KILL_BEFORE && plan.calls == plan.at)
		raise(SIGKILL);
	errno = EIO;
	return plan.mode == FAIL && plan.calls == plan.at;
}

static void after(void)
{
	if (plan.mode == KILL_AFTER && plan.calls == plan.at)
		raise(SIGKILL);
}

#define WRAP(letter, type, name, parameters, ...)			\
	type __real_##name parameters;					\
	type __wrap_##name parameters;					\
	type __wrap_##name parameters					\
	{								\
		type result;						\
									\
		if (before(letter))					\
			return -1;					\
		result = __real_##name(__VA_ARGS__);			\
		after();						\
		return result;						\
	}

WRAP('m', int, mkdirat, (int dir, const char *path, mode_t mode), dir, path,
     mode)
WRAP('c', int, fchmodat, (int dir, const char *path, mode_t mode, int flags),
     dir, path, mode, flags)
WRAP('w', ssize_t, pwrite64, (int fd, const void *buf, size_t len, off_t at),
     fd, buf, len, at)
WRAP('s', int, fsync, (int fd), fd)
WRAP('r', int, renameat, (int dir, const char *path, int to, const char *name),
     dir, path, to, name)
WRAP('l', int, linkat, (int dir, const char *path, int to, const char *name,
			int flags), dir, path, to, name, flags)
WRAP('u', int, unlinkat, (int dir, const char *path, int flags), dir, path,
     flags)

/* what is done, with the arguments in the order of the store's functions */
static const struct step {
	enum { VIEW, CREATE, COMMIT, REMOVE, LABEL, ATTACH, ADD } verb;
	const char *one, *two;
} steps[] = {
	{ CREATE, "a", "" }, { ATTACH, "a", "1" }, { COMMIT, "a", "p" },
	{ CREATE, "b", "p" }, { CREATE, "c", "p" }, { ATTACH, "b", "2" },
	{ ATTACH, "c", "2" }, { LABEL, "b", "x" }, { COMMIT, "b", "q" },
	{ COMMIT, "c", "r" }, { VIEW, "v", "q" }, { REMOVE, "v", "" },
	{ REMOVE, "q", "" }, { LABEL, "r", "y" }, { CREATE, "d", "r" },
	{ COMMIT, "d", "s" }, { REMOVE, "s", "" }, { REMOVE, "r", "" },
	{ REMOVE, "p", "" }, { CREATE, "e", "" },
	{ ADD, "T1", "3" }, { CREATE, "Ta", "T1" }, { ATTACH, "Ta", "4" },
	{ COMMIT, "Ta", "T/2/x" }, { CREATE, "Tb", "T1" }, { ATTACH, "Tb", "4" },
	{ COMMIT, "Tb", "T/3/x" }, { ADD, "T4", "4" }, { REMOVE, "T/2/x", "" },
	{ VIEW, "Tv", "T/3/x" }, { REMOVE, "Tv", "" }, { REMOVE, "T/3/x", "" },
	{ REMOVE, "T1", "" },
};

/* snapshots of that profile begin with a T */
static enum record_profile profile_of(const char *key)
{
	return *key == 'T' ? RECORD_TARDEV : RECORD_HOST;
}

#define STEPS	COUNT(steps)

/* the model: a line for each snapshot */
struct model {
	struct line {
		char key[8], parent[8], label[8], image;
		enum record_kind kind;
	} lines[STEPS];
	size_t count;
};

static struct line *find(struct model *m, const char *key)
{
	size_t i;

	for (i = 0; i < m->count; i++)
		if (!strcmp(m->lines[i].key, key))
			return &m->lines[i];
	return NULL;
}

static void model_step(struct model *m, const struct step *step)
{
	struct line *line = find(m, step->one);

	switch (step->verb) {
	case VIEW:
	case CREATE:
		line = &m->lines[m->count++];
		*line = (struct line){ .kind = step->verb == VIEW ?
					       RECORD_VIEW : RECORD_ACTIVE };
		strcpy(line->key, step->one);
		strcpy(line->parent, step->two);
		break;
	case COMMIT:
		strcpy(line->key, step->two);
		line->kind = RECORD_COMMITTED;
		*line->label = 0;
		break;
	case REMOVE:
		*line = m->lines[--m->count];
		break;
	case LABEL:
		strcpy(line->label, step->two);
		break;
	case ATTACH:
		line->image = *step->two;
		break;
	case ADD:
		line = &m->lines[m->count++];
		*line = (struct line){ .kind = RECORD_COMMITTED,
				       .image = *step->two };
		strcpy(line->key, step->one);
		break;
	}
}

static int set_label(void *ctx, struct labels *labels, struct error *e)
{
	return labels_set(labels, "label", ctx);
}

static int attach(struct store *s, const char *key, char digit, struct error *e)
{
	struct record_image image = make_image(digit);
	struct record r;
	int err;

	err = store_get(s, key, &r, e);
	if (err)
		return err;
	stage(s, "new");
	err = store_attach(s, r.id, "new", &image, e);
	record_free(&r);
	return err;
}

static int add(struct store *s, const char *key, char digit, struct error *e)
{
	const struct record like = {
		.kind = RECORD_COMMITTED,
		.key = (char *)key,
		.parent = "",
		.profile = profile_of(key),
		.image = make_image(digit),
	};

	stage(s, "new");
	return store_add(s, &like, "new", e);
}

static int store_step(struct store *s, const struct step *step, struct error *e)
{
	static const struct labels none;
	struct record like = {
		.kind = step->verb == VIEW ? RECORD_VIEW : RECORD_ACTIVE,
		.key = (char *)step->one,
		.parent = (char *)step->two,
		.profile = profile_of(step->one),
	};
	uint64_t id;

	switch (step->verb) {
	case VIEW:
	case CREATE:
		return store_create(s, &like, &id, e);
	case COMMIT:
		return store_commit(s, step->one, step->two, &none, 1, 1, e);
	case REMOVE:
		return store_remove(s, step->one, e);
	case LABEL:
		return store_update(s, step->one, set_label,
				    (void *)step->two, NULL, e);
	case ATTACH:
		return attach(s, step->one, *step->two, e);
	case ADD:
		return add(s, step->one, *step->two, e);
	}
	return -1;
}

struct comparison {
	struct model *model;
	size_t same;
	size_t all;
};

static int compare_one(void *ctx, const struct record *r, struct error *e)
{
	struct comparison *c = ctx;
	struct line *line = find(c->model, r->key);
	const char *label = labels_find(&r->labels, "label");

	c->all++;
	if (line && line->kind == r->kind && !strcmp(line->parent, r->parent) &&
	    !strcmp(line->label, label ? label : "") &&
	    line->image == *r->image.diff_id &&
	    r->profile == profile_of(r->key))
		c->same++;
	return 0;
}

static bool is_like(struct store *s, size_t done)
{
	struct model model = { .count = 0 };
	struct comparison c = { .model = &model };
	struct error e;
	size_t i;

	if (done > STEPS)
		return false;
	for (i = 0; i < done; i++)
		model_step(&model, &steps[i]);
	store_each(s, compare_one, &c, &e);
	return c.same == model.count && c.all == model.count;
}

/* are there just the files that the records need? */
static bool is_tidy(struct store *s)
{
	return !shell("cd %s && python3 -c '\n"
		"import hashlib, json, os\n"
		"rows = [(n, json.load(open(\"snapshots/\" + n)))\n"
		"        for n in os.listdir(\"snapshots\")]\n"
		"images = {r[\"image\"][\"diff_id\"] + \"-2\" for _, r in rows\n"
		"          if r[\"image\"]}\n"
		"dirs = {n for n, r in rows if r[\"kind\"] != 3 or not r[\"image\"]}\n"
		"names = {hashlib.sha256(r[\"key\"].split(\"/\")[-1].encode())\n"
		"         .hexdigest(): r[\"image\"][\"diff_id\"] + \"-2\"\n"
		"         for _, r in rows if r.get(\"profile\") and r[\"kind\"] == 3}\n"
		"assert images | set(names) == set(os.listdir(\"layers\"))\n"
		"assert all(os.path.samefile(\"layers/\" + n, \"layers/\" + i)\n"
		"           for n, i in names.items())\n"
		"assert dirs == set(os.listdir(\"active\"))\n"
		"assert not os.listdir(\"staging\") + os.listdir(\"broken\")'",
		store_path(s));
}

/* run all steps from @from on; count those done in shared memory */
static void run_child(const char *dir, size_t *done)
{
	struct store *s = open_store(dir);
	struct error e;

	plan.calls = 0;
	for (*done = 0; *done < STEPS; ++*done)
		if (store_step(s, &steps[*done], &e))
			_exit(1);
	_exit(0);
}

static bool finish(struct store *s, size_t done)
{
	struct error e;

	for (; done < STEPS; done++)
		if (store_step(s, &steps[done], &e)) {
			printf("# step %zu: %s\n", done, e.text);
			return false;
		}
	return is_like(s, STEPS);
}

/* return 1 if all is well, 0 if not, -1 if there was no such call */
static int kill_at(enum mode mode, unsigned int at, size_t *done)
{
	const char *dir = new_dir();
	struct store *s;
	int status, good;
	pid_t child;

	plan.mode = mode;
	plan.at = at;
	fflush(stdout);
	child = fork();
	if (!child)
		run_child(dir, done);
	waitpid(child, &status, 0);
	plan.mode = COUNT_ONLY;
	s = open_store(dir);
	good = s && (is_like(s, *done) || is_like(s, *done + 1));
	if (good && is_like(s, *done + 1))
		++*done;
	good = good && (at % 7 || is_tidy(s)) && finish(s, *done);
	store_close(s);
	shell("rm -rf %s", dir);
	if (good && WIFEXITED(status) && !WEXITSTATUS(status))
		return -1;
	return good;
}

static void test_kill(enum mode mode, const char *claim)
{
	size_t *done = mmap(NULL, sizeof(*done), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int at = 0;
	int good;

	do {
		good = kill_at(mode, ++at, done);
		if (!good)
			printf("# call %u, step %zu\n", at, *done);
	} while (good > 0);
	ok(good < 0 && at > 100, "%s each of %u calls", claim, at - 1);
	munmap(done, sizeof(*done));
}

/*
 * One call fails: the step says so, or not, if it only removed what nothing needs.
 * Memory and disk agree, whichever call it was.
 */
static int fail_at(unsigned int at)
{
	const char *dir = new_dir();
	struct store *s = open_store(dir);
	struct error e;
	size_t done = 0;
	bool good;

	plan.mode = FAIL;
	plan.at = at;
	plan.calls = 0;
	while (done < STEPS && !store_step(s, &steps[done], &e))
		done++;
	plan.mode = COUNT_ONLY;
	good = is_like(s, done);
	if (good && plan.calls < at) {
		store_close(s);
		shell("rm -rf %s", dir);
		return -1;
	}
	store_close(s);
	s = open_store(dir);
	good = good && s && is_like(s, done) && (at % 7 || is_tidy(s)) &&
	       finish(s, done);
	store_close(s);
	shell("rm -rf %s", dir);
	return good;
}

static void test_fail(void)
{
	unsigned int at = 0;
	int good;

	do {
		good = fail_at(++at);
		if (!good)
			printf("# call %u\n", at);
	} while (good > 0);
	ok(good < 0 && at > 100, "each of %u calls fails", at - 1);
}

/* power loss: a file reaches the disk before its name, and the name at once */
static void test_order(void)
{
	static const struct step step = { CREATE, "o", "" };
	const char *dir = new_dir();
	struct store *s = open_store(dir);
	struct error e;

	plan.mode = COUNT_ONLY;
	memset(plan.log, 0, sizeof(plan.log));
	plan.calls = 0;
	ok(!store_step(s, &step, &e) && !strcmp(plan.log, "mcmcmcwsrs"),
	   "a record is written, synced, renamed and synced: %s", plan.log);
	store_close(s);
	shell("rm -rf %s", dir);
}

int main(void)
{
	test_order();
	test_kill(KILL_BEFORE, "killed before");
	test_kill(KILL_AFTER, "killed after");
	test_fail();
	return tap_done();
}
