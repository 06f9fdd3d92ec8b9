#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whom and what a container runs, from the configuration and the files of an
# image.
#
# Copyright (C) 2026 The tarfs authors
#
# usage: tarfs_image_process_test.sh BIN_DIR	TAP on standard output
# shellcheck disable=SC2016 # commands for eval, jq programs
# shellcheck source=oci_layout.sh
. "$(dirname "$0")/oci_layout.sh"

make_sample sample || exit 1

#
# What a process runs as, and how
#

# process LAYOUT-CHANGE WHAT WANTED: after a change of the configuration
process()
{
	copy changed && edit_config changed "$1" &&
		convert changed changed.out &&
		same "$(the_pod changed.out ".process$2")" "$3"
}

# bad_process CHANGE TEXT
bad_process()
{
	copy changed && edit_config changed "$1" && refuses "$2" changed
}

ok "a user by name has the group and groups of the image" \
	process '.config.User = "app"' .user \
	'{"uid":1000,"gid":1000,"additionalGids":[4]}'
ok "a user by number too" process '.config.User = "1000"' .user \
	'{"uid":1000,"gid":1000,"additionalGids":[4]}'
ok "a number without an entry has group 0" \
	process '.config.User = "77"' .user '{"uid":77,"gid":0}'
ok "user and group by number" process '.config.User = "5:6"' .user \
	'{"uid":5,"gid":6}'
ok "user and group by name" process '.config.User = "nobody:adm"' .user \
	'{"uid":65534,"gid":4}'
ok "the largest id" process '.config.User = "4294967294:1"' .user \
	'{"uid":4294967294,"gid":1}'
ok "an unknown user" bad_process '.config.User = "nemo"' \
	'user "nemo" is not in'
ok "an unknown group" bad_process '.config.User = "app:nemo"' \
	'group "nemo" is not in'
ok "an id that is too large" bad_process '.config.User = "4294967295"' \
	'user "4294967295" is not in'
ok "Entrypoint comes before Cmd" process \
	'.config.Entrypoint = ["/e", "1"] | .config.Cmd = ["c"]' .args \
	'["/e","1","c"]'
ok "nothing to run" bad_process 'del(.config.Cmd)' 'not what to run'
ok "an empty program" bad_process '.config.Cmd = ["", "x"]' 'not what to run'
ok "an argument that is no string" bad_process '.config.Cmd = ["/a", 1]' \
	'"Cmd"[1] is not a string'
ok "no WorkingDir is /" process 'del(.config.WorkingDir)' .cwd '"/"'
ok "a relative WorkingDir" bad_process '.config.WorkingDir = "a"' \
	'is not an absolute path'
ok "a WorkingDir that climbs" bad_process '.config.WorkingDir = "/a/.."' \
	'is not an absolute path'
ok "PATH has a default" process '.config.Env = ["A=b"]' .env \
	'["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","A=b"]'
ok "no Env is PATH" process 'del(.config.Env)' '.env | length' 1
ok "a variable without a name" bad_process '.config.Env = ["=b"]' \
	'is not NAME=VALUE'
ok "a variable without a value" bad_process '.config.Env = ["b"]' \
	'is not NAME=VALUE'
ok "text of any language and form comes through" process \
	'.config.Cmd = ["/a", "\"ä\n\\\u0001\ud83d\ude00"]' .args \
	"$(jq -nc '["/a", "\"ä\n\\\u0001\ud83d\ude00"]')"
ok "a pod spec of more than one block is padded" eval '
	process ".config.Cmd = [\"/a\", \"x\" * 9000]" ".args[1] | length" 9000 &&
	check_digest_file changed.out &&
	same "$(stat -c %s changed.out/pod.json)" 12288'
ok "a pod spec that is too large" \
	bad_process '.config.Cmd = ["/a", "x" * 1048576]' 'more than 1048576'

# accounts MEMBERS...: a copy of the sample with a third layer of these files
accounts()
{
	copy accounts && tar cf layer.tar -C tree "$@" &&
		add_layer accounts layer.tar && edit_config accounts "$user"
}

mkdir -p tree/etc
echo "app:x:5:6::/:/bin/sh" > tree/etc/passwd
echo "new:x:7:app" > tree/etc/group
user='.config.User = "app"'
ok "the topmost etc/passwd and etc/group count" eval '
	accounts etc/passwd etc/group && convert accounts accounts.out &&
	same "$(the_pod accounts.out .process.user)" \
		"{\"uid\":5,\"gid\":6,\"additionalGids\":[7]}" &&
	same "$(jq -r ".[2].passwd" accounts.out/layers-cache.json)" \
		"$(cat tree/etc/passwd)"'
ok "those with ./ in front count, but are not for the cache" eval '
	accounts ./etc/passwd && convert accounts accounts.out &&
	same "$(the_pod accounts.out .process.user)" \
		"{\"uid\":5,\"gid\":6,\"additionalGids\":[4]}" &&
	same "$(jq -r ".[2].passwd" accounts.out/layers-cache.json)" ""'
ok "an etc that is removed has no users" eval '
	: > tree/.wh.etc && accounts .wh.etc &&
	refuses "user \"app\" is not in the image" accounts'
ok "an opaque etc has no users of lower layers" eval '
	: > tree/etc/.wh..wh..opq && accounts etc/group etc/.wh..wh..opq &&
	refuses "user \"app\" is not in the image" accounts'
ok "an etc/passwd that is a link cannot be searched" eval '
	ln -sf group tree/etc/passwd && accounts etc/passwd &&
	refuses "etc/passwd is not a plain file; set it to UID:GID" accounts'
ok "with numbers it need not be" eval '
	user=".config.User = \"8:9\"" && accounts etc/passwd &&
	convert accounts accounts.out &&
	same "$(the_pod accounts.out .process.user)" "{\"uid\":8,\"gid\":9}"'
ok "an etc/passwd that is no text" eval '
	rm tree/etc/passwd && printf "a\\377" > tree/etc/passwd &&
	accounts etc/passwd && refuses "is not UTF-8 text" accounts'

finish
