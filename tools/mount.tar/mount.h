/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations shared by the files of mount.tar.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef MOUNT_TAR_MOUNT_H
#define MOUNT_TAR_MOUNT_H

#define FUSE_USE_VERSION 314

#include <fuse3/fuse_lowlevel.h>
#include <pthread.h>

#include "reader/reader.h"

/* ---- options.c ---- */

/**
 * struct mount_options - what follows -o
 * @flags: bits of MS_*; a bit in @given says that the user chose
 * @needs_fuse: the user chose something that the kernel's driver does not have
 * @verify: the root hash is in @root
 * @data_blocks: that the image must have; 0 if none were given
 */
struct mount_options {
	unsigned long flags;
	unsigned long given;
	bool needs_fuse;
	bool allow_other;
	bool foreground;
	bool verify;
	uint8_t root[32];
	uint64_t data_blocks;
	uint64_t threads;
};

#define MOUNT_THREADS_MAX	64

/* parse a list with commas; @sloppy: ignore options that do not exist */
int options_parse(struct mount_options *o, const char *list, bool sloppy,
		  struct error *e);
/* compute what the user did not choose; some depends on who mounts */
void options_default(struct mount_options *o, bool is_root);
/* refuse what was chosen for the kernel's driver alone */
int options_check_fuse(const struct mount_options *o, struct error *e);
/* write the options for libfuse */
int options_to_fuse(const struct mount_options *o, const char *source,
		    struct fuse_args *args, struct error *e);

/* ---- driver.c ---- */

/* mount it by the kernel's driver; -ENODEV if only FUSE can mount it as @o says */
int driver_mount(const char *source, const char *dir,
		 const struct mount_options *o, struct error *e);

/* ---- source.c ---- */

/* open what is mounted, and validate it as far as a mount needs it */
int source_open(struct device *d, const char *path,
		const struct mount_options *o, struct error *e);

/* ---- log.c ---- */

/* connect to syslog */
void log_open(void);
/* from here on messages go to syslog, not to standard error */
void log_to_syslog(void);
/* report a fault that a request met; one that was reported lately is not repeated */
void log_fault(const struct error *e);

/* ---- pool.c ---- */

/* a read of FUSE is not larger, as max_read says */
#define WORKER_BUFFER	(1 << 20)

/**
 * struct worker - what one request needs
 * @buf: WORKER_BUFFER bytes, for the answer
 */
struct worker {
	struct device d;
	uint8_t *buf;
	struct worker *next;
};

/**
 * struct pool - a worker for each thread
 * @idle: the last one used is the first: its cache is the warmest
 */
struct pool {
	pthread_mutex_t lock;
	struct worker *idle;
	struct worker *all;
	size_t count;
};

int pool_make(struct pool *p, const struct device *d, size_t count,
	      struct error *e);
void pool_free(struct pool *p);
/* never waits: a thread has one request at a time */
struct worker *pool_take(struct pool *p);
void pool_put(struct pool *p, struct worker *w);

/* ---- claim.c ---- */

/**
 * struct claims - where directories were found
 * @first: the entry of each inode, by its number
 * @size: bytes of @first
 */
struct claims {
	uint64_t *first;
	size_t size;
};

int claims_open(struct claims *c, uint64_t inodes, struct error *e);
void claims_close(struct claims *c);
/* has the directory no other name that was looked up? */
bool claim_dir(struct claims *c, uint32_t ino, uint64_t entry);

/* ---- super.c ---- */

/**
 * struct mounted - a mounted image, what requests share
 * @capable: FUSE_CAP_* of the kernel
 * @generation: of all inodes, so that a handle is one of this layer
 */
struct mounted {
	struct fuse_session *se;
	struct device d;
	struct pool pool;
	struct claims claims;
	unsigned int capable;
	uint32_t generation;
};

int super_open(struct mounted *m, size_t threads, struct error *e);
void super_close(struct mounted *m);
void super_init(void *userdata, struct fuse_conn_info *conn);
void super_statfs(fuse_req_t req, fuse_ino_t ino);

/* ---- request.c ---- */

/**
 * struct request - a request that is being answered
 * @e: set by what fails
 */
struct request {
	fuse_req_t req;
	struct mounted *m;
	struct worker *w;
	struct device *d;
	struct error e;
};

void request_begin(struct request *r, fuse_req_t req);
/* answer with an error, and log it if it is a fault of the image; end */
void request_fail(struct request *r, int err);
/* the request has been answered */
void request_end(struct request *r);

/* ---- inode.c ---- */

/* attributes and names never change */
#define FOREVER	1e15

/* read an inode; -ESTALE if the number is that of none */
int inode_read(struct request *r, fuse_ino_t ino, struct reader_inode *inode);
/* convert to what stat(2) returns */
void inode_stat(const struct reader_inode *inode, struct stat *st);
/* fill the answer to a lookup */
void inode_entry(const struct mounted *m, const struct reader_inode *inode,
		 struct fuse_entry_param *entry);

void inode_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void inode_readlink(fuse_req_t req, fuse_ino_t ino);

/* ---- dentry.c ---- */

/* get the inode that an entry names; -ENOENT if it is absent */
int dentry_child(struct request *r, const struct reader_inode *dir,
		 const struct reader_entry *entry, struct reader_inode *inode);
void dentry_lookup(fuse_req_t req, fuse_ino_t parent, const char *name);

/* ---- dir.c ---- */

void dir_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void dir_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
	      struct fuse_file_info *fi);
void dir_read_plus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
		   struct fuse_file_info *fi);

/* ---- file.c ---- */

void file_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void file_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
	       struct fuse_file_info *fi);
void file_lseek(fuse_req_t req, fuse_ino_t ino, off_t off, int whence,
		struct fuse_file_info *fi);

/* ---- xattr.c ---- */

void xattr_get(fuse_req_t req, fuse_ino_t ino, const char *name, size_t size);
void xattr_list(fuse_req_t req, fuse_ino_t ino, size_t size);

/* ---- operations.c ---- */

extern const struct fuse_lowlevel_ops operations;

/* ---- loop.c ---- */

/* block the signals that end the program, for all threads to come */
void loop_block_signals(void);
/* answer the kernel's first request, which makes the mount usable */
int loop_start(struct fuse_session *se, struct error *e);
/* answer requests until it is unmounted, or a signal comes */
int loop_run(struct fuse_session *se, size_t threads, struct error *e);

/* ---- daemon.c ---- */

/**
 * struct daemon - a child that goes on in the background
 * @ready: tells the parent
 * @null: what becomes its standard streams
 */
struct daemon {
	int ready;
	int null;
};

/**
 * daemon_start() - go on in a child; return in it
 *
 * The parent ends with status 0 after daemon_ready(), or else with the child's
 * status, @failed if a signal ended it.
 */
int daemon_start(struct daemon *d, int failed, struct error *e);
/* let the parent end; fails if it is gone, so that nobody knows of the mount */
int daemon_ready(struct daemon *d, struct error *e);

/* ---- session.c ---- */

/**
 * session_run() - mount an open image, and serve it until it is unmounted
 * @source: how the mount table names it
 * @failed: exit status of a failure
 */
int session_run(struct mounted *m, const char *source, const char *dir,
		const struct mount_options *o, int failed, struct error *e);

#endif /* MOUNT_TAR_MOUNT_H */
