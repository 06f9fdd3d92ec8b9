#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
dump.tarfs shows what is in the tar that an image is made of.

Copyright (C) 2026 The tarfs authors

GNU tar extracts each tar as root, bsdtar makes an mtree(5) manifest of the
tree, and dump.tarfs one of the image: sorted, they are the same, line for
line.  What a tree cannot represent is removed on both sides: the time of a
directory without a member, and the permissions of a symbolic link, always 0777
in a tree.  bsdtar must ignore ACLs, as it would derive other permissions from
them than the kernel.

Usage: dump_test.py BIN_DIR [TAR | FOLDER OF TARS]...
"""
import json
import os
import re
import shutil
import subprocess
import sys

import tame_tars
import tap
import tar_corpus
from extract import extract
from format2_compare import file_time
from programs import Programs

MTREE = ("mtree:!all,mtree:mode,mtree:type,mtree:uid,mtree:gid,mtree:size,"
         "mtree:time,mtree:link,mtree:nlink,mtree:device,mtree:sha256")
RANDOM_TARS = 60


def run(*command, **options):
    return subprocess.run(command, capture_output=True, check=False,
                          env=dict(os.environ, LC_ALL="C"), **options)


def normal(line, began):
    """Remove what a tree cannot represent from a line."""
    if b" type=link" in line:
        line = re.sub(rb" mode=\d+", b"", line)
    seconds = int(re.search(rb" time=(-?\d+)", line)[1])
    if b" type=dir" in line and (seconds >= began or not seconds):
        line = re.sub(rb" time=\S+", b"", line)
    return line


def lines(manifest, began):
    return sorted(normal(line, began) for line in manifest.splitlines()
                  if not line.startswith(b"#"))


class Dumper(Programs):
    def __init__(self, directory, work):
        super().__init__(directory, work, "mktarfs", "dump.tarfs")
        self.program = self.paths["dump.tarfs"]

    def image(self, tar, fmt=2):
        path = os.path.join(self.work, f"{fmt}.img")
        made = self.start("mktarfs", "-q", f"--format={fmt}", tar, path)
        return None if made.returncode else path

    def dump(self, *arguments):
        return self.start("dump.tarfs", *arguments)

    def differences(self, tar):
        """Return the differences of both manifests; None without an image."""
        image = self.image(tar)
        if image is None:
            return None
        tree = os.path.join(self.work, "tree")
        began = file_time(self.work) // 10**9
        extract(tar, tree)
        made = run("bsdtar", "--no-acls", "-cf", "-", "--format=mtree",
                   "--options=" + MTREE, "-C", tree, ".")
        said = self.dump("--mtree", image)
        shutil.rmtree(tree)
        want, got = lines(made.stdout, began), lines(said.stdout, began)
        found = [f"only the tree: {x}" for x in set(want) - set(got)]
        found += [f"only the image: {x}" for x in set(got) - set(want)]
        if want != got and not found:
            found.append("a line is there twice")
        if said.returncode or made.returncode or not want:
            found.append((said.stderr + made.stderr).decode() or "no lines")
        return found


def compare(programs, name, tar):
    with open(tar, "rb") as file:
        if b".wh." in file.read():
            tap.skip(name, "whiteouts are files to GNU tar")
            return
    found = programs.differences(tar)
    if not tap.ok(found == [], f"{name}: the manifest is that of the tree"):
        for text in (found or ["no image"])[:6]:
            tap.note(text[:400])


def compare_random(programs):
    tar, made, wrong = os.path.join(programs.work, "random.tar"), 0, 0
    for seed in range(RANDOM_TARS):
        data = tame_tars.tar(seed)
        if b".wh." in data:
            continue
        with open(tar, "wb") as file:
            file.write(data)
        found = programs.differences(tar)
        made += found is not None
        wrong += bool(found)
        for text in (found or [])[:2]:
            tap.note(f"seed {seed}: {text[:400]}")
    tap.ok(made and not wrong, f"{made} random tars: {wrong} manifests wrong")


def manifests(programs, given):
    if os.geteuid():
        tap.skip("comparison with bsdtar", "extracting needs root")
        return
    if not shutil.which("bsdtar"):
        tap.skip("comparison with bsdtar", "it is not installed")
        return
    for name, tar, error in tar_corpus.tars(programs.work):
        if error:
            tap.skip(name, error.splitlines()[0])
        else:
            compare(programs, name, tar)
    for tar in tap.tars_in(given):
        compare(programs, os.path.basename(tar), tar)
    compare_random(programs)


# ---- one known tar, in both formats ----

SMALL = "small-file", b"content\n" * 1000
HOLES = 1 << 22


def known_tar(work):
    path = os.path.join(work, "known.tar")
    members = tar_corpus.Members(path)
    members.add("dir", tar_corpus.tarfile.DIRTYPE, mtime=1500000000)
    members.add("dir/" + SMALL[0], content=SMALL[1], uid=7, gid=8,
                mtime=1500000000)
    members.add("dir/link", tar_corpus.tarfile.SYMTYPE, link="small-file")
    members.add("dir/odd name\n", content=b"x")
    members.add("null", tar_corpus.tarfile.CHRTYPE, devmajor=1, devminor=3)
    members.add("holes", content=b"a" * 512, pax_headers={
        "GNU.sparse.size": str(HOLES), "GNU.sparse.numblocks": "2",
        "GNU.sparse.map": f"4096,512,{HOLES},0"})
    members.add("attributes", pax_headers=tar_corpus.xattrs(user_a=b"\1\2"))
    members.close()
    return path


def check_list(programs, image, fmt):
    listed = programs.dump("--list", image)
    tap.ok(listed.returncode == 0 and
           b"-rw-r--r--   1 7/8               8000 2017-07-14 02:40:00 "
           b"/dir/small-file\n" in listed.stdout,
           f"format {fmt}: a file in the list")
    tap.ok(b" /dir/link -> small-file\n" in listed.stdout,
           f"format {fmt}: a link in the list")
    tap.ok(b"     1,  3 " in listed.stdout,
           f"format {fmt}: a device in the list")
    tap.ok(b"/dir/odd name\\012\n" in listed.stdout,
           f"format {fmt}: a name with a newline is one line")
    below = programs.dump("--list", image, "/dir").stdout.splitlines()
    tap.ok(len(below) == 4, f"format {fmt}: the list of one directory")


def check_json(programs, image, fmt):
    objects = [json.loads(line) for line in
               programs.dump("--json", image).stdout.splitlines()]
    tap.ok(objects[0]["format"] == fmt and
           objects[0]["image_size"] == os.path.getsize(image),
           f"format {fmt}: the superblock as JSON")
    files = {o["path"]: o for o in objects[1:]}
    file = files["/dir/" + SMALL[0]]
    tap.ok(file["size"] == 8000 and file["uid"] == 7 and
           file["mode"] == "0644" and file["mtime"] == 1500000000,
           f"format {fmt}: a file as JSON")
    with open(image, "rb") as data:
        data.seek(file["offset"])
        tap.ok(data.read(8000) == SMALL[1],
               f"format {fmt}: the offset is where its content is")
    tap.ok(files["/dir/link"]["target"] == "small-file" and
           files["/null"]["major"] == 1 and
           files["/dir/odd\\040name\\012"]["type"] == "file",
           f"format {fmt}: link, device and odd name as JSON")


def check_content(programs, image, fmt):
    tap.ok(programs.dump("--cat", image, "dir/" + SMALL[0]).stdout ==
           SMALL[1], f"format {fmt}: the content of a file")
    for path, what in (("/none", "no such file"), ("dir", "a directory"),
                       ("null/x", "a device in a path")):
        failed = programs.dump("--cat", image, path)
        tap.ok(failed.returncode == 1 and failed.stderr,
               f"format {fmt}: --cat of {what} fails")


def check_sparse(programs, image):
    want = bytes(4096) + b"a" * 512
    want += bytes(HOLES - len(want))
    tap.ok(programs.dump("--cat", image, "holes").stdout == want,
           "holes are zeros in a pipe")
    path = os.path.join(programs.work, "out")
    with open(path, "wb") as file:
        subprocess.run([programs.program, "--cat", image, "holes"],
                       stdout=file, check=False)
    with open(path, "rb") as file:
        tap.ok(file.read() == want, "and in a file")
    tap.ok(os.stat(path).st_blocks * 512 < HOLES / 2, "where they are holes")
    with open(path, "wb") as file:
        file.write(b"\xff" * HOLES)
        file.seek(0)
        file.flush()
        subprocess.run([programs.program, "--cat", image, "holes"],
                       stdout=file, check=False)
    with open(path, "rb") as file:
        tap.ok(file.read() == want, "unless something is there already")
    with open(path, "wb") as file:
        file.write(b"head")
    with open(path, "ab") as file:
        subprocess.run([programs.program, "--cat", image, "holes"],
                       stdout=file, check=False)
    with open(path, "rb") as file:
        tap.ok(file.read() == b"head" + want, "or it is appended")


def check_output(programs, image):
    for option in ([], ["-l"], ["--mtree"], ["--json"], ["--xattrs"]):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([programs.program, *option, image],
                                  stdout=full, stderr=subprocess.PIPE,
                                  check=False)
        tap.ok(done.returncode == 1 and done.stderr,
               f"{' '.join(option) or 'summary'}: a full disk is an error")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([programs.program, "--cat", image, "holes"],
                          stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    tap.ok(done.returncode == 1 and done.stderr, "so is a closed pipe")


def check_summary(programs, image):
    said = programs.dump(image).stdout.decode()
    json_says = json.loads(programs.dump("--json", image).stdout
                           .splitlines()[0])
    for text in ("format     2", "inodes     8", "2 directories",
                 json_says["diff_id"], json_says["root_hash"]):
        tap.ok(text in said, f"the summary says {text[:20]}")
    attrs = programs.dump("--xattrs", image).stdout
    tap.ok(attrs == b"# file: attributes\nuser.a=0x0102\n\n",
           "attributes are listed")


def hostile(programs, image):
    """Change bytes of the index in turn: an error or not, but no crash."""
    with open(image, "rb") as file:
        good = file.read()
    said = json.loads(programs.dump("--json", image).stdout.splitlines()[0])
    path, bad = os.path.join(programs.work, "bad.img"), []
    for offset in range(said["tar_size"], said["data_size"], 41):
        broken = bytearray(good)
        broken[offset] ^= 0xff
        with open(path, "wb") as file:
            file.write(broken)
        for option in ("--mtree", "--json"):
            done = programs.start("dump.tarfs", option, path, timeout=60)
            if done.returncode not in (0, 1):
                bad.append((offset, option, done.returncode))
    tap.ok(not bad, f"format {said['format']}: broken images harm nothing")
    for text in bad[:5]:
        tap.note(text)


def known(programs):
    tar = known_tar(programs.work)
    for fmt in (1, 2):
        image = programs.image(tar, fmt)
        if not tap.ok(image, f"format {fmt}: an image"):
            continue
        check_list(programs, image, fmt)
        check_json(programs, image, fmt)
        check_content(programs, image, fmt)
        hostile(programs, image)
    check_sparse(programs, image)
    check_output(programs, image)
    check_summary(programs, image)
    for arguments in ((), ("--what", image), ("--cat", image),
                      ("-l", "--json", image), (image, "path")):
        tap.ok(programs.dump(*arguments).returncode == 2,
               f"wrong usage: {' '.join(arguments)[:20]}")


def main(argv):
    if len(argv) < 2:
        print("usage: dump_test.py BIN_DIR [TAR | FOLDER]...",
              file=sys.stderr)
        return 2
    os.umask(0o022)
    with tap.scratch() as work:
        programs = Dumper(argv[1], work)
        known(programs)
        manifests(programs, argv[2:])
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
