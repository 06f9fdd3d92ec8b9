# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Claims on tarfs in a kernel's source: it can be configured, and builds without
# warnings, those of sparse included.
#
# The configurations enable only tarfs, so the dependencies in Kconfig must
# suffice.
#
# Sourced after common.sh and tap.sh.  The script sets tree, the source with tarfs
# in it; out and work, folders to write to; log, which is tap_log, too; and sparse.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck disable=SC2154 # the variables above
# shellcheck disable=SC2317 # the functions that ok() calls

# ARCH ARGUMENT...
kernel_make()
{
	make -C "$tree" O="$out" ARCH="$1" CHECK="$sparse" -j"$(nproc)" "${@:2}"
}

# ARCH VALUE LINE...: configure tarfs as VALUE, LINE..., and everything else
# off; fail on warnings of Kconfig
configure()
{
	printf '%s\n' CONFIG_EXPERT=y CONFIG_MISC_FILESYSTEMS=y \
		"CONFIG_TARFS_FS=$2" "${@:3}" > "$work/config"
	kernel_make "$1" -s KCONFIG_ALLCONFIG="$work/config" allnoconfig &&
		! grep -qi warning "$log"
}

# LINE...: does the configuration have these?
has()
{
	! printf '%s\n' "$@" | grep -vxFf "$out/.config"
}

# is tarfs absent from the configuration?
is_hidden()
{
	! grep TARFS "$out/.config"
}

# ARCH
builds()
{
	kernel_make "$1" -s prepare &&
		kernel_make "$1" "${strict[@]}" fs/tarfs/ && is_clean "$log"
}

# is there no 64-bit division? On 32 bits that needs libgcc, which the kernel
# lacks
divides()
{
	nm "$out"/fs/tarfs/*.o && ! grep -Eq ' U __u?(div|mod)' "$log"
}

check_configurations()
{
	ok 'it can be configured without block devices' \
		configure x86_64 y CONFIG_64BIT=y CONFIG_BLOCK=n
	ok 'there is no tarfs then' is_hidden

	ok 'it can be configured into the kernel' \
		configure x86_64 y CONFIG_64BIT=y CONFIG_BLOCK=y
	ok 'what it needs comes along' \
		has CONFIG_TARFS_FS=y CONFIG_FS_POSIX_ACL=y CONFIG_EXPORTFS=y
	ok 'it builds without a warning' builds x86_64

	ok 'it can be configured as a module' \
		configure x86_64 m CONFIG_64BIT=y CONFIG_BLOCK=y CONFIG_MODULES=y
	ok 'what it needs comes along' \
		has CONFIG_TARFS_FS=m CONFIG_FS_POSIX_ACL=y CONFIG_EXPORTFS=m
	ok 'it builds without a warning' builds x86_64

	ok 'it can be configured for 32 bits' configure i386 y CONFIG_BLOCK=y
	ok 'it builds without a warning' builds i386
	ok 'it does not divide as only libgcc can' divides
}
