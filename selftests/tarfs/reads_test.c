// SPDX-License-Identifier: GPL-2.0
/*
 * Generated files of every layout, read in every manner from every kind of
 * device: each byte is the one that the tar has.
 *
 *	reads_test SEED FIRST ROUNDS [FILE]
 *
 * Runs rounds FIRST and following.  A round depends on SEED and its number
 * alone; with FILE, the number of a line of the list, it reads no other file.
 *
 * Needs the files reads.list and roots, and the disks that stations.h names.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "reads.h"
#include "stations.h"

#define FILES		350		/* of a round, at most */
#define BYTES		(3 << 20)	/* of their data, about */
#define LARGE		(4 << 20)	/* bytes counted of a larger file */
#define SMALL		(1 << 20)	/* bytes of a file with a bad part */
#define ALL_ROUNDS	STATIONS	/* so many rounds cover everything */

enum mode { ANY, IN_ORDER, TWO_READERS, TWO_TREES, DROPS, MODES };

static const char *const mode_names[MODES] = {
	"any manner", "one after the other", "two readers of a file",
	"two readers of a tree", "caches dropped",
};

static const unsigned int windows[] = { 128, 0, 4, 4096, 16, 512 };

#define WINDOWS		(sizeof(windows) / sizeof(*windows))

/*
 * @files: numbers of the files to read, in this order
 * @where: description for reports
 */
struct round {
	uint64_t seed, number;
	const struct station *station;
	enum mode mode;
	unsigned int window;
	unsigned int order;
	struct damage bad;
	struct chance chance;
	size_t count;
	size_t files[FILES];
	char device[32];
	char where[160];
};

static struct reads_list list;
static struct reads_tally total;
static long only = -1;
static unsigned int modes_seen[MODES];

static bool is_there(const struct round *r, const struct reads_file *file)
{
	return r->station->format == 2 || !strcmp(file->kind, "plain");
}

/* choose consecutive files of the tar, from a random one on */
static void choose_files(struct round *r)
{
	size_t i = below(&r->chance, list.count), n;
	uint64_t bytes = 0, stored;

	for (n = 0; n < list.count && r->count < FILES && bytes < BYTES; n++) {
		const struct reads_file *file = &list.files[i];

		if (is_there(r, file)) {
			stored = reads_stored(file);
			bytes += stored < LARGE ? stored : LARGE;
			r->files[r->count++] = i;
		}
		i = (i + 1) % list.count;
	}
}

static void order_files(size_t *files, size_t count, unsigned int order,
			struct chance *c)
{
	size_t i, j, file;

	for (i = 0; i < count && order; i++) {
		j = order == 1 ? count - 1 - i : below(c, count);
		if (order == 1 && j <= i)
			break;
		file = files[i];
		files[i] = files[j];
		files[j] = file;
	}
}

/* one visit reads the file, and the blocks behind its data are of files too */
static bool can_be_bad(const struct reads_file *file)
{
	return file->count && file->size < SMALL &&
	       file->at < list.files[list.count - 1].at - SMALL;
}

/* choose a few blocks of a file as unreadable */
static void choose_damage(struct round *r)
{
	uint64_t first = below(&r->chance, r->count), blocks, i;
	unsigned int size = r->station->block;
	const struct reads_file *file = NULL;

	for (i = 0; i < r->count && !file; i++) {
		file = &list.files[r->files[(first + i) % r->count]];
		if (!can_be_bad(file))
			file = NULL;
	}
	if (!file)
		give_up("no file to be bad");
	blocks = 1 + below(&r->chance, below(&r->chance, 2) ? 2 : 32);
	r->bad.from = file->at + below(&r->chance, reads_stored(file));
	r->bad.from -= r->bad.from % size;
	r->bad.to = r->bad.from + blocks * size;
	set_damage(&r->bad);
}

static void describe(struct round *r, const char *what)
{
	static const char *const names[] = { "tar order", "backwards", "any order" };

	snprintf(r->where, sizeof(r->where),
		 "seed %llu, round %llu, %s%s, read_ahead_kb %u, %s, %s",
		 (unsigned long long)r->seed, (unsigned long long)r->number,
		 r->station->name, what, r->window, names[r->order],
		 mode_names[r->mode]);
}

static void visit(const struct round *r, size_t number,
		  const struct reads_manner *manner, unsigned int who)
{
	struct reads_visit v = {
		.where = r->where,
		.file = &list.files[number],
		.number = number,
		.bad = r->bad,
		.chance = chance_of(r->seed, r->number, number, who),
	};

	if (only >= 0 && (size_t)only != number)
		return;
	v.manner = manner ? *manner :
		   any_manner(&v.chance, r->station->bad);
	visit_file(&v);
	if (!r->bad.to && !below(&v.chance, 4))
		visit_maps(&v);
}

/* fork a child that does @work until it is done or killed */
static pid_t beside(void (*work)(struct round *r), struct round *r)
{
	pid_t pid = fork();

	if (pid < 0)
		give_up("cannot fork");
	if (pid)
		return pid;
	prepare_ways();
	work(r);
	_exit(0);
}

static void join(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || status)
		give_up("a reader ended with %x", status);
}

static void read_any(struct round *r)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		visit(r, r->files[i], NULL, 0);
}

static void read_in_order(struct round *r)
{
	struct reads_manner m = forward_manner(&r->chance);
	size_t i;

	for (i = 0; i < r->count; i++)
		visit(r, r->files[i], &m, 0);
}

static size_t shared;

static void read_shared(struct round *r)
{
	visit(r, r->files[shared], NULL, 1);
}

static void read_by_two(struct round *r)
{
	pid_t pid;

	for (shared = 0; shared < r->count; shared++) {
		if (list.files[r->files[shared]].size < PAGE)
			continue;
		pid = beside(read_shared, r);
		visit(r, r->files[shared], NULL, 0);
		join(pid);
	}
}

static void read_other_way(struct round *r)
{
	size_t i;

	order_files(r->files, r->count, 1 + below(&r->chance, 2), &r->chance);
	for (i = 0; i < r->count; i++)
		visit(r, r->files[i], NULL, 1);
}

static void read_two_trees(struct round *r)
{
	pid_t pid = beside(read_other_way, r);

	read_in_order(r);
	join(pid);
}

/* drop caches and change the readahead window until killed */
static void drop_on(struct round *r)
{
	for (;;) {
		usleep(1000 * below(&r->chance, 50));
		drop_caches();
		set_read_ahead(r->device, windows[below(&r->chance, WINDOWS)]);
	}
}

static void read_with_drops(struct round *r)
{
	pid_t pid = beside(drop_on, r);

	read_any(r);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void (*const reads_of_mode[MODES])(struct round *r) = {
	read_any, read_in_order, read_by_two, read_two_trees, read_with_drops,
};

static void add_tally(void)
{
	unsigned long *sums = (unsigned long *)&total;
	const unsigned long *numbers = (const unsigned long *)tally;
	size_t i;

	for (i = 0; i < sizeof(total) / sizeof(*sums); i++)
		sums[i] += numbers[i];
}

static void claim(const struct round *r)
{
	if (!ok(!tally->faults, "%s: %lu visits, %lu KiB", r->where,
		tally->visits, tally->bytes >> 10))
		printf("# %lu faults; that round alone: SEED=%llu ROUND=%llu\n",
		       tally->faults, (unsigned long long)r->seed,
		       (unsigned long long)r->number);
	add_tally();
	memset(tally, 0, sizeof(*tally));
}

/* read everything once more after the bad blocks are mended */
static void read_mended(struct round *r, unsigned long errors)
{
	if (only < 0)
		ok(errors, "bytes %llu to %llu cannot be read: %lu errors",
		   (unsigned long long)r->bad.from,
		   (unsigned long long)r->bad.to, errors);
	mend_damage();
	memset(&r->bad, 0, sizeof(r->bad));
	describe(r, ", mended");
	read_in_order(r);
	claim(r);
}

static void read_round(struct round *r)
{
	unsigned long errors = total.errors;

	describe(r, "");
	set_read_ahead(r->device, r->window);
	must_mount(r->device, "/mnt");
	if (r->bad.to || below(&r->chance, 2))
		drop_caches();
	if (r->bad.to)
		read_in_order(r);
	reads_of_mode[r->mode](r);
	claim(r);
	if (r->bad.to)
		read_mended(r, total.errors - errors);
	errno = unmount("/mnt");
	if (errno)
		give_up("cannot unmount");
}

static void run_round(uint64_t seed, uint64_t number)
{
	static struct round r;

	memset(&r, 0, sizeof(r));
	r.seed = seed;
	r.number = number;
	r.chance = chance_of(seed, number, 0, 0);
	r.station = &stations[number % STATIONS];
	r.mode = (number + number / STATIONS + seed) % MODES;
	r.window = windows[(number + number / STATIONS + seed) % WINDOWS];
	r.order = (number / MODES + seed) % 3;
	modes_seen[r.mode]++;
	choose_files(&r);
	order_files(r.files, r.count, r.order, &r.chance);
	if (r.station->bad)
		choose_damage(&r);
	r.station->kind->open(r.station, r.device);
	read_round(&r);
	r.station->kind->close(r.station, r.device);
}

static unsigned int never(const unsigned long *numbers, size_t count)
{
	unsigned int zeros = 0;

	while (count--)
		zeros += !numbers[count];
	return zeros;
}

/* did the random choices cover everything? */
static void claim_all(void)
{
	unsigned int i;

	for (i = 0; i < MODES; i++)
		ok(modes_seen[i], "%s: %u rounds", mode_names[i], modes_seen[i]);
	ok(!never(total.ways, READS_WAYS) &&
	   !never(total.orders, READS_ORDERS) &&
	   !never(total.states, READS_STATES) &&
	   !never(total.hints, READS_HINTS) && total.maps,
	   "all ways, orders, states of the cache and advices; %lu maps",
	   total.maps);
	ok(total.visits > 2000, "%lu visits of %zu files, %lu MiB compared, %lu errors",
	   total.visits, list.count, total.bytes >> 20, total.errors);
}

int main(int argc, char **argv)
{
	uint64_t seed, first, rounds, i;

	if (argc < 4)
		return 2;
	setlinebuf(stdout);
	seed = strtoull(argv[1], NULL, 10);
	first = strtoull(argv[2], NULL, 10);
	rounds = strtoull(argv[3], NULL, 10);
	if (argc > 4)
		only = strtol(argv[4], NULL, 10);
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED)
		give_up("no memory");
	load_reads("reads.list", &list);
	prepare_ways();
	mark_log();
	for (i = first; i < first + rounds; i++)
		run_round(seed, i);
	if (rounds >= ALL_ROUNDS)
		claim_all();
	ok(!log_lines("tarfs ("), "the driver does not complain");
	return tap_done();
}
