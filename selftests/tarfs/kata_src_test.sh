#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The driver as two files, built and installed as Kata's node builder does it,
# serves the same trees.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck disable=SC2317 # the functions that ok() calls
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"
# shellcheck source=../../tools/tests/kit/tap.sh
. "$top/tools/tests/kit/tap.sh"

make_images
programs tree_test
cp "$images"/{plain.1,rich.2}.manifest "$payload/"
work=$(mktemp -d)
trap 'rm -rf "$payload" "$work"' EXIT
src=$work/tarfs
root=$work/root
# shellcheck disable=SC2034 # for ok()
tap_log=$work/log

kata_make()
{
	make -C "$src" KDIR="$kernels/$release/headers" \
		CONFIG_DEBUG_INFO_BTF_MODULES= "$@"
}

has_exactly()
{
	[ "$(cd "$src" && find . -type f | sort | xargs)" = "$*" ]
}

builds_without_a_warning()
{
	kata_make W=1 2>&1 | tee "$work/said" && ! grep -qi warning "$work/said"
}

installs()
{
	kata_make KVER="$release" INSTALL_MOD_PATH="$root" install &&
		grep -q '/tarfs\.ko[.a-z]*:' "$root/lib/modules/$release/modules.dep"
}

ok "two files are written" "$top/scripts/kata-src" "$src"
ok "... and no other" has_exactly ./Makefile ./tarfs.c
ok "they build without a warning" builds_without_a_warning
ok "the module is installed, and depmod knows it" installs
cp "$src/tarfs.ko" "$work/built.ko"
ok "what was built is removed" kata_make clean
ok "... and nothing else" has_exactly ./Makefile ./tarfs.c
tap_done

# shellcheck disable=SC2034 # for guest()
module=$work/built.ko
guest plain.1=plain.1 rich.2=rich.2 -- \
	"./tree_test plain.1" "./tree_test rich.2"
