/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of Linux 7.3 that earlier kernels lack, by feature. The other files are
 * as a kernel tree would have them; scripts/upstream removes this one.
 *
 * Stable trees backport helpers from later releases. So such a name is a macro,
 * defined after the header that could declare it, and never a function.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef _TARFS_COMPAT_H
#define _TARFS_COMPAT_H

#include <linux/version.h>
#include <linux/blkdev.h>
#include <linux/exportfs.h>
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/posix_acl_xattr.h>
#include <linux/slab.h>
#include <linux/xattr.h>

#ifndef CONFIG_FS_POSIX_ACL
#error "tarfs needs a kernel with CONFIG_FS_POSIX_ACL"
#endif
#ifndef CONFIG_PAGE_SIZE_LESS_THAN_256KB
#error "tarfs does not support pages of 256 KiB"
#endif

/* the ->get_acl() that takes an inode was renamed in 6.2 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define get_inode_acl	get_acl
#endif

/* leases need ->setlease since 7.1; generic_setlease() moved here in 6.3 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#include <linux/filelock.h>
#endif

/* the xattr handlers of ACLs are used for listing only since 6.4 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define nop_posix_acl_access	posix_acl_access_xattr_handler
#define nop_posix_acl_default	posix_acl_default_xattr_handler
#endif

/* filemap_splice_read() was added in 6.3, its predecessor removed in 6.5 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#define filemap_splice_read	generic_file_splice_read
#endif

/* ctime has accessors since 6.6, the other timestamps since 6.7 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
static inline void tarfs_set_ctime(struct inode *inode, s64 sec, u32 nsec)
{
	inode->i_ctime = (struct timespec64) { .tv_sec = sec, .tv_nsec = nsec };
}

#define inode_set_ctime	tarfs_set_ctime
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
static inline void tarfs_set_atime(struct inode *inode, s64 sec, u32 nsec)
{
	inode->i_atime = (struct timespec64) { .tv_sec = sec, .tv_nsec = nsec };
}

static inline void tarfs_set_mtime(struct inode *inode, s64 sec, u32 nsec)
{
	inode->i_mtime = (struct timespec64) { .tv_sec = sec, .tv_nsec = nsec };
}

#define inode_set_atime	tarfs_set_atime
#define inode_set_mtime	tarfs_set_mtime
#endif

/* folio_end_read() was added in 6.7 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
static inline void tarfs_folio_end_read(struct folio *folio, bool success)
{
	if (success)
		folio_mark_uptodate(folio);
	folio_unlock(folio);
}

#define folio_end_read	tarfs_folio_end_read
#endif

/* ->encode_fh is mandatory since 6.7; NULL selected this function before */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
#define generic_encode_ino32_fh	NULL
#endif

/* the table of handlers became const in 6.7 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
#define TARFS_XATTR_TABLE	const struct xattr_handler * const
#else
#define TARFS_XATTR_TABLE	const struct xattr_handler *
#endif

/* remove a locked folio from the page cache; by folio, not page, since 6.8 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
static inline void tarfs_remove_folio(struct address_space *mapping,
				      struct folio *folio)
{
	generic_error_remove_page(mapping, &folio->page);
}

#define generic_error_remove_folio	tarfs_remove_folio
#endif

/* super_set_uuid() was added in 6.9 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
static inline void tarfs_set_uuid(struct super_block *sb, const u8 *uuid,
				  unsigned int len)
{
	memcpy(&sb->s_uuid, uuid, len);
}

#define super_set_uuid	tarfs_set_uuid
#endif

/* the page cache of a block device; moved out of bd_inode in 6.10 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define bd_mapping	bd_inode->i_mapping
#endif

/*
 * General-purpose file systems use large folios since 6.6; their order can be
 * limited since 6.12.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
static inline void tarfs_set_folio_order(struct address_space *mapping,
					 unsigned int min, unsigned int max)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	if (max)
		mapping_set_large_folios(mapping);
#endif
}

#define mapping_set_folio_order_range	tarfs_set_folio_order
#endif

/* i_state has accessors since 6.19 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#define inode_state_read_once(inode)	((inode)->i_state)
#endif

/* the caller of page_cache_ra_unbounded() takes the invalidate lock since 7.0 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
static inline void tarfs_ra_unbounded(struct readahead_control *rac,
				      unsigned long count,
				      unsigned long lookahead)
{
	filemap_invalidate_unlock_shared(rac->mapping);
	page_cache_ra_unbounded(rac, count, lookahead);
	filemap_invalidate_lock_shared(rac->mapping);
}

#define page_cache_ra_unbounded	tarfs_ra_unbounded
#endif

/* allocation by type was added in 7.0 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
#undef kmalloc_obj
#undef kzalloc_obj
#define kmalloc_obj(object, gfp)	kmalloc(sizeof(object), gfp)
#define kzalloc_obj(object, gfp)	kzalloc(sizeof(object), gfp)
#endif

/* errno.h defines it since 7.0 */
#ifndef EFSCORRUPTED
#define EFSCORRUPTED	EUCLEAN
#endif

#endif /* _TARFS_COMPAT_H */
