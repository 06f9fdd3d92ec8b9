// SPDX-License-Identifier: GPL-2.0
/*
 * Warnings for the known faults of format 1.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "index1.h"

const struct warning_kind index1_bad_number = {
	.name = "bad-number",
	.text = "owners, groups or times that are no numbers are now 0",
};

const struct warning_kind index1_bad_root = {
	.name = "bad-root",
	.text = "the root is no directory: this image cannot be mounted",
};

const struct warning_kind index1_dropped_children = {
	.name = "dropped-children",
	.text = "directories or files that came again lost what was in them",
};

const struct warning_kind index1_garbled_name = {
	.name = "garbled-name",
	.text = "names are garbled: the target of a dropped symbolic link is in the way",
};

const struct warning_kind index1_garbled_target = {
	.name = "garbled-target",
	.text = "symbolic links have each other's targets",
};

const struct warning_kind index1_global_pax = {
	.name = "global-pax",
	.text = "global PAX headers are ignored",
};

const struct warning_kind index1_junk = {
	.name = "junk",
	.text = "data after the end of the archive are not looked at",
};

const struct warning_kind index1_lost_device = {
	.name = "lost-device",
	.text = "devices have other numbers",
};

const struct warning_kind index1_lost_directory = {
	.name = "lost-directory",
	.text = "directories of an old kind of tar are now files",
};

const struct warning_kind index1_lost_hard_link = {
	.name = "lost-hard-link",
	.text = "hard links are missing: what they lead to is not a file so far",
};

const struct warning_kind index1_lost_nanoseconds = {
	.name = "lost-nanoseconds",
	.text = "times have lost their fractions of a second",
};

const struct warning_kind index1_lost_opaque = {
	.name = "lost-opaque",
	.text = "directories that should hide those of lower layers do not",
};

const struct warning_kind index1_lost_owner = {
	.name = "lost-owner",
	.text = "files have other owners or groups",
};

const struct warning_kind index1_lost_special_bits = {
	.name = "lost-special-bits",
	.text = "files have lost setuid, setgid or sticky bits",
};

const struct warning_kind index1_lost_time = {
	.name = "lost-time",
	.text = "files have other times",
};

const struct warning_kind index1_lost_xattr = {
	.name = "lost-xattr",
	.text = "files have lost extended attributes or ACLs",
};

const struct warning_kind index1_misread_pax = {
	.name = "misread-pax",
	.text = "names, targets or sizes in PAX headers are misread",
};

const struct warning_kind index1_overwritten_link = {
	.name = "overwritten-link",
	.text = "members replace a file with all its hard links",
};

const struct warning_kind index1_skipped_name = {
	.name = "skipped-name",
	.text = "members are missing: their names lead out of the root",
};

const struct warning_kind index1_skipped_number = {
	.name = "skipped-number",
	.text = "members are missing: their modes or device numbers are no numbers",
};

const struct warning_kind index1_skipped_sparse = {
	.name = "skipped-sparse",
	.text = "sparse files are missing",
};

const struct warning_kind index1_skipped_target = {
	.name = "skipped-target",
	.text = "links are missing: they have no target",
};

const struct warning_kind index1_skipped_type = {
	.name = "skipped-type",
	.text = "members are missing: format 1 does not know their types",
};

const struct warning_kind index1_stored_sparse = {
	.name = "stored-sparse",
	.text = "sparse files look as they are stored",
};

const struct warning_kind index1_unreachable = {
	.name = "unreachable",
	.text = "files are out of reach: a directory above them is not in the tar",
};

const struct warning_kind index1_unusable_name = {
	.name = "unusable-name",
	.text = "names cannot be used: empty, over 255 bytes or with a NUL",
};

const struct warning_kind index1_unusable_target = {
	.name = "unusable-target",
	.text = "symbolic links cannot be followed: targets empty or over 4095 bytes",
};
