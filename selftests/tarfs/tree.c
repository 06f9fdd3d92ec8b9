// SPDX-License-Identifier: GPL-2.0
/*
 * Compare a mounted tree with a manifest, entry by entry and attribute by
 * attribute; see manifest.py for the fields.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "guest.h"
#include "tree.h"

#define HEX_SIZE	(2 * 32 + 1)

const char *const tree_claims[TREE_CLAIMS] = {
	[TREE_THERE]	= "every entry can be looked up",
	[TREE_TYPE]	= "types",
	[TREE_MODE]	= "modes",
	[TREE_OWNER]	= "owners",
	[TREE_NLINK]	= "link counts",
	[TREE_SIZE]	= "sizes",
	[TREE_MTIME]	= "times",
	[TREE_RDEV]	= "device numbers",
	[TREE_CONTENT]	= "contents and link targets",
	[TREE_XATTRS]	= "extended attributes",
	[TREE_SAME]	= "hard links share an inode",
	[TREE_LISTED]	= "directories list what is there, and no more",
};

enum { KIND, MODE, UID, GID, NLINK, SIZE, SEC, NSEC, RDEV, XATTRS, CONTENT,
	SAME, PATH, FIELDS };

/* the state of a comparison */
struct walk {
	struct tree_result *result;
	ino_t *inodes;			/* by line of the manifest */
	unsigned int lines;
	unsigned int listed;		/* entries that readdir showed */
};

static bool is_refusal(int err)
{
	return err == EIO || err == EUCLEAN;
}

static void wrong(struct walk *walk, enum tree_claim claim, const char *path)
{
	struct tree_result *r = walk->result;

	if (!r->wrong[claim]++)
		snprintf(r->first[claim], sizeof(r->first[claim]), "%s", path);
}

/* a system call on @path failed: count it as refused or as wrong */
static void failed(struct walk *walk, enum tree_claim claim, const char *path)
{
	if (!is_refusal(errno)) {
		wrong(walk, claim, path);
		return;
	}
	walk->result->errors++;
	walk->result->eio += errno == EIO;
}

static void unescape(char *s)
{
	char *to = s;
	unsigned int byte;

	while (*s) {
		if (*s == '\\' && sscanf(s + 1, "%2x", &byte) == 1) {
			*to++ = byte;
			s += 3;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

static void finish_digest(EVP_MD_CTX *ctx, char hex[HEX_SIZE])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len, i;

	EVP_DigestFinal_ex(ctx, digest, &len);
	EVP_MD_CTX_free(ctx);
	for (i = 0; i < len; i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
}

static EVP_MD_CTX *start_digest(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (!ctx || !EVP_DigestInit_ex(ctx, EVP_sha256(), NULL))
		give_up("no SHA-256");
	return ctx;
}

/* Return: 0, or -1 with errno */
static int file_digest(const char *path, char hex[HEX_SIZE])
{
	static char buf[1 << 20];
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	EVP_MD_CTX *ctx;
	ssize_t len;

	if (fd < 0)
		return -1;
	ctx = start_digest();
	while ((len = read(fd, buf, sizeof(buf))) > 0)
		EVP_DigestUpdate(ctx, buf, len);
	finish_digest(ctx, hex);
	close(fd);
	return len ? -1 : 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* the digest of manifest.py; "-" without attributes */
static int xattr_digest(const char *path, char hex[HEX_SIZE])
{
	static char list[65536], value[65536];
	ssize_t total = llistxattr(path, list, sizeof(list));
	char *names[1024];
	EVP_MD_CTX *ctx;
	size_t count = 0, i;
	ssize_t len = 0;
	char *name;

	strcpy(hex, "-");
	if (total <= 0)
		return total;
	for (name = list; name < list + total && count < 1024;
	     name += strlen(name) + 1)
		names[count++] = name;
	qsort(names, count, sizeof(*names), compare_names);
	ctx = start_digest();
	for (i = 0; len >= 0 && i < count; i++) {
		len = lgetxattr(path, names[i], value, sizeof(value));
		EVP_DigestUpdate(ctx, names[i], strlen(names[i]) + 1);
		EVP_DigestUpdate(ctx, value, len < 0 ? 0 : len);
	}
	finish_digest(ctx, hex);
	return len < 0 ? -1 : 0;
}

static char kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return 'f';
	case S_IFDIR:
		return 'd';
	case S_IFLNK:
		return 'l';
	case S_IFCHR:
		return 'c';
	case S_IFBLK:
		return 'b';
	case S_IFIFO:
		return 'p';
	}
	return '?';
}

static void check_stat(struct walk *walk, char **field, const char *path,
		       const struct stat *st)
{
	char rdev[32] = "-";

	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode))
		snprintf(rdev, sizeof(rdev), "%u:%u", major(st->st_rdev),
			 minor(st->st_rdev));
	if (kind_of(st->st_mode) != field[KIND][0])
		wrong(walk, TREE_TYPE, path);
	if ((st->st_mode & 07777) != strtoul(field[MODE], NULL, 8))
		wrong(walk, TREE_MODE, path);
	if (st->st_uid != strtoul(field[UID], NULL, 10) ||
	    st->st_gid != strtoul(field[GID], NULL, 10))
		wrong(walk, TREE_OWNER, path);
	if (st->st_nlink != strtoul(field[NLINK], NULL, 10))
		wrong(walk, TREE_NLINK, path);
	if (strcmp(field[SIZE], "-") &&
	    st->st_size != strtoll(field[SIZE], NULL, 10))
		wrong(walk, TREE_SIZE, path);
	if (st->st_mtim.tv_sec != strtoll(field[SEC], NULL, 10) ||
	    st->st_mtim.tv_nsec != strtol(field[NSEC], NULL, 10))
		wrong(walk, TREE_MTIME, path);
	if (strcmp(field[RDEV], rdev))
		wrong(walk, TREE_RDEV, path);
}

static void check_content(struct walk *walk, char **field, const char *path)
{
	char found[4097];
	ssize_t len;

	if (field[KIND][0] == 'f') {
		len = file_digest(path, found);
	} else if (field[KIND][0] == 'l') {
		unescape(field[CONTENT]);
		len = readlink(path, found, sizeof(found) - 1);
		if (len >= 0)
			found[len] = '\0';
	} else {
		return;
	}
	if (len < 0)
		failed(walk, TREE_CONTENT, path);
	else if (strcmp(found, field[CONTENT]))
		wrong(walk, TREE_CONTENT, path);
}

static void check_xattrs(struct walk *walk, char **field, const char *path)
{
	char found[HEX_SIZE];

	if (xattr_digest(path, found))
		failed(walk, TREE_XATTRS, path);
	else if (strcmp(found, field[XATTRS]))
		wrong(walk, TREE_XATTRS, path);
}

/* @same of the manifest is the first line with this inode */
static void check_same(struct walk *walk, char **field, const char *path,
		       const struct stat *st)
{
	unsigned long same = strtoul(field[SAME], NULL, 10);

	walk->inodes[walk->lines] = st->st_ino;
	/* 0: that line's lookup failed, which is counted already */
	if (same > walk->lines ||
	    (walk->inodes[same] && walk->inodes[same] != st->st_ino))
		wrong(walk, TREE_SAME, path);
}

static void check_listing(struct walk *walk, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *de;
	struct stat st;

	if (!dir) {
		failed(walk, TREE_LISTED, path);
		return;
	}
	while ((errno = 0, de = readdir(dir))) {
		if (!strcmp(de->d_name, ".") || !strcmp(de->d_name, ".."))
			continue;
		walk->listed++;
		if (fstatat(dirfd(dir), de->d_name, &st, AT_SYMLINK_NOFOLLOW))
			failed(walk, TREE_LISTED, path);
		else if (st.st_ino != de->d_ino ||
			 IFTODT(st.st_mode) != de->d_type)
			wrong(walk, TREE_LISTED, path);
	}
	if (errno)
		failed(walk, TREE_LISTED, path);
	closedir(dir);
}

static void check_entry(struct walk *walk, const char *root, char **field)
{
	static char path[65536];
	struct stat st;

	unescape(field[PATH]);
	snprintf(path, sizeof(path), "%s/%s", root, field[PATH]);
	if (lstat(path, &st)) {
		failed(walk, TREE_THERE, path);
		return;
	}
	check_stat(walk, field, path, &st);
	check_content(walk, field, path);
	check_xattrs(walk, field, path);
	check_same(walk, field, path, &st);
	if (S_ISDIR(st.st_mode))
		check_listing(walk, path);
}

static void split_line(char *line, char *field[FIELDS], const char *manifest)
{
	int i;

	line[strcspn(line, "\n")] = '\0';
	for (i = 0; i < FIELDS; i++) {
		field[i] = strsep(&line, " ");
		if (!field[i])
			give_up("%s has a broken line", manifest);
	}
}

void compare_tree(const char *root, const char *manifest,
		  struct tree_result *result)
{
	struct walk walk = { .result = result };
	char *line = NULL, *field[FIELDS];
	FILE *f = fopen(manifest, "r");
	size_t size = 0;

	memset(result, 0, sizeof(*result));
	if (!f)
		give_up("no manifest %s", manifest);
	while (getline(&line, &size, f) > 0) {
		walk.inodes = realloc(walk.inodes,
				      (walk.lines + 1) * sizeof(ino_t));
		if (!walk.inodes)
			give_up("no memory for the walk");
		walk.inodes[walk.lines] = 0;
		split_line(line, field, manifest);
		check_entry(&walk, root, field);
		walk.lines++;
	}
	result->entries = walk.lines;
	/* no directory lists the root */
	if (!result->errors && walk.listed + 1 != walk.lines)
		wrong(&walk, TREE_LISTED, "(number of entries)");
	free(walk.inodes);
	free(line);
	fclose(f);
}

unsigned int tree_wrong(const struct tree_result *result)
{
	unsigned int sum = 0;
	int i;

	for (i = 0; i < TREE_CLAIMS; i++)
		sum += result->wrong[i];
	return sum;
}
