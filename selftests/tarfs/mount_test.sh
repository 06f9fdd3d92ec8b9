#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mounting, reading, stacking and unloading with both formats, and the features
# that only format 2 has.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"

make_images
programs mount_test file_test dir_test handle_test overlay_test layers_test \
	exec_test acl_test xattr_test stat_test idmap_test race_test module_test
cp "$images/base.1" "$images/base.2" "$images/bulk.2.layout" "$payload/"
disks=()
lines=()
for format in 1 2; do
	disks+=("plain.$format=plain.$format" "base.$format=base.$format"
		"upper.$format=upper.$format" "data.$format=plain.$format.data")
	for test in mount file dir handle overlay; do
		lines+=("./${test}_test $format")
	done
done
guest "${disks[@]}" features.2=features.2.data attrs.2=attrs.2 bulk.2=bulk.2 -- \
	"${lines[@]}" ./layers_test ./exec_test ./acl_test ./xattr_test \
	./stat_test ./idmap_test "./race_test 4" ./module_test
