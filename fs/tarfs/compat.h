/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between the supported kernel versions, by feature.
 *
 * Wrappers do not reuse names of the kernel: stable trees backport helpers from
 * later releases, with which such names would clash.
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
#include <linux/xattr.h>

#ifndef CONFIG_FS_POSIX_ACL
#error "tarfs needs a kernel with CONFIG_FS_POSIX_ACL"
#endif
#ifndef CONFIG_PAGE_SIZE_LESS_THAN_256KB
#error "tarfs does not support pages of 256 KiB"
#endif

/* the page cache of a block device; moved out of bd_inode in 6.10 */
static inline struct address_space *tarfs_bdev_mapping(struct block_device *b)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
	return b->bd_mapping;
#else
	return b->bd_inode->i_mapping;
#endif
}

/* set all timestamps; ctime has accessors since 6.6, the others since 6.7 */
static inline void tarfs_set_times(struct inode *inode, s64 sec, u32 nsec)
{
	struct timespec64 ts = { .tv_sec = sec, .tv_nsec = nsec };

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	inode_set_mtime_to_ts(inode, ts);
	inode_set_atime_to_ts(inode, ts);
#else
	inode->i_mtime = ts;
	inode->i_atime = ts;
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	inode_set_ctime_to_ts(inode, ts);
#else
	inode->i_ctime = ts;
#endif
}

/* has iget_locked() allocated this inode? i_state has accessors since 6.19 */
static inline bool tarfs_inode_is_new(struct inode *inode)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
	return inode_state_read_once(inode) & I_NEW;
#else
	return inode->i_state & I_NEW;
#endif
}

/*
 * Allow folios of up to 2^@order pages for a new inode. General-purpose file
 * systems use large folios since 6.6; their order can be limited since 6.12.
 */
static inline void tarfs_set_folio_order(struct address_space *mapping,
					 unsigned int order)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	mapping_set_folio_order_range(mapping, 0, order);
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	if (order)
		mapping_set_large_folios(mapping);
#endif
}

/* read @count pages ahead; the caller takes the invalidate lock since 7.0 */
static inline void tarfs_read_pages(struct readahead_control *rac,
				    unsigned long count)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
	filemap_invalidate_lock_shared(rac->mapping);
	page_cache_ra_unbounded(rac, count, 0);
	filemap_invalidate_unlock_shared(rac->mapping);
#else
	page_cache_ra_unbounded(rac, count, 0);
#endif
}

/* remove a locked folio from the page cache; by folio, not page, since 6.8 */
static inline void tarfs_remove_folio(struct address_space *mapping,
				      struct folio *folio)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	generic_error_remove_folio(mapping, folio);
#else
	generic_error_remove_page(mapping, &folio->page);
#endif
}

/* folio_end_read() was added in 6.7 */
static inline void tarfs_folio_end_read(struct folio *folio, bool success)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	folio_end_read(folio, success);
#else
	if (success)
		folio_mark_uptodate(folio);
	folio_unlock(folio);
#endif
}

/* super_set_uuid() was added in 6.9 */
static inline void tarfs_set_uuid(struct super_block *sb, const u8 *uuid)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	super_set_uuid(sb, uuid, sizeof(sb->s_uuid));
#else
	memcpy(&sb->s_uuid, uuid, sizeof(sb->s_uuid));
#endif
}

/* ->encode_fh is mandatory since 6.7; NULL selected this function before */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
#define TARFS_ENCODE_FH	.encode_fh = generic_encode_ino32_fh,
#else
#define TARFS_ENCODE_FH
#endif

/* the ->get_acl() that takes an inode was renamed in 6.2 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define TARFS_GET_ACL	.get_inode_acl
#else
#define TARFS_GET_ACL	.get_acl
#endif

/* the xattr handlers of ACLs are used for listing only since 6.4 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define TARFS_ACL_ACCESS_HANDLER	nop_posix_acl_access
#define TARFS_ACL_DEFAULT_HANDLER	nop_posix_acl_default
#else
#define TARFS_ACL_ACCESS_HANDLER	posix_acl_access_xattr_handler
#define TARFS_ACL_DEFAULT_HANDLER	posix_acl_default_xattr_handler
#endif

/* the table of handlers became const in 6.7 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
#define TARFS_XATTR_TABLE	const struct xattr_handler * const
#else
#define TARFS_XATTR_TABLE	const struct xattr_handler *
#endif

/* filemap_splice_read() was added in 6.3, its predecessor removed in 6.5 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#define tarfs_splice_read	filemap_splice_read
#else
#define tarfs_splice_read	generic_file_splice_read
#endif

/* leases need ->setlease since 7.1; generic_setlease() moved here in 6.3 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#include <linux/filelock.h>
#endif

#endif /* _TARFS_COMPAT_H */
