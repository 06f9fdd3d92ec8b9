#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mounting, reading, stacking and unloading, with both formats.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"

make_images
programs mount_test file_test dir_test handle_test overlay_test module_test
cp "$images/base.1" "$images/base.2" "$payload/"
disks=()
lines=()
for format in 1 2; do
	disks+=("plain.$format=plain.$format" "base.$format=base.$format"
		"upper.$format=upper.$format" "data.$format=plain.$format.data")
	for test in mount file dir handle overlay; do
		lines+=("./${test}_test $format")
	done
done
guest "${disks[@]}" -- "${lines[@]}" ./module_test
