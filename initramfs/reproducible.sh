#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Is the initramfs the same if it is built, module and all, somewhere else, and
# not built at all if something fails?
# TAP on standard output.
#
# Copyright (C) 2026 The tarfs authors
set -eu -o pipefail
shopt -s inherit_errexit
# shellcheck source=testing.sh
. "$(dirname "$0")/testing.sh"

# the module and the initramfs of the tree at TREE; prints the latter's name
build_image()
{
	local tree=$1

	"$tree/scripts/build-module" "$kernels/$release/headers" >&2
	make -j2 -C "$tree/initramfs" KERNEL="$release" >&2
	echo "$tree/build/$release/initramfs.img"
}

# is every member of the archive root's, of the year 1970?
# shellcheck disable=SC2317 # called by ok
neutral()
{
	zstd -dcq "$1" > "$work/archive"
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
	! PATH=$work/bin:$PATH "$top/initramfs/stage" "$work/root" \
		"$kernels/$release/lib/modules/$release" \
		"$work/a/build/$release/tarfs.ko"
}

release=$("$top/scripts/fetch-kernel" 6.1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

copy_sources "$work/a"
first=$(build_image "$work/a")
copy_sources "$work/in/another/place"
find "$work/in" -type f -exec touch -d 2001-02-03 {} +
second=$(umask 077 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 \
	build_image "$work/in/another/place")
ok "built anew elsewhere, at another time, it is the same bytes" \
	cmp "$first" "$second"
ok "without knowing what modules need it is not made" needs_modinfo
ok "its members are root's and have no date" neutral "$first"
tap_done
