// SPDX-License-Identifier: GPL-2.0
/*
 * The known faults of format 1, as they are told to people.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "index1.h"

#define KIND(id, kind_name, kind_text)			\
	const struct warning_kind index1_##id = {	\
		.name = kind_name,			\
		.text = kind_text,			\
	}

KIND(dropped_children, "dropped-children",
     "directories or files that came again lost what was in them");
KIND(global_pax, "global-pax",
     "global PAX headers are ignored");
KIND(junk, "junk",
     "data after the end of the archive are not looked at");
KIND(lost_hard_link, "lost-hard-link",
     "hard links are missing: what they lead to is not a file so far");
KIND(lost_opaque, "lost-opaque",
     "directories that should hide those of lower layers do not");
KIND(overwritten_link, "overwritten-link",
     "members replace a file with all its hard links");
KIND(skipped_name, "skipped-name",
     "members are missing: their names lead out of the root");
KIND(skipped_number, "skipped-number",
     "members are missing: their modes or device numbers are no numbers");
KIND(skipped_sparse, "skipped-sparse",
     "sparse files are missing");
KIND(skipped_target, "skipped-target",
     "links are missing: they have no target");
KIND(skipped_type, "skipped-type",
     "members are missing: format 1 does not know their types");

KIND(bad_number, "bad-number",
     "owners, groups or times that are no numbers are now 0");
KIND(bad_root, "bad-root",
     "the root is no directory: this image cannot be mounted");
KIND(garbled_name, "garbled-name",
     "names are garbled: the target of a dropped symbolic link is in the way");
KIND(garbled_target, "garbled-target",
     "symbolic links have each other's targets");
KIND(lost_device, "lost-device",
     "devices have other numbers");
KIND(lost_directory, "lost-directory",
     "directories of an old kind of tar are now files");
KIND(lost_nanoseconds, "lost-nanoseconds",
     "times have lost their fractions of a second");
KIND(lost_owner, "lost-owner",
     "files have other owners or groups");
KIND(lost_special_bits, "lost-special-bits",
     "files have lost setuid, setgid or sticky bits");
KIND(lost_time, "lost-time",
     "files have other times");
KIND(lost_xattr, "lost-xattr",
     "files have lost extended attributes or ACLs");
KIND(misread_pax, "misread-pax",
     "names, targets or sizes in PAX headers are misread");
KIND(stored_sparse, "stored-sparse",
     "sparse files look as they are stored");
KIND(unreachable, "unreachable",
     "files are out of reach: a directory above them is not in the tar");
KIND(unusable_name, "unusable-name",
     "names cannot be used: empty, over 255 bytes or with a NUL");
KIND(unusable_target, "unusable-target",
     "symbolic links cannot be followed: targets empty or over 4095 bytes");
