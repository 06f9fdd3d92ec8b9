# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Let apt in one script use suites of Debian that are newer than Debian 12: the
# kernels of trixie-backports, the source of forky's sparse, trixie's mkfs.erofs,
# and containerd of both.
#
# The configuration and the lists are below build/, so the machine's own apt is not
# affected.  The archive is the one that the machine is configured for,
# and Debian's keyring must have the suite's key.
#
# Sourced after common.sh.
#
# Copyright (C) 2026 The tarfs authors
# shellcheck disable=SC2154 # build, from common.sh

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# print the URI of the archive that this machine is configured for
archive()
{
	# shellcheck disable=SC2016 # for apt
	apt-get indextargets --format '$(REPO_URI)' \
		'Created-By: Packages' 'Label: Debian' | head -n 1
}

# DIR URI LINE...: a LINE is "deb" or "deb-src", a suite and its components
write_apt_conf()
{
	local dir=$1 uri=$2 kind rest line

	shift 2
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	for line; do
		read -r kind rest <<< "$line"
		echo "$kind [signed-by=$keyring] $uri $rest"
	done > "$dir/sources.list"
	cat > "$dir/apt.conf" <<-END
	Dir::State "$dir";
	Dir::Cache "$dir/cache";
	Dir::Etc::sourcelist "$dir/sources.list";
	Dir::Etc::sourceparts "-";
	END
}

# DIR LINE...: make apt use what the lines name, and only that, from here on
use_suites()
{
	local dir=$1 uri

	shift
	uri=$(archive)
	[ -n "$uri" ] || die "apt has no package lists of Debian's"
	mkdir -p "$dir"
	exec 8> "$dir/.lock"
	flock 8
	write_apt_conf "$dir" "$uri" "$@"
	export APT_CONFIG=$dir/apt.conf
	apt-get -q -o APT::Sandbox::User=root -o APT::Update::Error-Mode=any \
		update >&2 || die "cannot fetch the lists of newer suites"
	exec 8>&-
}

use_newer_suites()
{
	use_suites "$build/apt" 'deb trixie main' 'deb trixie-backports main' \
		'deb-src forky main'
}
