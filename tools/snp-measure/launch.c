// SPDX-License-Identifier: GPL-2.0
/*
 * Compute the launch digest: a chain of hashes over the initial pages of the
 * guest, in the order in which QEMU passes them to the AMD secure processor.
 *
 * The link of the chain is PAGE_INFO in "SEV Secure Nested Paging Firmware ABI
 * Specification", AMD publication 56860, section 8.17 (SNP_LAUNCH_UPDATE).  The
 * order is that of sev_snp_launch_finish() in QEMU, target/i386/sev.c, and of
 * snp_launch_update_vmsa() in Linux, arch/x86/kvm/svm/sev.c.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "measure.h"

/* PAGE_TYPE of SNP_LAUNCH_UPDATE */
enum page_type {
	PAGE_NORMAL = 1,
	PAGE_VMSA = 2,
	PAGE_ZERO = 3,
	PAGE_SECRETS = 5,
	PAGE_CPUID = 6,
};

/* offsets in PAGE_INFO */
#define DIGEST_CUR	0x00
#define CONTENTS	0x30
#define LENGTH		0x60
#define PAGE_TYPE	0x62
#define GPA		0x68
#define PAGE_INFO_SIZE	0x70

/* pages of processor state have no address; this one is measured */
#define VMSA_GPA	0xfffffffff000

/*
 * Extend the digest by a page.  @contents is NULL if the type implies them, or
 * if the secure processor fills the page.  The permissions of the other
 * privilege levels, behind the type, are zero.
 */
static int extend(uint8_t digest[SHA384_SIZE], enum page_type type,
		  uint64_t gpa, const uint8_t *contents, struct error *e)
{
	uint8_t info[PAGE_INFO_SIZE] = {};
	int err = 0;

	memcpy(info + DIGEST_CUR, digest, SHA384_SIZE);
	if (contents)
		err = sha384_buffer(contents, SNP_PAGE_SIZE, info + CONTENTS, e);
	if (err)
		return err;
	put_le(info + LENGTH, PAGE_INFO_SIZE, 2);
	info[PAGE_TYPE] = type;
	put_le(info + GPA, gpa, 8);
	return sha384_buffer(info, sizeof(info), digest, e);
}

/* Add all pages of the firmware, which ends at 4 GiB. */
static int add_firmware(uint8_t *digest, const struct firmware *fw,
			struct error *e)
{
	uint64_t gpa = (UINT64_C(1) << 32) - fw->size;
	size_t offset;
	int err = 0;

	for (offset = 0; offset < fw->size && !err; offset += SNP_PAGE_SIZE)
		err = extend(digest, PAGE_NORMAL, gpa + offset,
			     fw->data + offset, e);
	return err;
}

/* Add the page of kernel hashes; the firmware must expect it there. */
static int add_hashes(uint8_t *digest, const struct firmware *fw,
		      const struct section *s,
		      const struct kernel_hashes *kernel, struct error *e)
{
	uint8_t page[SNP_PAGE_SIZE];
	int err;

	if (fw->hashes < s->base || fw->hashes - s->base >= s->size)
		return error_set(e, -EINVAL,
				 "the firmware looks for kernel hashes at 0x%"
				 PRIx32 ", and not in their page at 0x%" PRIx32,
				 fw->hashes, s->base);
	err = hashes_page(kernel, fw->hashes - s->base, page, e);
	return err ? err : extend(digest, PAGE_NORMAL, s->base, page, e);
}

static int add_section(uint8_t *digest, const struct firmware *fw,
		       const struct section *s,
		       const struct kernel_hashes *kernel, struct error *e)
{
	uint32_t offset;
	int err = 0;

	switch (s->type) {
	case SECTION_SECRETS:
		return extend(digest, PAGE_SECRETS, s->base, NULL, e);
	case SECTION_CPUID:
		return extend(digest, PAGE_CPUID, s->base, NULL, e);
	case SECTION_KERNEL_HASHES:
		if (kernel)
			return add_hashes(digest, fw, s, kernel, e);
		break;
	default:
		break;
	}
	for (offset = 0; offset < s->size && !err; offset += SNP_PAGE_SIZE)
		err = extend(digest, PAGE_ZERO, (uint64_t)s->base + offset,
			     NULL, e);
	return err;
}

static int add_sections(uint8_t *digest, const struct firmware *fw,
			const struct kernel_hashes *kernel, struct error *e)
{
	size_t i, tables = 0;
	int err = 0;

	for (i = 0; i < fw->section_count && !err; i++) {
		tables += fw->sections[i].type == SECTION_KERNEL_HASHES;
		err = add_section(digest, fw, &fw->sections[i], kernel, e);
	}
	if (!err && kernel && tables != 1)
		err = error_set(e, -EINVAL,
				"the firmware has %zu pages for kernel hashes in place of one: a kernel that it starts is not measured; use OVMF built for AMD SEV (AmdSevX64)",
				tables);
	return err;
}

static int add_processors(uint8_t *digest, const struct firmware *fw,
			  const struct machine *m, struct error *e)
{
	uint8_t page[SNP_PAGE_SIZE];
	unsigned int i;
	int err = 0;

	vmsa_page(m, FIRST_RESET, page);
	for (i = 0; i < m->vcpus && !err; i++) {
		if (i == 1)
			vmsa_page(m, fw->ap_reset, page);
		err = extend(digest, PAGE_VMSA, VMSA_GPA, page, e);
	}
	return err;
}

int launch_digest(const struct firmware *fw, const struct machine *m,
		  const struct kernel_hashes *kernel,
		  uint8_t digest[SHA384_SIZE], struct error *e)
{
	int err;

	memset(digest, 0, SHA384_SIZE);
	err = add_firmware(digest, fw, e);
	if (!err)
		err = add_sections(digest, fw, kernel, e);
	return err ? err : add_processors(digest, fw, m, e);
}
