# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sourced by the test scripts: the kit, and copies of the sources to build
# elsewhere.
#
# Copyright (C) 2026 The tarfs authors

# shellcheck source=../../../scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"
# shellcheck source=../../tools/tests/kit/tap.sh
. "$top/tools/tests/kit/tap.sh"

# do not pass the options of an outer make to inner ones
unset MAKEFLAGS MAKELEVEL MFLAGS

# copy the sources to TREE, with links to the original's kernels
copy_sources()
{
	mkdir -p "$1/build/kernels"
	cp -R "$top"/{fs,guest,scripts,tools} "$top"/{Kbuild,VERSION} "$1/"
	ln -s "$kernels"/* "$1/build/kernels/"
}
