// SPDX-License-Identifier: GPL-2.0
/*
 * Extended attributes and ACLs.
 *
 * trusted.overlay.opaque is a flag of the inode in both formats; all other
 * attributes are in sets of format 2.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/fs.h>
#include <linux/posix_acl_xattr.h>
#include <linux/slab.h>
#include <linux/xattr.h>

#include "tarfs.h"

#define TARFS_OPAQUE_NAME	"overlay.opaque"

/*
 * struct tarfs_xattr_walk - iterator over the attributes of an inode
 * @pos: of the next record, byte offset on the device
 * @left: records not read yet
 * @rec: the current record
 * @name: the current record's name, without prefix and not terminated
 */
struct tarfs_xattr_walk {
	struct inode *inode;
	struct tarfs_buf buf;
	u64 pos;
	u32 left;
	struct tarfs2_xattr rec;
	const char *name;
};

static int tarfs_xattr_corrupt(struct tarfs_xattr_walk *walk, const char *fault)
{
	tarfs_err(walk->inode->i_sb, "inode %u, attributes: %s",
		  tarfs_ino(walk->inode), fault);
	return -EFSCORRUPTED;
}

static int tarfs_xattr_first(struct tarfs_xattr_walk *walk, struct inode *inode)
{
	struct tarfs2_xattrs *set;
	u64 pos = TARFS_I(inode)->xattrs;
	const char *fault;

	*walk = (struct tarfs_xattr_walk) { .inode = inode };
	if (!pos)
		return 0;
	set = tarfs_map(inode->i_sb, &walk->buf, pos, sizeof(*set));
	if (IS_ERR(set))
		return PTR_ERR(set);
	fault = tarfs2_xattr_set_fault(set);
	if (fault)
		return tarfs_xattr_corrupt(walk, fault);
	walk->left = le32_to_cpu(set->count);
	walk->pos = pos + sizeof(*set);
	return 0;
}

/*
 * Read and validate the next attribute.
 * Return: 1, 0 at the end, or an error.
 */
static int tarfs_xattr_next(struct tarfs_xattr_walk *walk)
{
	struct inode *inode = walk->inode;
	struct super_block *sb = inode->i_sb;
	struct tarfs2_xattr *rec;
	const char *fault;

	if (!walk->left)
		return 0;
	walk->left--;
again:
	/* skip the gap at the end of a block: shorter than a record, or zero */
	if (tarfs_straddles(walk->pos, sizeof(*rec)))
		walk->pos = round_up(walk->pos, TARFS_BLOCK_SIZE);
	rec = tarfs_map(sb, &walk->buf, walk->pos, sizeof(*rec));
	if (IS_ERR(rec))
		return PTR_ERR(rec);
	walk->rec = *rec;
	if (!walk->rec.prefix && walk->pos % TARFS_BLOCK_SIZE) {
		walk->pos = round_up(walk->pos, TARFS_BLOCK_SIZE);
		goto again;
	}
	fault = tarfs2_xattr_fault(&walk->rec, walk->pos, inode->i_mode,
				   TARFS_I(inode)->flags,
				   &TARFS_SB(sb)->layout);
	walk->name = (const char *)(rec + 1);
	if (!fault)
		fault = tarfs2_xattr_name_fault(walk->rec.prefix, walk->name,
						walk->rec.name_len);
	if (fault)
		return tarfs_xattr_corrupt(walk, fault);
	walk->pos += round_up(sizeof(*rec) + walk->rec.name_len, 8);
	return 1;
}

static int tarfs_xattr_value(struct tarfs_xattr_walk *walk, void *value,
			     size_t size)
{
	u32 len = le32_to_cpu(walk->rec.value_len);
	int err;

	if (!value)
		return len;
	if (len > size)
		return -ERANGE;
	err = tarfs_copy(walk->inode->i_sb, &walk->buf,
			 le64_to_cpu(walk->rec.value), value, len);
	return err ?: len;
}

static int tarfs_get_opaque(void *value, size_t size)
{
	if (!value)
		return 1;
	if (!size)
		return -ERANGE;
	*(char *)value = 'y';
	return 1;
}

/* get the value of an attribute; return its length or an error, or -ENODATA */
static int tarfs_xattr_get(struct inode *inode, int prefix, const char *name,
			   void *value, size_t size)
{
	size_t name_len = strlen(name);
	struct tarfs_xattr_walk walk;
	int err;

	if (prefix == TARFS2_XATTR_TRUSTED && !strcmp(name, TARFS_OPAQUE_NAME))
		return TARFS_I(inode)->flags & TARFS2_INODE_OPAQUE ?
		       tarfs_get_opaque(value, size) : -ENODATA;

	err = tarfs_xattr_first(&walk, inode);
	if (err)
		goto out_put;
	while ((err = tarfs_xattr_next(&walk)) > 0) {
		if (walk.rec.prefix != prefix ||
		    walk.rec.name_len != name_len ||
		    memcmp(walk.name, name, name_len))
			continue;
		err = tarfs_xattr_value(&walk, value, size);
		goto out_put;
	}
	if (!err)
		err = -ENODATA;
out_put:
	tarfs_put(&walk.buf);
	return err;
}

static int tarfs_xattr_handler_get(const struct xattr_handler *handler,
				   struct dentry *dentry, struct inode *inode,
				   const char *name, void *value, size_t size)
{
	return tarfs_xattr_get(inode, handler->flags, name, value, size);
}

static const struct xattr_handler tarfs_user_handler = {
	.prefix	= XATTR_USER_PREFIX,
	.flags	= TARFS2_XATTR_USER,
	.get	= tarfs_xattr_handler_get,
};

static const struct xattr_handler tarfs_trusted_handler = {
	.prefix	= XATTR_TRUSTED_PREFIX,
	.flags	= TARFS2_XATTR_TRUSTED,
	.get	= tarfs_xattr_handler_get,
};

static const struct xattr_handler tarfs_security_handler = {
	.prefix	= XATTR_SECURITY_PREFIX,
	.flags	= TARFS2_XATTR_SECURITY,
	.get	= tarfs_xattr_handler_get,
};

TARFS_XATTR_TABLE tarfs_xattr_handlers[] = {
	&tarfs_user_handler,
	&tarfs_trusted_handler,
	&tarfs_security_handler,
	&nop_posix_acl_access,
	&nop_posix_acl_default,
	NULL,
};

/* append a name to a list of @size bytes, of which *@used are in use */
static int tarfs_list_add(char *list, size_t size, size_t *used,
			  const char *prefix, const char *name, size_t name_len)
{
	size_t prefix_len = strlen(prefix);
	size_t len = prefix_len + name_len + 1;

	if (list) {
		if (len > size - *used)
			return -ERANGE;
		memcpy(list + *used, prefix, prefix_len);
		memcpy(list + *used + prefix_len, name, name_len);
		list[*used + len - 1] = '\0';
	}
	*used += len;
	return 0;
}

ssize_t tarfs_listxattr(struct dentry *dentry, char *list, size_t size)
{
	struct inode *inode = d_inode(dentry);
	struct tarfs_xattr_walk walk;
	size_t used = 0;
	int err;

	err = tarfs_xattr_first(&walk, inode);
	if (err)
		goto out_put;
	if ((TARFS_I(inode)->flags & TARFS2_INODE_OPAQUE) &&
	    capable(CAP_SYS_ADMIN)) {
		err = tarfs_list_add(list, size, &used, XATTR_TRUSTED_PREFIX,
				     TARFS_OPAQUE_NAME,
				     strlen(TARFS_OPAQUE_NAME));
		if (err)
			goto out_put;
	}
	while ((err = tarfs_xattr_next(&walk)) > 0) {
		if (walk.rec.prefix == TARFS2_XATTR_TRUSTED &&
		    !capable(CAP_SYS_ADMIN))
			continue;
		err = tarfs_list_add(list, size, &used,
				     tarfs2_xattr_prefix(walk.rec.prefix),
				     walk.name, walk.rec.name_len);
		if (err)
			break;
	}
out_put:
	tarfs_put(&walk.buf);
	return err < 0 ? err : used;
}

/*
 * Parse the value of an ACL. Writers derive an inode's permissions from its
 * access ACL, so refuse one that contradicts the mode.
 */
static struct posix_acl *tarfs_parse_acl(struct inode *inode, int type,
					 const void *value, size_t len)
{
	struct posix_acl *acl = posix_acl_from_xattr(&init_user_ns, value, len);
	umode_t mode = inode->i_mode;
	const char *fault = NULL;

	if (acl == ERR_PTR(-ENOMEM))
		return acl;
	if (IS_ERR_OR_NULL(acl) || posix_acl_valid(&init_user_ns, acl))
		fault = "malformed ACL";
	else if (type == ACL_TYPE_ACCESS &&
		 (posix_acl_equiv_mode(acl, &mode) < 0 ||
		  mode != inode->i_mode))
		fault = "ACL contradicts the mode";
	if (!fault)
		return acl;

	if (!IS_ERR(acl))
		posix_acl_release(acl);
	tarfs_err(inode->i_sb, "inode %u, attributes: %s",
		  tarfs_ino(inode), fault);
	return ERR_PTR(-EFSCORRUPTED);
}

/* get the value of an ACL that the inode has a flag for; return its length */
static int tarfs_read_acl(struct inode *inode, int prefix, void *value,
			  size_t size)
{
	int len = tarfs_xattr_get(inode, prefix, "", value, size);

	if (len != -ENODATA && len != -ERANGE)
		return len;
	tarfs_err(inode->i_sb, "inode %u, attributes: no ACL as its flag says",
		  tarfs_ino(inode));
	return -EFSCORRUPTED;
}

/* get the ACL of @type, ACL_TYPE_ACCESS or ACL_TYPE_DEFAULT; NULL if none */
struct posix_acl *tarfs_get_acl(struct inode *inode, int type, bool rcu)
{
	int prefix = type == ACL_TYPE_ACCESS ? TARFS2_XATTR_ACL_ACCESS :
					       TARFS2_XATTR_ACL_DEFAULT;
	struct posix_acl *acl;
	void *value;
	int len;

	if (rcu)
		return ERR_PTR(-ECHILD);
	if (!(TARFS_I(inode)->flags & tarfs2_xattr_flag(prefix)))
		return NULL;
	len = tarfs_read_acl(inode, prefix, NULL, 0);
	if (len < 0)
		return ERR_PTR(len);
	value = kmalloc(len, GFP_KERNEL);
	if (!value)
		return ERR_PTR(-ENOMEM);
	len = tarfs_read_acl(inode, prefix, value, len);
	if (len < 0)
		acl = ERR_PTR(len);
	else
		acl = tarfs_parse_acl(inode, type, value, len);
	kfree(value);
	return acl;
}

const struct inode_operations tarfs_file_inode_operations = {
	.listxattr	= tarfs_listxattr,
	.get_inode_acl	= tarfs_get_acl,
	.fiemap		= tarfs_fiemap,
};

const struct inode_operations tarfs_special_inode_operations = {
	.listxattr	= tarfs_listxattr,
	.get_inode_acl	= tarfs_get_acl,
};
