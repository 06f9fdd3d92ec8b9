#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the guest: which mounts of mount.tar the driver serves, and which it serves
# itself.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck disable=SC2317 # the functions that ok() calls

disk=/dev/disk/plain.2
root=$(awk '$1 == "plain.2" { print $2 }' roots)
count=0
status=0

mount_tar()
{
	./lib/ld-linux-x86-64.so.2 --library-path lib ./mount.tar "$@" > said 2>&1
}

# TYPE: the options of /mnt, if that is mounted by TYPE, between commas
options()
{
	awk -v type="$1" '$2 == "/mnt" && $3 == type { print "," $4 "," }' /proc/mounts
}

# mounts TYPE SOURCE OPTIONS WORD...: is mounted by TYPE, and has each WORD
mounts()
{
	mount_tar "$2" /mnt -o "$3" || return
	found=$(options "$1")
	umount /mnt || return
	shift 3
	for word; do
		case $found in
		*,"$word",*) ;;
		*) echo "$word is not in $found" > said; return 1 ;;
		esac
	done
}

is_refused()
{
	! mount_tar /dev/loop0 /mnt && [ -z "$(options tar)$(options fuse.mount.tar)" ] &&
		grep -q 'the kernel cannot mount' said
}

checks_only()
{
	mount_tar -f "$disk" /mnt && [ -z "$(options tar)$(options fuse.mount.tar)" ]
}

ok()
{
	claim=$1
	shift
	count=$((count + 1))
	if "$@"; then
		echo "ok $count - $claim"
	else
		echo "not ok $count - $claim"
		sed 's/^/# /' said
		status=1
	fi
}

ok "a disk is mounted by the driver, read-only" mounts tar "$disk" rw ro
ok "... with the options of mount(8)" mounts tar "$disk" \
	nosuid,nodev,noexec,noatime,sync ro nosuid nodev noexec noatime sync
ok "... all of them" mounts tar "$disk" \
	nodiratime,strictatime,lazytime,nosymfollow,silent ro nodiratime nosymfollow
mount_tar "$disk" /mnt
ok "a remount goes to the driver" mounts tar "$disk" remount,noexec,nodev \
	ro noexec nodev
mount_tar -v "$disk" /mnt
ok "-v says so" grep -q "by the kernel's driver" said
umount /mnt
ok "what the driver refuses is refused" is_refused
ok "verify= is not left to the driver" mounts fuse.mount.tar "$disk" \
	"verify=$root" ro
ok "... nor are the other options of mount.tar" mounts fuse.mount.tar "$disk" \
	threads=2 ro
ok "a file is not left to it either" mounts fuse.mount.tar file rw ro
ok "-f mounts nothing" checks_only
echo "1..$count"
exit $status
