# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Functions that the scripts share. Sourced.
#
# Copyright (C) 2026 The tarfs authors

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$top/build
# shellcheck disable=SC2034 # for the scripts that source this
kernels=$build/kernels
# a third of an emulated boot is self tests of cryptography, two of which no other
# word omits, and the calibration of a delay loop; an emulated timer is late
# shellcheck disable=SC2034
quick_boot='no_timer_check cryptomgr.notests lpj=4000000'
quick_boot+=' initcall_blacklist=crypto_kdf108_init,jent_mod_init'
# an emulator calls a function for most vector instructions: SHA-256 without AVX is
# faster, and with it whatever is read from dm-verity
# shellcheck disable=SC2034
quick_cpu=max,avx=off,avx2=off,bmi1=off,bmi2=off

say()
{
	echo "${0##*/}: $*" >&2
}

die()
{
	say "$*"
	exit 1
}

# run a command as root, directly or through sudo
as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo > /dev/null; then
		sudo -n "$@"
	else
		die "needs root (or sudo) to run: $*"
	fi
}

# run apt-get as root, without questions
apt_get()
{
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y -o Dpkg::Use-Pty=0 "$@" < /dev/null
}

# fetch Debian's package lists, at most once in a run
apt_update()
{
	[ -z "${apt_updated-}" ] || return 0
	apt_updated=1
	say "fetching Debian's package lists"
	apt_get update >&2
}

# fetch packages into the current directory
apt_download()
{
	apt-get -q -o APT::Sandbox::User=root download "$@" >&2
}

# SERIES ARGUMENT...: unpack Debian's source of a kernel with these tar
# arguments
unpack_source()
{
	apt_download "linux-source-$1"
	dpkg-deb --fsys-tarfile "linux-source-$1_"*.deb |
		tar -xO "./usr/src/linux-source-$1.tar.xz" | tar -xJ "${@:2}"
	rm "linux-source-$1_"*.deb
}

# SERIES FOLDER: copy Debian's source of a kernel to build it in FOLDER, by hard
# links, as a build creates files but does not write to these
copy_source()
{
	local fetched

	fetched=$("$top/scripts/kernels/fetch-source" "$1")
	rm -rf "$2.new"
	cp -al "$fetched" "$2.new"
	mv -T "$2.new" "$2"
}

# FRAGMENT CONFIG: check that allnoconfig kept all of FRAGMENT in CONFIG
check_config()
{
	local lost

	lost=$(grep '^CONFIG_' "$1" | grep -vxFf "$2") || return 0
	die "the kernel's configuration does not have:" "${lost//$'\n'/ }"
}

# warn if the machine is busy, which distorts measurements
tell_load()
{
	local load cpus

	read -r load _ < /proc/loadavg
	cpus=$(nproc)
	if awk "BEGIN { exit !($load > $cpus / 2) }"; then
		say "the load is $load on $cpus processors: times will be blurred"
	fi
}

# kbuild's variables for all warnings, sparse's included
# shellcheck disable=SC2034
strict=(W=1 C=2 CF=-D__CHECK_ENDIAN__)

# LOG [FOLDER] of a strict build: is it without warnings, and did sparse check
# every file of FOLDER, or of fs/tarfs?
is_clean()
{
	local files=("${2-$top/fs/tarfs}"/*.c)

	! grep -Eq '(warning|error|WARNING|ERROR):' "$1" &&
		[ "$(grep -c '^  CHECK .*fs/tarfs/[^/]*\.c$' "$1")" -ge ${#files[@]} ]
}
