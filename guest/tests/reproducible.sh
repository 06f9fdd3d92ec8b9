#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Test that what a guest is launched with is the same when it is built, module
# included, somewhere else, and that it is not built if a step fails.
# TAP on standard output.
#
# Copyright (C) 2026 The tarfs authors
set -eu -o pipefail
shopt -s inherit_errexit
# shellcheck source=testing.sh
. "$(dirname "$0")/testing.sh"

# run scripts/uvm in the tree at TREE; print the folder of its output
build_uvm()
{
	local tree=$1

	KERNEL=$release MAKEFLAGS=-j2 \
		FIRMWARE=$top/tools/snp-measure/tests/firmware/ovmf_AmdSev_suffix.bin \
		POD=sha256:$(sha256sum < /dev/null | cut -d ' ' -f 1) \
		"$tree/scripts/uvm" >&2
	echo "$tree/build/uvm"
}

# does root own every member of the archive, and is its year 1970?
# shellcheck disable=SC2317 # called by ok
neutral()
{
	zstd -dcq "$1/initramfs.img" > "$work/archive"
	cpio -itv --numeric-uid-gid < "$work/archive" 2> /dev/null |
		awk '$3 != 0 || $4 != 0 || $8 != 1970 { print; bad = 1 }
			END { exit bad || NR < 20 }'
}

# is nothing staged if modinfo fails?
# shellcheck disable=SC2317 # called by ok
needs_modinfo()
{
	mkdir "$work/bin"
	ln -s /bin/false "$work/bin/modinfo"
	! PATH=$work/bin:$PATH "$top/guest/stage" "$work/root" \
		"$kernels/$release/lib/modules/$release" \
		"$work/a/build/$release/tarfs.ko"
}

release=$("$top/scripts/kernels/fetch-kernel" 6.1)
work=$(mktemp -d)
tap_log=$work/output
trap 'rm -rf "$work"' EXIT

copy_sources "$work/a"
first=$(build_uvm "$work/a")
copy_sources "$work/in/another/place"
find "$work/in" -type f -exec touch -d 2001-02-03 {} +
second=$(umask 077 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 \
	build_uvm "$work/in/another/place")
ok "built anew elsewhere, at another time, all files have the same bytes" \
	diff -r "$first" "$second"
ok "they are the four that should be there" \
	diff <(ls "$first") <(printf '%s\n' cmdline initramfs.img \
		measurement.json vmlinuz)
ok "without knowing what modules need it is not made" needs_modinfo
ok "its members are root's and have no date" neutral "$first"
tap_done
