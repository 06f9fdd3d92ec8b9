# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the test scripts: TAP, and copies of the sources to build elsewhere.
#
# Copyright (C) 2026 The tarfs authors

# shellcheck source=../scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/common.sh"

# what a make above this one says is not for the makes below
unset MAKEFLAGS MAKELEVEL MFLAGS

count=0
failed=0

# ok CLAIM COMMAND...: the claim holds if the command succeeds
ok()
{
	local claim=$1 not=

	shift
	"$@" >&2 || { not="not "; failed=1; }
	count=$((count + 1))
	echo "${not}ok $count - $claim"
}

tap_done()
{
	echo "1..$count"
	exit $failed
}

# a copy of the sources at TREE, with the kernels of the original
copy_sources()
{
	mkdir -p "$1/build/kernels"
	cp -R "$top"/{fs,initramfs,scripts,tools} "$top"/{Kbuild,VERSION} "$1/"
	ln -s "$kernels"/* "$1/build/kernels/"
}
