# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the test scripts: the kit, and copies of the sources to build elsewhere.
#
# Copyright (C) 2026 The tarfs authors

# shellcheck source=../../../scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"
# shellcheck source=../../tools/tests/kit/tap.sh
. "$top/tools/tests/kit/tap.sh"

# what a make above this one says is not for the makes below
unset MAKEFLAGS MAKELEVEL MFLAGS

# a copy of the sources at TREE, with the kernels of the original
copy_sources()
{
	mkdir -p "$1/build/kernels"
	cp -R "$top"/{fs,guest,scripts,tools} "$top"/{Kbuild,VERSION} "$1/"
	ln -s "$kernels"/* "$1/build/kernels/"
}
