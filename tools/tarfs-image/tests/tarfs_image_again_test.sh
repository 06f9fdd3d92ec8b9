#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tarfs-image reuses the valid results of earlier runs and no others, runs in
# parallel without races, and its "verify" finds every difference.
#
# Copyright (C) 2026 The tarfs authors
#
# usage: tarfs_image_again_test.sh BIN_DIR	TAP on standard output
# shellcheck disable=SC2016 # commands for eval, jq programs
# shellcheck source=oci_layout.sh
. "$(dirname "$0")/oci_layout.sh"

make_sample sample || exit 1
convert sample out || exit 1

# fresh: make "made" a copy of the first result
fresh()
{
	rm -rf made
	cp -r out made
}

# image OUTDIR NUMBER [OF]: print the path of a layer image, by its number in OF
# or "out", from 1 for the lowest
image()
{
	local names

	names=$(jq -r '.containers[0].storages[:-1] | reverse |
		.[].mount_point | sub(".*/"; "")' "${3-out}"/pod.json)
	echo "$1/layers/$(sed -n "$2p" <<< "$names")"
}

inodes() { stat -c '%i %Y' "$1"/layers/*; }

#
# Existing layer images
#

ok "layer images that are right stay" eval '
	fresh && before=$(inodes made) && tarfs-image convert -q sample made &&
	same "$(inodes made)" "$before" && diff -r made out'
ok "--verbose says so" eval '
	tarfs-image convert -v sample made > said &&
	same "$(grep -c "was there already" said)" 2'
ok "--quiet does not" eval '
	tarfs-image convert -q sample made > said 2>&1 && [ ! -s said ]'
ok "they stay in another run of the same layers" eval '
	copy retagged && edit_config retagged ".config.Cmd = [\"/bin/ls\"]" &&
	before=$(inodes made) && tarfs-image convert -q retagged made &&
	same "$(inodes made)" "$before" &&
	same "$(the_pod made ".process.args")" "[\"/bin/ls\"]"'
ok "--force makes them anew" eval '
	fresh && before=$(inodes made) &&
	tarfs-image convert -q --force sample made &&
	[ "$(inodes made)" != "$before" ] && diff -r made out'
ok "another format makes them anew, and back" eval '
	convert sample out1 --format=1 && fresh &&
	tarfs-image convert -q --format=1 sample made && diff -r made out1 &&
	tarfs-image convert -q sample made && diff -r made out'

# Owners from PAX records.  The layers of "sample" have none, and yet a root
# hash with the option does not count without it.
ok "--pax-ids is what mktarfs makes with it" eval '
	copy ids && : > owned && tar --format=posix --owner=:3000000000 \
		-cf ids.tar owned && add_layer ids ids.tar &&
	convert ids headers --format=1 &&
	convert ids records --format=1 --pax-ids &&
	mktarfs -q --format=1 --pax-ids ids.tar ids.img &&
	cmp ids.img "$(image records 3 records)" &&
	! cmp -s ids.img "$(image headers 3 records)"'
ok "... and is for format 1 alone" eval '
	exits 2 tarfs-image convert --pax-ids ids made 2> errors &&
	grep -q -- "--pax-ids is for --format=1" errors &&
	exits 2 tarfs-image verify --pax-ids --format=2 ids made'
ok "layer images with such owners stay" eval '
	before=$(inodes records) &&
	tarfs-image convert -q --format=1 --pax-ids ids records &&
	same "$(inodes records)" "$before"'
ok "those with and without are never taken for each other" eval '
	fresh && cp -a records was && tarfs-image convert -q --format=1 ids was &&
	diff -r was headers &&
	tarfs-image convert -q --format=1 --pax-ids ids was && diff -r was records &&
	before=$(inodes out1) && cp -a out1 same1 &&
	tarfs-image convert -q --format=1 --pax-ids sample same1 &&
	[ "$(inodes same1)" != "$before" ] && diff -r same1/layers out1/layers'
ok "they are verified with the same option" eval '
	tarfs-image verify --format=1 --pax-ids ids records &&
	exits 1 tarfs-image verify --format=1 ids records &&
	exits 1 tarfs-image verify --format=1 --pax-ids ids headers'

# remade COMMAND...: does a new run undo what the command does to "made"?
remade()
{
	fresh
	"$@" && ! diff -r made out > /dev/null &&
		tarfs-image convert -q sample made && diff -r made out
}

set_byte() { printf '\001' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
size() { stat -c %s "$1"; }
edit_cache() { jq "$1" out/layers-cache.json > made/layers-cache.json; }

for n in 1 2; do
	this=$(image made $n)
	ok "layer $n: damaged data" remade flip_middle "$this"
	ok "layer $n: a damaged trailer" remade \
		set_byte "$this" $(($(size "$(image out $n)") - 100))
	ok "layer $n: a byte before the trailer" remade \
		set_byte "$this" $(($(size "$(image out $n)") - 4000))
	ok "layer $n: cut short" remade truncate -s -4096 "$this"
	ok "layer $n: too long" remade truncate -s +4096 "$this"
	ok "layer $n: empty" remade truncate -s 0 "$this"
	ok "layer $n: missing" remade rm "$this"
done
ok "the other layer's image under this name" \
	remade cp "$(image out 2)" "$(image made 1)"
ok "an entry of the layer cache is missing" eval '
	fresh && edit_cache "del(.[0])" && before=$(inodes made) &&
	tarfs-image convert -q sample made && [ "$(inodes made)" != "$before" ] &&
	diff -r made/layers out/layers &&
	diff <(jq -S "sort_by(.diff_id)" made/layers-cache.json) \
		<(jq -S "sort_by(.diff_id)" out/layers-cache.json)'
ok "a wrong root hash in the layer cache" \
	remade edit_cache '.[0].verity_hash = .[1].verity_hash'
ok "no root hash in the layer cache" remade edit_cache '.[1].verity_hash = "?"'

#
# The layer cache
#

ok "entries of others stay" eval '
	fresh && edit_cache "[{ diff_id: \"sha256:x\", verity_hash: \"y\" }, 5] +
		." && cp made/layers-cache.json before &&
	tarfs-image convert -q sample made &&
	same "$(jq -c . made/layers-cache.json)" "$(jq -c . before)"'
ok "what else is in an entry stays" eval '
	fresh && edit_cache ".[0] += { more: [1] }" &&
	cp made/layers-cache.json before && tarfs-image convert -q sample made &&
	cmp before made/layers-cache.json'
ok "a layer cache that is none is not overwritten" eval '
	fresh && echo "{}" > made/layers-cache.json &&
	exits 1 tarfs-image convert -q sample made 2> errors; cat errors &&
	grep -q "made/layers-cache.json is no layer cache: is not an array" errors &&
	same "$(cat made/layers-cache.json)" "{}" && [ ! -e made/pod.sha256 ]'

# parallel COUNT: convert as many images, each with a layer of its own, into one
# directory at the same time
parallel()
{
	local n pids=()

	rm -rf shared
	for ((n = 0; n < $1; n++)); do
		echo $n > own
		copy image$n && tar cf layer.tar own && add_layer image$n layer.tar ||
			return
	done
	for ((n = 0; n < $1; n++)); do
		tarfs-image convert -q image$n shared &
		pids+=($!)
	done
	for n in "${pids[@]}"; do
		wait "$n" || return
	done
}

ok "eight runs at a time into one directory" parallel 8
ok "no layer is missing in the layer cache" eval '
	same "$(jq -r ".[].diff_id" shared/layers-cache.json | sort)" \
		"$(for n in 0 1 2 3 4 5 6 7; do
			jq -r ".rootfs.diff_ids[]" "$(config_of image$n)"
		done | sort -u)"'
ok "the pod spec and its digest are of one run" check_digest_file shared
ok "all layer images are there, and nothing else" eval '
	same "$(find shared -type f | wc -l)" 13'
ok "each of the images can be made from it" eval '
	for n in 0 7; do
		before=$(inodes shared) &&
		tarfs-image convert -q image$n shared &&
		same "$(inodes shared)" "$before" &&
		tarfs-image verify -q image$n shared || exit 1
	done'
ok "a run waits for who has locked the directory" eval '
	fresh && rm made/pod.sha256 && exec 9< made && flock 9 &&
	{ tarfs-image convert -q sample made 9<&- & } && sleep 1 &&
	[ ! -e made/pod.sha256 ] && flock -u 9 && wait $! && diff -r made out'

#
# Several layers at a time
#

ok "an image of 30 layers" eval '
	copy tall && for ((n = 0; n < 28; n++)); do
		head -c $((n * 10000)) /dev/zero > file$n &&
		tar cf layer.tar file$n && add_layer tall layer.tar || exit 1
	done && convert tall tall.out --jobs=1 &&
	same "$(ls tall.out/layers | wc -l)" 30'
ok "--jobs does not change what comes out" eval '
	for jobs in 2 7 200; do
		convert tall made --jobs=$jobs && diff -r made tall.out || exit 1
	done && convert tall made -j3 && diff -r made tall.out'
ok "a wrong number of jobs is wrong usage" eval '
	for jobs in 0 -1 257 x 1x "" 99999999999999999999; do
		exits 2 tarfs-image convert --jobs=$jobs sample made || exit 1
	done'
ok "one layer that fails stops all, and nothing is half-written" eval '
	copy odd && for ((n = 0; n < 6; n++)); do
		: > setuid$n && chmod 4755 setuid$n && tar cf layer.tar setuid$n &&
		add_layer odd layer.tar || exit 1
	done && rm -rf made && exits 1 tarfs-image convert -q --format=1 \
		--strict --jobs=4 odd made 2> errors; cat errors
	grep -q "its warnings are errors" errors && [ ! -e made/pod.sha256 ] &&
	same "$(find made -name ".*" -type f)" ""'
ok "a damaged layer among many is named" eval '
	rm -rf bad && cp -r tall bad && digest=$(layer_digest bad 20) &&
	flip_middle "$(layer_of bad 20)" &&
	refuses "layer 21: blob $digest: is corrupt" bad --jobs=4'

# caught SIGNAL: send it while layers are written; is nothing left half-written?
caught()
{
	local pid status=0 n

	rm -rf made
	env --default-signal tarfs-image convert -q --jobs=3 big made &
	pid=$!
	for ((n = 0; n < 3000; n++)); do
		[ -z "$(find made/layers -name '.*' 2> /dev/null)" ] || break
		kill -0 $pid || return
		sleep 0.01
	done
	kill -"$1" $pid
	wait $pid || status=$?
	same "$(kill -l $status)" "$1" && [ ! -e made/pod.sha256 ] &&
		same "$(find made -type f -name '.*')" ""
}

copy big
for n in 1 2; do
	truncate -s 300M sparse$n
	tar cf layer.tar sparse$n
	add_layer big layer.tar
done
rm -f layer.tar
ok "SIGTERM leaves nothing half-written" caught TERM
ok "SIGHUP neither" caught HUP

# on_terminal [OPTION...]: convert "big" with a terminal as standard error,
# stopped for longer than a second; print what appears there
on_terminal()
{
	rm -rf made
	python3 -c '
import fcntl, glob, os, pty, signal, struct, sys, termios, time
main, side = pty.openpty()
fcntl.ioctl(main, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
pid = os.fork()
if pid == 0:
    os.dup2(side, 2)
    os.execvp("tarfs-image", ["tarfs-image", "convert", *sys.argv[1:],
                              "big", "made"])
os.close(side)
while not glob.glob("made/layers/.*"):
    time.sleep(0.01)
os.kill(pid, signal.SIGSTOP)
time.sleep(1.3)
os.kill(pid, signal.SIGCONT)
said = b""
try:
    while piece := os.read(main, 65536):
        said += piece
except OSError:
    pass
sys.stdout.buffer.write(said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
' "$@"
}

ok "a terminal is shown how far every layer is" eval '
	on_terminal --jobs=2 > said && cat -v said &&
	grep -q "converting layer 3 of 4 \[[#.]*\] *[0-9]*% [0-9]* MiB" said &&
	[ -e made/pod.sha256 ]'
ok "and left without it" eval '
	same "$(tail -c 3 said | od -An -tx1)" " 1b 5b 4a"'
ok "--quiet shows nothing" eval '
	on_terminal -q > said && [ ! -s said ]'
ok "nor does it where standard error is no terminal" eval '
	rm -rf made && { tarfs-image convert big made > said 2> errors & } &&
	pid=$! && while [ -z "$(find made/layers -name ".*" 2> log2)" ]; do
		kill -0 $pid || exit 1
	done && kill -STOP $pid && sleep 1.3 && kill -CONT $pid &&
	wait $pid && [ ! -s errors ] && ! grep -q converting said'
rm -rf big made

#
# verify
#

# finds TEXT [OPTION...]: does verify report one difference in "made", with
# TEXT?
finds()
{
	local text=$1 status=0

	shift
	tarfs-image verify "$@" sample made > said 2> errors || status=$?
	cat said errors
	[ $status -eq 1 ] && [ ! -s said ] &&
		[ "$(wc -l < errors)" -eq 1 ] && grep -qF -- "$text" errors ||
		{ echo "exit status $status, expected: $text"; return 1; }
}

ok "what was made is right" eval '
	fresh && tarfs-image verify sample made > said && cat said &&
	grep -qx "made: 2 layers, the layer cache and the pod spec are right" said'
ok "--quiet says nothing then" eval '
	tarfs-image verify -q sample made > said 2>&1 && [ ! -s said ]'
ok "format 1 is recognised" tarfs-image verify sample out1
ok "verify changes nothing" eval 'diff -r made out'
ok "layers of a format that is not wanted" eval '
	exits 1 tarfs-image verify --format=2 sample out1 2> errors;
	grep -q "does not have the root hash" errors'
for n in 1 2; do
	this=$(image made $n)
	ok "layer $n: damaged data" eval 'fresh && flip_middle "$this" &&
		finds "data block $(($(size "$this") / 2 / 4096)), at byte "'
	ok "layer $n: a damaged trailer" eval '
		fresh && set_byte "$this" $(($(size "$this") - 1)) &&
		finds "$this: not an image with a hash tree"'
	ok "layer $n: a byte before the trailer" eval '
		fresh && set_byte "$this" $(($(size "$this") - 4000)) &&
		finds "$this: the trailer'\''s block has more than a trailer"'
	ok "layer $n: too long" eval 'fresh && truncate -s +4096 "$this" &&
		finds "$this: "'
	ok "layer $n: missing" eval 'fresh && rm "$this" &&
		finds "cannot open $this"'
done
ok "another layer's image, with its root hash in the layer cache" eval '
	fresh && cp "$(image out 2)" "$(image made 1)" &&
	edit_cache ".[0].verity_hash = .[1].verity_hash" &&
	exits 1 tarfs-image verify sample made 2> errors; cat errors
	grep -q "$(image made 1): the root block .* does not have the root hash" \
		errors && same "$(wc -l < errors)" 2'
ok "a root hash in the layer cache" eval '
	fresh && edit_cache ".[1].verity_hash = \"00\"" &&
	finds "$(jq -r .[1].diff_id out/layers-cache.json).verity_hash: is \"00\", should be \"$(jq -r .[1].verity_hash out/layers-cache.json)\""'
ok "accounts in the layer cache" eval '
	fresh && edit_cache ".[0].passwd = \"x\"" &&
	finds ".passwd: is \"x\", should be \"root:x:0:0:"'
ok "a layer that is not in the layer cache" eval '
	fresh && edit_cache "del(.[0])" && finds ": is absent, should be {"'
ok "no layer cache" eval 'fresh && rm made/layers-cache.json &&
	exits 1 tarfs-image verify sample made 2> errors;
	same "$(grep -c "is absent, should be" errors)" 2'
ok "entries of others in the layer cache are none of its business" eval '
	fresh && edit_cache "[{ diff_id: 7 }] + ." && tarfs-image verify sample made'
ok "an argument in the pod spec" eval '
	fresh && jq ".containers[0].process.args[0] = \"/bin/evil\"" \
		out/pod.json > made/pod.json && finds \
	"made/pod.json: .containers[0].process.args[0]: is \"/bin/evil\", should be "'
ok "something that is too much in the pod spec" eval '
	fresh && jq ".containers[0].process.env += [\"A=b\"]" out/pod.json \
		> made/pod.json && finds ": is \"A=b\", should be absent"'
ok "other spaces in the pod spec" eval '
	fresh && echo >> made/pod.json &&
	finds "made/pod.json: has other bytes than it should"'
ok "the digest of the pod spec" eval '
	fresh && echo >> made/pod.sha256 &&
	finds "made/pod.sha256: has other bytes than it should"'
ok "no pod spec" eval 'fresh && rm made/pod.json && finds "open made/pod.json"'
ok "everything that is wrong is told" eval '
	fresh && flip_middle "$(image made 1)" &&
	flip_middle "$(image made 2)" &&
	edit_cache ".[].group = 5" && rm made/pod.sha256 &&
	exits 1 tarfs-image verify sample made 2> errors; cat errors
	same "$(wc -l < errors)" 5'
ok "an OUTDIR that is not there" eval '
	exits 1 tarfs-image verify sample nowhere 2> errors; cat errors
	same "$(wc -l < errors)" 6'
ok "a damaged image is not compared with" eval '
	fresh && copy bad && flip_middle "$(layer_of bad 0)" &&
	exits 1 tarfs-image verify bad made 2> errors;
	grep -q "is corrupt" errors'
ok "an option of another command is wrong usage" eval '
	exits 2 tarfs-image verify --force sample made &&
	exits 2 tarfs-image list --jobs=1 sample'

tap_done
