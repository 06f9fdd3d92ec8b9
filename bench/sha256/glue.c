// SPDX-License-Identifier: GPL-2.0
/*
 * SHA-256 with the processor's SHA instructions, in user-mode Linux.
 *
 * User-mode Linux builds none of the kernel's assembly for x86. With the
 * generic code, hashing would dominate all results on dm-verity, unlike in a
 * virtual machine.
 *
 * The vector registers need not be saved: those of user space belong to other
 * processes of the host, an interrupt is a signal of the host, and this kernel
 * is not preemptible.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <crypto/internal/hash.h>
#include <crypto/sha2.h>
#include <crypto/sha256_base.h>
#include <linux/module.h>

static_assert(!IS_ENABLED(CONFIG_PREEMPTION) && !IS_ENABLED(CONFIG_SMP));
static_assert(offsetof(struct sha256_state, state) == 0);

asmlinkage void sha256_ni_transform(struct sha256_state *state, const u8 *data,
				    int blocks);

static int sha256_ni_update(struct shash_desc *desc, const u8 *data,
			    unsigned int len)
{
	return sha256_base_do_update(desc, data, len, sha256_ni_transform);
}

static int sha256_ni_finup(struct shash_desc *desc, const u8 *data,
			   unsigned int len, u8 *out)
{
	if (len)
		sha256_base_do_update(desc, data, len, sha256_ni_transform);
	sha256_base_do_finalize(desc, sha256_ni_transform);
	return sha256_base_finish(desc, out);
}

static int sha256_ni_final(struct shash_desc *desc, u8 *out)
{
	return sha256_ni_finup(desc, NULL, 0, out);
}

static int sha256_ni_digest(struct shash_desc *desc, const u8 *data,
			    unsigned int len, u8 *out)
{
	return sha256_base_init(desc) ?:
	       sha256_ni_finup(desc, data, len, out);
}

static struct shash_alg sha256_ni_alg = {
	.digestsize	= SHA256_DIGEST_SIZE,
	.init		= sha256_base_init,
	.update		= sha256_ni_update,
	.final		= sha256_ni_final,
	.finup		= sha256_ni_finup,
	.digest		= sha256_ni_digest,
	.descsize	= sizeof(struct sha256_state),
	.base		= {
		.cra_name		= "sha256",
		.cra_driver_name	= "sha256-ni",
		.cra_priority		= 250,
		.cra_blocksize		= SHA256_BLOCK_SIZE,
		.cra_module		= THIS_MODULE,
	}
};

static int __init sha256_ni_init(void)
{
	return crypto_register_shash(&sha256_ni_alg);
}

static void __exit sha256_ni_exit(void)
{
	crypto_unregister_shash(&sha256_ni_alg);
}

module_init(sha256_ni_init);
module_exit(sha256_ni_exit);

MODULE_DESCRIPTION("SHA-256 with SHA instructions, for user-mode Linux");
MODULE_LICENSE("GPL");
MODULE_ALIAS_CRYPTO("sha256");
