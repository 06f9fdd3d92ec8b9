#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The process of a container and its user come from the configuration, the files
# and the options of an image.
#
# Copyright (C) 2026 The tarfs authors
#
# usage: tarfs_image_process_test.sh BIN_DIR	TAP on standard output
# shellcheck disable=SC2016 # commands for eval, jq programs
# shellcheck source=oci_layout.sh
. "$(dirname "$0")/oci_layout.sh"

make_sample sample || exit 1

#
# User, arguments, environment
#

# process CHANGE WHAT WANTED: is this the process after a change of the config?
process()
{
	copy changed && edit_config changed "$1" &&
		convert changed changed.out &&
		same "$(the_pod changed.out ".process$2")" "$3"
}

# bad_process CHANGE TEXT: is the changed configuration refused, with TEXT?
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
ok "nothing to run" bad_process 'del(.config.Cmd)' 'has neither "Entrypoint" nor "Cmd"'
ok "an empty program" bad_process '.config.Cmd = ["", "x"]' 'has neither "Entrypoint" nor "Cmd"'
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

# accounts MEMBER...: copy the sample, with a third layer of these files
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
	refuses "etc/passwd is not a plain file of up to 1048576 bytes; give UID:GID by --user" accounts'
ok "with numbers it need not be" eval '
	user=".config.User = \"8:9\"" && accounts etc/passwd &&
	convert accounts accounts.out &&
	same "$(the_pod accounts.out .process.user)" "{\"uid\":8,\"gid\":9}"'
ok "an etc/passwd that is not UTF-8 is looked up all the same" eval '
	rm tree/etc/passwd && user=".config.User = \"app\"" &&
	printf "root:x:0:0:Ren\\351 \\303\\251 \\000:/:\napp:x:5:6:\\377::\n" > tree/etc/passwd &&
	accounts etc/passwd && convert accounts accounts.out &&
	same "$(the_pod accounts.out .process.user)" \
		"{\"uid\":5,\"gid\":6,\"additionalGids\":[4]}"'
ok "... and the cache has U+FFFD in place of what is not" eval '
	same "$(jq ".[2].passwd" accounts.out/layers-cache.json)" \
		"\"root:x:0:0:Ren\\ufffd é \\ufffd:/:\\napp:x:5:6:\\ufffd::\\n\"" ||
	same "$(jq -r ".[2].passwd" accounts.out/layers-cache.json)" \
		"$(printf "root:x:0:0:Ren\\357\\277\\275 é \\357\\277\\275:/:\napp:x:5:6:\\357\\277\\275::")"'
ok "a large etc/passwd does not matter to numbers" eval '
	truncate -s 1048577 tree/etc/passwd && user=".config.User = \"8:9\"" &&
	accounts etc/passwd && convert accounts accounts.out &&
	same "$(the_pod accounts.out .process.user)" "{\"uid\":8,\"gid\":9}" &&
	user=".config.User = \"\"" && accounts etc/passwd &&
	convert accounts accounts.out &&
	same "$(the_pod accounts.out .process.user)" "{\"uid\":0,\"gid\":0}"'
ok "but a name cannot be found in it" eval '
	user=".config.User = \"app\"" && accounts etc/passwd &&
	refuses "not a plain file of up to 1048576 bytes" accounts'
ok "--user takes the place of a name that cannot be found" eval '
	convert accounts accounts.out --user=3:4 &&
	same "$(the_pod accounts.out .process.user)" "{\"uid\":3,\"gid\":4}"'

#
# Options
#

# the_process PROGRAM WANTED [OPTION...]: is this the process with these
# options?
the_process()
{
	local program=$1 wanted=$2

	shift 2
	convert sample changed "$@" &&
		same "$(the_pod changed ".process | $program")" "$wanted" &&
		tarfs-image verify -q sample changed "$@"
}

ok "--cmd takes the place of the command" \
	the_process .args '["/a","b c",""]' --cmd=/a "--cmd=b c" --cmd=
ok "--entrypoint drops the command, which was for another one" \
	the_process .args '["/x"]' --entrypoint=/x
ok "both together" \
	the_process .args '["/x","y"]' --cmd=y --entrypoint=/x
ok "an empty entry point is none" \
	the_process .args '["/a"]' --entrypoint= --cmd=/a
ok "--workdir" the_process .cwd '"/srv"' --workdir=/srv
ok "--workdir is checked as the image's is" \
	refuses 'is not an absolute path without ".."' sample --workdir=a
ok "--env adds a variable, and takes the place of one" eval '
	edit() { edit_config env ".config.Env = [\"A=1\", \"AB=2\", \"PATH=/bin\"]"; } &&
	copy env && edit && convert env changed --env=A=3 --env=C= --env=C=4 &&
	same "$(the_pod changed .process.env)" \
		"[\"A=3\",\"AB=2\",\"PATH=/bin\",\"C=4\"]"'
ok "--env needs a name and a value" eval '
	exits 2 tarfs-image convert --env=A sample changed 2> said &&
	grep -q "must be NAME=VALUE, not .A." said &&
	exits 2 tarfs-image convert --env==A sample changed'
ok "verify sees that an option was left out" \
	exits 1 tarfs-image verify -q sample changed
ok "an image that does not say what to run" eval '
	copy silent && edit_config silent "del(.config)" &&
	refuses "give it by --entrypoint or --cmd" silent &&
	convert silent changed --cmd=/a &&
	same "$(the_pod changed .process.args)" "[\"/a\"]"'
ok "words that are not UTF-8" eval '
	exits 2 tarfs-image convert --cmd="$(printf "\\377")" sample changed'

tap_done
